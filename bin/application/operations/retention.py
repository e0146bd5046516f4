"""Deletion by term: shows what is to be deleted, lets it be kept longer, and erases what has fallen due."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select

from bin.application.application import Application
from bin.application.contexts import OnBehalf, check_legal_basis
from bin.application.disclosure import Reader
from bin.application.operations.erasure import Erasure
from bin.application.operations.record import operator_request, record
from domain.fact import Retention
from domain.identity.cvr import parse_cvr
from domain.operations.disclosure import QuestionKind
from domain.operations.retention_commands import CompleteDeletion, ExtendRetention, NothingFellDue
from domain.record import Record
from domain.subject import CompanyId, MessageId, PartyId, PersonId, subject
from projections.deletions import DELETIONS
from projections.engine.present import present_rows

SHOWN_MAX = 1_000
BASIS = "GDPR art. 5(1)(e)"
"""Storage limitation; the rule that set the day is in the plan."""


@dataclass(frozen=True, slots=True)
class PlannedDeletion:
    holder: str
    retention_class: str
    due_on: date
    rule: str | None
    """None where an authority set the day."""
    fell_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deleted:
    holder: str
    retention_class: str
    destroyed: int | None
    """The position of the fact that keys were destroyed; None when no key was left."""
    completed: int | None


def planned_deletions(reader: Reader, *, due: bool = False) -> Sequence[PlannedDeletion]:
    """The deletions that are planned and not done, or those that have fallen due; the earliest first.

    The reading is recorded first: from the day of a deletion follows the day of a death. Raises ReadingNeedsBasis.
    """
    known, planned = _planned(reader.application, due=due)
    holders = [subject(deletion.holder) for deletion in planned]
    reader.disclose(QuestionKind.SEARCH, known, holders, register_name=DELETIONS.name, rows=len(planned))
    return planned


def _planned(application: Application, *, due: bool) -> tuple[int, Sequence[PlannedDeletion]]:
    """The planned deletions, and the position up to which they are known."""
    with application.database.audit.connect() as connection:
        newest, present = present_rows(connection, DELETIONS)
        column = present.c
        statement = (
            select(*(column[field.name] for field in fields(PlannedDeletion)))
            .where(column.completed_at.is_(None), column.dropped_at.is_(None))
            .order_by(column.due_on, column.holder)
            .limit(SHOWN_MAX)
        )
        if due:
            statement = statement.where(column.fell_due_at.is_not(None))
        return newest, [PlannedDeletion(*row) for row in connection.execute(statement)]


def extend_retention(
    application: Application, holder: PartyId, due_on: date, basis: str, on_behalf: OnBehalf
) -> tuple[Record, ...]:
    """Keep the content of a mailbox until a later day. Raises NoLegalBasis and the refusals of ExtendRetention."""
    check_legal_basis(basis)
    request = operator_request(application, authority=on_behalf.authority, case=on_behalf.case)
    handler = application.keyless_handler
    return handler.records_of(
        handler.execute(ExtendRetention(holder=holder, due_on=due_on, legal_basis=basis), request)
    )


def delete_due(application: Application) -> list[Deleted]:
    """Erase what has fallen due, but nothing of somebody who turned out to live meanwhile.

    Safe to kill and to repeat; needs the role of the database's owner, and no key.
    """
    _, fallen_due = _planned(application, due=True)
    deleted: list[Deleted] = []
    for deletion in fallen_due:
        with suppress(NothingFellDue):
            deleted.append(_delete(application, deletion))
    return deleted


def _delete(application: Application, deletion: PlannedDeletion) -> Deleted:
    holder = subject(deletion.holder)
    assert isinstance(holder, PersonId | CompanyId | MessageId), "no other subject holds keys"
    erasure = Erasure(
        application,
        holder,
        Retention(deletion.retention_class),
        basis=BASIS,
        authority=parse_cvr(application.settings.authority),
        case=None,
    )
    erasure.order_due()
    destroyed = erasure.destroy()
    completed = record(application, CompleteDeletion(holder=holder))
    return Deleted(deletion.holder, deletion.retention_class, destroyed, completed)
