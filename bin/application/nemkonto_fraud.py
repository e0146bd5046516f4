"""Against fraud with a NemKonto: freezes, void designations, and what rested on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.disclosure import Reader
from bin.application.nemkonto import payee_of
from domain.nemkonto.change_notice import ChangeNoticeGiven
from domain.nemkonto.designation import DesignationVoided, NemkontoDesignated, NemkontoSuperseded
from domain.nemkonto.fraud_commands import LiftChangeFreeze, NothingToVoid, SetChangeFreeze, VoidDesignation
from domain.operations.disclosure import DataDisclosed, QuestionKind
from domain.record import Record
from domain.subject import CompanyId, DesignationId, PartyId, PersonId

SHOWN_IN = (None, "nemkonto", "nemkonto_notices")
"""Registers whose answers name a designation; None: answers of all registers, or of the trail."""


@dataclass(frozen=True, slots=True)
class RestedOn:
    """One record that rested on a designation while it was believed."""

    position: int
    recorded_at: datetime
    fact: str
    authority: str
    about: str
    """The account that it took the place of, the notice, or the answer."""


def set_freeze(
    application: Application, payee: PartyId, *, by: PersonId | None = None, on_behalf: OnBehalf = OPERATOR
) -> tuple[Record, ...]:
    """Freeze changes of a payee's NemKonto. Raises the refusals of SetChangeFreeze."""
    return application.execute(SetChangeFreeze(payee=payee, acted_by=by), str(by or payee), on_behalf)


def lift_freeze(
    application: Application, payee: PartyId, *, by: PersonId | None = None, on_behalf: OnBehalf = OPERATOR
) -> tuple[Record, ...]:
    """Lift the freeze. Raises the refusals of LiftChangeFreeze."""
    return application.execute(LiftChangeFreeze(payee=payee, acted_by=by), str(by or payee), on_behalf)


def void(
    application: Application,
    designation: DesignationId,
    police_reference: str,
    *,
    decided_by: CompanyId | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Void a fraudulent designation from its day. Raises NothingToVoid, PoliceReferenceMissing, NotAnAuthority."""
    payee = payee_of(application, designation)
    command = VoidDesignation(
        designation=designation, payee=payee, police_reference=police_reference, decided_by=decided_by
    )
    return application.execute(command, application.authority_actor, on_behalf)


def rested_on(application: Application, designation: DesignationId, reader: Reader) -> Sequence[RestedOn]:
    """What rested on a designation until it was voided: changes, notices and answers; payments are not recorded here.

    The reading is recorded first. Raises NothingToVoid of an unknown designation, ReadingNeedsBasis.
    """
    about = list(application.handler.records(designation))
    began = next((record for record in about if isinstance(record.event, NemkontoDesignated)), None)
    if began is None:
        raise NothingToVoid
    assert isinstance(began.event, NemkontoDesignated), "it was just asked for"
    ended = next((record.position for record in about if isinstance(record.event, DesignationVoided)), None)
    payee, known = began.event.payee, application.ledger.head()
    records = application.handler.records(payee, after=began.position, until=ended)
    rows = [row for record in records if (row := _rested(record, designation))]
    reader.disclose(QuestionKind.TRAIL, known, [payee], rows=len(rows))
    return rows


def _rested(record: Record, designation: DesignationId) -> RestedOn | None:
    match record.event:
        case NemkontoSuperseded(by=by, designation=former) if by == designation:
            about = str(former)
        case ChangeNoticeGiven(designation=named, notice=notice) if named == designation:
            about = str(notice)
        case DataDisclosed(register_name=register, disclosure=disclosure) if register in SHOWN_IN:
            about = str(disclosure)
        case _:
            return None
    return RestedOn(record.position, record.recorded_at, record.name, record.context.authority, about)
