"""Finds what is overdue: acts whose time has come, by which the law would still record something.

It is found by the facts: the law decides again about each due time that nothing settled, and nothing is recorded. What
reactions say of how far they were executed is not asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bin.application.application import Application
from bin.application.questions.passed_due_times import OPEN_DAYS, RULES, PassedDueTimes
from domain.command import AnyCommand
from domain.due import DUE_RULES, Due
from domain.reactions import fall_due
from projections.deletions import DELETIONS
from projections.engine.follow import FollowState, all_progress

GRACE = timedelta(minutes=5)
"""`rigsbog run` executes within a second what falls due, and within minutes what falls due to many on one day."""
LOOK_BACK = timedelta(days=100)
"""So far back a quick look goes: a due time after which the law asked for nothing stays among those to be looked at, so
their number grows with the years."""
ERASURE_GRACE = timedelta(days=1)
"""What has fallen due to be deleted may be left to a daily `rigsbog retention apply`."""
ERASURE = "erasure"
"""The kind of what fell due to be deleted and is not deleted yet."""


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


def overdue(application: Application, *, everything: bool = False) -> Overdue:
    """What is overdue by the ledger's clock, by kind.

    Without `everything` it is what fell due within LOOK_BACK on a day that is not personal: a personal one must be
    decrypted for each person who waits for it. Raises NoKey or WrongKey, and NotWhatWasEncrypted for a damaged record.
    """
    now = application.ledger.now()
    rules, since = (DUE_RULES, None) if everything else (OPEN_DAYS, now - LOOK_BACK)
    late: dict[AnyCommand, Due] = {}
    missed: dict[AnyCommand, Due] = {}
    with application.database.audit.connect() as connection:
        passed = PassedDueTimes(application, connection, rules, since, now - GRACE)
        with closing(passed.batches()) as batches:
            for dues in batches:
                for due, command, asked_now, asked_then in _decided(application, dues, now):
                    if asked_now:
                        _add(late, command, due)
                    elif asked_then:
                        _add(missed, command, due)
        erasures = _not_erased(connection, now - ERASURE_GRACE)
    return Overdue((*_by_kind(late.values()), *erasures), tuple(_by_kind(missed.values())))


def _decided(
    application: Application, dues: Sequence[Due], now: datetime
) -> Iterator[tuple[Due, AnyCommand, bool, bool]]:
    """Each due time with its command, and whether that would record anything now, and at its time."""
    reactions = [fall_due(due) for due in dues]
    requests = [(reaction.command, reaction.request) for reaction in reactions]
    asked = application.handler.would_record(requests, [(now, due.due_at) for due in dues])
    for due, reaction, (asked_now, asked_then) in zip(dues, reactions, asked, strict=True):
        yield due, reaction.command, asked_now, asked_then


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


def _not_erased(connection: Connection, until: datetime) -> tuple[DueActs, ...]:
    """What fell due to be deleted and is not, by its register; nothing while that has no table to be read."""
    readable = {each.name for each in all_progress(connection) if each.state is not FollowState.STALE}
    if DELETIONS.name not in readable:
        return ()
    column = DELETIONS.table.c
    waiting = (column.fell_due_at <= until, column.dropped_at.is_(None), column.completed_at.is_(None))
    acts, since = connection.execute(select(func.count(), func.min(column.fell_due_at)).where(*waiting)).one()
    return (DueActs(ERASURE, acts, since),) if acts else ()
