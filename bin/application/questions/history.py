"""Asks for every fact about one subject, in the order in which they were recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.ledger.entry import Criterion, Entry
from adapters.seal.writer.store import SealStore
from bin.application.application import Application
from bin.application.disclosure import Reader, parties_named
from bin.application.questions.sealed_records import check_history, snapshot
from domain.entities import fact_class
from domain.newer import newer_names
from domain.operations.disclosure import QuestionKind
from domain.subject import THIS_LOG, LogId, SubjectId
from projections.engine.position import Known, known_at


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """A fact with its context, as the reader may see it."""

    position: int
    recorded_at: datetime | None
    fact: str
    fields: Mapping[str, Any]
    newer: Sequence[str]
    """The fields that hold what only a newer version of the software knows."""
    authority: str
    actor: str
    caller: str | None
    """Who was logged in to the database; None in a record from before this was recorded."""
    legal_basis: str
    case: str | None
    causation: int | None
    effective_from: datetime | None
    command: UUID


@dataclass(frozen=True, slots=True)
class History:
    """The facts about a subject, up to what was known if a position was named."""

    known: Known | None
    records: Sequence[HistoryRecord]


def history(application: Application, subject: SubjectId, reader: Reader, until: int | None = None) -> History:
    """Every fact about the subject up to a position, cut to whole commands; what the reader opens is recorded first.

    Raises RecordAltered.
    """
    known = None if until is None else _known(application, until)
    subjects = _names(subject, application)
    criteria = [Criterion((name,)) for name in subjects]
    entries = application.past.entries(criteria, until=None if known is None else known.position)
    position = application.past.head() if known is None else known.position
    with snapshot(application) as connection:
        check_history(connection, subjects, position)
    reader.disclose(
        QuestionKind.TRAIL,
        position,
        [subject, *parties_named(entries)],
        [entry.sealed for entry in entries],
        rows=len(entries),
    )
    return History(known, [_record(entry, reader) for entry in entries])


def _known(application: Application, position: int) -> Known:
    with application.database.questions.connect() as connection:
        return known_at(connection, position)


def _names(subject: SubjectId, application: Application) -> list[SubjectId]:
    """The subjects of its facts: those of the ledger as a whole are recorded under the logs of its seal as well."""
    logs = SealStore(application.database.append).logs() if subject == THIS_LOG else []
    return [subject, *(LogId(log.log) for log in logs)]


def _record(entry: Entry, reader: Reader) -> HistoryRecord:
    context, fields = entry.context, dict(entry.payload)
    if entry.sealed is not None:
        fields |= reader.fields(entry.sealed, entry.subject, {entry.name: fact_class(entry.name)})
    return HistoryRecord(
        position=entry.position,
        recorded_at=entry.recorded_at,
        fact=entry.name,
        fields=fields,
        newer=newer_names(fact_class(entry.name), entry.payload),
        authority=context.authority,
        actor=context.actor,
        caller=entry.caller,
        legal_basis=context.legal_basis,
        case=context.case,
        causation=context.causation,
        effective_from=context.effective_from,
        command=context.command,
    )
