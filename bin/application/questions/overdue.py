"""Finds what is overdue: acts whose time has come, by which the law would still record something.

It is found by the facts: the law decides again about each due time that nothing settled, and nothing is recorded. What
reactions say of how far they were executed is not asked.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from adapters.ledger.entry import Criterion, Entry, record_of
from bin.application.application import Application
from domain.command import AnyCommand
from domain.due import DUE_RULES, Due, DueRule, dues_by
from domain.entities import FACTS, NAMES
from domain.reactions import fall_due
from domain.record import Record
from domain.subject import SubjectId, subject
from projections.deletions import DELETIONS
from projections.due_times import DUE_TIMES
from projections.engine.follow import FollowState, RegisterProgress, all_progress

GRACE = timedelta(minutes=5)
"""`rigsbog run` executes within a second what falls due, and within minutes what falls due to many on one day."""
ERASURE_GRACE = timedelta(days=1)
"""What has fallen due to be deleted may be left to a daily `rigsbog retention apply`."""
ERASURE = "erasure"
"""The kind of what fell due to be deleted and is not deleted yet."""
BATCH = 500

RULES = {rule.kind: rule for rule in DUE_RULES}
OPEN_DAYS = tuple(rule for rule in DUE_RULES if rule.due_at not in rule.begins.personal)
"""The rules whose day is in no encrypted part."""


@dataclass(frozen=True, slots=True)
class DueActs:
    """Acts of one due rule that fell due and were not executed."""

    kind: str
    acts: int
    since: datetime
    """When the first of them fell due."""


@dataclass(frozen=True, slots=True)
class Overdue:
    late: Sequence[DueActs]
    """The law still asks for them: `rigsbog run` executes them."""
    missed: Sequence[DueActs]
    """The law asked for them at their time, by what is known now, and does not any more, such as for a reminder."""


def overdue(application: Application, *, personal: bool = False) -> Overdue:
    """What is overdue by the ledger's clock, by kind.

    A day that is personal must be decrypted for each person who waits for it, so it is looked at only if asked for.
    Raises NoKey or WrongKey, and NotWhatWasEncrypted for a damaged record.
    """
    now = application.ledger.now()
    rules = DUE_RULES if personal else OPEN_DAYS
    late: dict[AnyCommand, Due] = {}
    missed: dict[AnyCommand, Due] = {}
    with application.database.audit.connect() as connection:
        readable = {each.name: each for each in all_progress(connection) if each.state is not FollowState.STALE}
        with closing(_passed(application, connection, readable, rules, now - GRACE)) as passed:
            for dues in passed:
                for due, command, asked_now, asked_then in _decided(application, dues, now):
                    if asked_now:
                        _add(late, command, due)
                    elif asked_then:
                        _add(missed, command, due)
        erasures = _not_erased(connection, now - ERASURE_GRACE) if DELETIONS.name in readable else ()
    return Overdue((*_by_kind(late.values()), *erasures), tuple(_by_kind(missed.values())))


def _add(acts: dict[AnyCommand, Due], command: AnyCommand, due: Due) -> None:
    """Count an act once that falls due in several ways, such as by a plan and by the end of an exemption.

    It fell due by the last of them, since the law may have asked for nothing before.
    """
    if command not in acts or acts[command].due_at < due.due_at:
        acts[command] = due


def _by_kind(dues: Collection[Due]) -> Iterator[DueActs]:
    for kind in RULES:
        times = [due.due_at for due in dues if due.rule.kind == kind]
        if times:
            yield DueActs(kind, len(times), min(times))


def _decided(
    application: Application, dues: Sequence[Due], now: datetime
) -> Iterator[tuple[Due, AnyCommand, bool, bool]]:
    """Each due time with its command, and whether that would record anything now, and at its time."""
    reactions = [fall_due(due) for due in dues]
    requests = [(reaction.command, reaction.request) for reaction in reactions]
    asked_now = application.handler.would_record(requests, [now] * len(dues))
    asked_then = application.handler.would_record(requests, [due.due_at for due in dues])
    commands = [reaction.command for reaction in reactions]
    return zip(dues, commands, asked_now, asked_then, strict=True)


def _passed(
    application: Application,
    connection: Connection,
    registers: Mapping[str, RegisterProgress],
    rules: Sequence[DueRule],
    until: datetime,
) -> Generator[list[Due]]:
    """The due times that have passed and that nothing settled, in batches.

    They are those of the register of due times, and those of the records that it does not include yet.
    """
    after = 0
    if DUE_TIMES.name in registers:
        after = registers[DUE_TIMES.name].position
        with connection.execute(_unsettled(rules, until)) as unsettled:
            for rows in unsettled.partitions(BATCH):
                yield _due(application, [(RULES[kind], subject(about)) for kind, about in rows], until)
    for records in _setting_a_time(application, rules, after):
        dues = (due for record in records for due in dues_by(record))
        yield [due for due in dues if due.rule in rules and due.due_at <= until]


def _unsettled(rules: Sequence[DueRule], until: datetime) -> Select[Any]:
    column = DUE_TIMES.table.c
    hidden = [rule.kind for rule in rules if rule not in OPEN_DAYS]
    return (
        select(column.kind, column.subject)
        .where(column.settled.is_(False), column.suspended.is_(False))
        .where(or_(column.due_at <= until, column.kind.in_(hidden)))
        .execution_options(yield_per=BATCH)
    )


def _due(application: Application, waiting: Sequence[tuple[DueRule, SubjectId]], until: datetime) -> list[Due]:
    """The due times of these rules about these subjects that have passed, each by the last record that set it."""
    criteria = [Criterion((about,), (NAMES[rule.begins],)) for rule, about in waiting]
    last: dict[tuple[DueRule, SubjectId], Due] = {}
    for record in _opened(application, application.ledger.entries(criteria)):
        last |= {(due.rule, due.subject): due for due in dues_by(record)}
    return [last[each] for each in waiting if each in last and last[each].due_at <= until]


def _setting_a_time(application: Application, rules: Sequence[DueRule], after: int) -> Iterator[list[Record]]:
    """The records after a position that set a due time of these rules, in batches."""
    criteria = (Criterion(facts=tuple(sorted({NAMES[rule.begins] for rule in rules}))),)
    while entries := application.ledger.entries(criteria, after=after, limit=BATCH):
        yield list(_opened(application, entries))
        after = entries[-1].position


def _opened(application: Application, entries: Sequence[Entry]) -> Iterator[Record]:
    """The records of the entries, decrypted, but for those of a newer version, on which only that one decides."""
    application.vault.fetch(entry.sealed for entry in entries if entry.sealed is not None)
    for entry in entries:
        decrypted = application.handler.decrypt(entry)
        record = record_of(entry, FACTS, None if decrypted is None else decrypted.fields)
        if not record.event.newer:
            yield record


def _not_erased(connection: Connection, until: datetime) -> tuple[DueActs, ...]:
    column = DELETIONS.table.c
    waiting = (column.fell_due_at <= until, column.dropped_at.is_(None), column.completed_at.is_(None))
    acts, since = connection.execute(select(func.count(), func.min(column.fell_due_at)).where(*waiting)).one()
    return (DueActs(ERASURE, acts, since),) if acts else ()
