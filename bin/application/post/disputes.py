"""Decisions about an arrival that is disputed, and about an answer that came too late."""

from __future__ import annotations

from datetime import date

from bin.application.application import Application
from bin.application.contexts import OnBehalf, check_legal_basis
from bin.application.people.find import company_of
from domain.identity.cvr import CvrNumber
from domain.post.dispute_commands import DecideDispute, ExcuseLateAnswer
from domain.record import Record
from domain.subject import MessageId

ACTOR = "system:disputes"


def decide_dispute(
    application: Application,
    message: MessageId,
    basis: str,
    *,
    arrived: bool,
    ground: str | None = None,
    authority: CvrNumber,
    case: str | None,
) -> tuple[Record, ...]:
    """Decide whether a letter had arrived. Raises NoLegalBasis and the refusals of DecideDispute."""
    check_legal_basis(basis)
    decided_by = company_of(application, authority)
    command = DecideDispute(message=message, legal_basis=basis, arrived=arrived, decided_by=decided_by, ground=ground)
    return application.execute(command, ACTOR, OnBehalf(authority.value, case))


def excuse_late_answer(
    application: Application,
    message: MessageId,
    basis: str,
    *,
    answer_by: date | None,
    ground: str | None = None,
    authority: CvrNumber,
    case: str | None,
) -> tuple[Record, ...]:
    """Excuse a late answer to a letter. Raises NoLegalBasis and the refusals of ExcuseLateAnswer."""
    check_legal_basis(basis)
    decided_by = company_of(application, authority)
    command = ExcuseLateAnswer(
        message=message, legal_basis=basis, answer_by=answer_by, decided_by=decided_by, ground=ground
    )
    return application.execute(command, ACTOR, OnBehalf(authority.value, case))
