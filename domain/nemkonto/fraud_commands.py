"""Against fraud: the payee freezes changes of the NemKonto, and a fraudulent designation is void from its day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.command import Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.identity.mandate import Representation
from domain.identity.sender import DecidedByAuthority
from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from domain.nemkonto.designation import DesignationVoided
from domain.nemkonto.designation_commands import PayeeIsNoMore
from domain.nemkonto.ends import restore_the_others
from domain.nemkonto.nemkonto import NEMKONTO, Nemkonto
from domain.nemkonto.who_designates import PayeeCommand
from domain.subject import DesignationId, PartyId


class NothingToVoid(Refused):
    """No such designation of the payee awaits activation or was ever active. Look up which one is meant."""


class PoliceReferenceMissing(Refused):
    """A designation is void by a report to the police. Send the reference of the report."""


class SetChangeFreeze(PayeeCommand[Nemkonto, Representation, Representation]):
    """Freeze changes: no account is designated, activated or ended on request until the payee lifts the freeze."""

    def decide(
        self, context: Context, nemkonto: Nemkonto, payees: Representation, holders: Representation
    ) -> Iterator[Event]:
        nemkonto.payee.must_be_registered()
        if nemkonto.payee.ended_on is not None:
            raise PayeeIsNoMore
        acting = self.acting(context.today, payees, holders)
        if not nemkonto.frozen:
            yield ChangeFreezeSet(payee=self.payee, **acting.fields)


class LiftChangeFreeze(PayeeCommand[Nemkonto, Representation, Representation]):
    """Lift the freeze, as the payee wishes."""

    def decide(
        self, context: Context, nemkonto: Nemkonto, payees: Representation, holders: Representation
    ) -> Iterator[Event]:
        nemkonto.payee.must_not_be_merged()
        acting = self.acting(context.today, payees, holders)
        if nemkonto.frozen:
            yield ChangeFreezeLifted(payee=self.payee, **acting.fields)


class VoidDesignation(DecidedByAuthority[Nemkonto]):
    """Void a fraudulent designation: it never was the payee's, and the account before it holds from its day.

    What was paid to it stays paid. The police reference says by which report.
    """

    affairs: ClassVar[str] = "payee"
    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId
    police_reference: str

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (NEMKONTO.of(self.payee),)

    def _decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        if self.designation in nemkonto.voided:
            return
        period = nemkonto.period(self.designation)
        waits = nemkonto.waiting is not None and nemkonto.waiting.designation == self.designation
        if period is None and not waits:
            raise NothingToVoid
        if not self.police_reference.strip():
            raise PoliceReferenceMissing
        yield DesignationVoided(
            designation=self.designation,
            payee=self.payee,
            valid_from=period.effective_on if period else context.today,
            police_reference=self.police_reference,
            decided_by=self.decided_by,
        )
        if period:
            yield from restore_the_others(nemkonto, period, self.payee)
