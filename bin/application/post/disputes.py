"""Decisions about an arrival that is disputed, and about an answer that came too late."""

from __future__ import annotations

from datetime import date

from bin.application.application import Application
from bin.application.contexts import OnBehalf, check_legal_basis
from domain.identity.cvr import CvrNumber
from domain.post.dispute_commands import ArrivalCommand, DecideDispute, ExcuseLateAnswer
from domain.record import Record
from domain.subject import MessageId

ACTOR = "system:disputes"


def decide_dispute(
    application: Application, message: MessageId, basis: str, *, arrived: bool, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    """Decide whether a letter had arrived. Raises NoLegalBasis and the refusals of DecideDispute."""
    return _decide(application, DecideDispute(message=message, legal_basis=basis, arrived=arrived), authority, case)


def excuse_late_answer(
    application: Application,
    message: MessageId,
    basis: str,
    *,
    answer_by: date | None,
    authority: CvrNumber,
    case: str | None,
) -> tuple[Record, ...]:
    """Excuse a late answer to a letter. Raises NoLegalBasis and the refusals of ExcuseLateAnswer."""
    command = ExcuseLateAnswer(message=message, legal_basis=basis, answer_by=answer_by)
    return _decide(application, command, authority, case)


def _decide(
    application: Application, command: ArrivalCommand, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    check_legal_basis(command.legal_basis)
    return application.execute(command, ACTOR, OnBehalf(authority.value, case))
