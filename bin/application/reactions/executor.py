"""Executes reactions: the commands that follow from records and due times, each exactly once.

The id of a reaction's command is derived (domain/reaction.py), so a repeat after a crash finds the first outcome. The
progress is stored after the execution (leader_lock.py), so a crash between the two repeats reactions and omits none. It
has a table of its own, because most reactions record nothing; no rebuild of a register changes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from adapters.logs import logger
from bin.application.application import Application
from bin.application.outcomes import CommandReused, RefusedBy
from bin.application.post.filing import delete_unrecorded, with_stored_text
from bin.application.reactions.leader_lock import LeaderLock, Progress, leader_lock, progress
from bin.application.reactions.schedule import Schedule
from domain.command import Refused
from domain.due import SETS_A_TIME, dues_by
from domain.errors import ErrorKind, RigsbogError
from domain.fact import Event
from domain.nemkonto.notice import NotifyPayee
from domain.newer import WrittenByNewerVersion
from domain.post.outage import OUTAGES
from domain.post.protection_reminder import RemindOfProtection
from domain.post.registration_announcement import AnnounceRegistration
from domain.reaction import Reaction
from domain.reactions import REACTIONS, fall_due, react, reads_past, whose_past
from domain.record import Record
from domain.subject import SubjectId

RECORDS_A_BATCH_MAX = 500
DUES_A_BATCH_MAX = 500
WAIT_SECONDS_MAX = 60.0
"""How long `caught_up` waits for the leader."""
LOOK_SECONDS = 0.05

BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)
NOTICES = NotifyPayee | RemindOfProtection | AnnounceRegistration
"""The commands that submit a letter of the state's own."""
REACTED_TO: tuple[type[Event], ...] = tuple(
    dict.fromkeys((*(consequence.of for consequence in REACTIONS), *SETS_A_TIME))
)
"""The facts that reactions read; the database skips the others."""


class WaitedTooLong(RigsbogError):
    """Another process executes the reactions and makes no progress. Check `rigsbog run`, then try again."""

    kind = ErrorKind.BUSY


@dataclass
class ReactionCounts:
    executed: int = 0
    refused: int = 0


class ReactionExecutor:
    """Executes reactions; only the leader does."""

    def __init__(self, application: Application, lock: LeaderLock) -> None:
        self._application = application
        self._lock = lock
        self._reached = self._resumed(lock.progress())
        self._schedule = Schedule()
        self._remember()

    @property
    def next_at(self) -> datetime | None:
        """When something falls due next, by the ledger's clock."""
        return self._schedule.next_at

    def run(self, going_on: Callable[[], bool] = lambda: True) -> ReactionCounts:
        """Execute everything that follows by now, and what follows from that; `going_on` is called between batches.

        Raises psycopg.OperationalError when the leader lock or the database is lost, and the errors of
        CommandHandler.execute_many.
        """
        counts = ReactionCounts()
        while going_on() and (self._after_records(counts) or self._when_due(counts)):
            pass
        return counts

    def _resumed(self, reached: Progress) -> Progress:
        """The progress; it goes back to what an older version held, once this version knows the fact."""
        if reached.held_from is None:
            return reached
        (held,) = self._application.handler.records(after=reached.held_from - 1, until=reached.held_from)
        if held.event.newer:
            return reached
        self._lock.resume()
        return Progress(min(reached.position, reached.held_from - 1), reached.due_until)

    def _hold(self, positions: Iterable[int]) -> None:
        """Remember the first of these records: a newer version executes what follows from it, and this one did not."""
        first = min((*positions, *([self._reached.held_from] if self._reached.held_from else [])), default=None)
        if first is not None and first != self._reached.held_from:
            logger().warning("reactions_held_for_a_newer_version", position=first)
            self._lock.hold(first)
            self._reached = replace(self._reached, held_from=first)

    def _remember(self) -> None:
        """Schedule what earlier records set a time for."""
        since = self._reached.due_until or BEGINNING_OF_TIME
        if self._reached.position:
            for record in self._application.handler.opened_records(facts=SETS_A_TIME, until=self._reached.position):
                for due in () if record.event.newer else dues_by(record):
                    if due.due_at > since:
                        self._schedule.add(due)

    def _after_records(self, counts: ReactionCounts) -> bool:
        """Execute what follows from the next records; False when there are none."""
        after, head = self._reached.position, self._application.ledger.head()
        if after >= head:
            return False
        handler = self._application.handler
        records = list(handler.opened_records(facts=REACTED_TO, after=after, until=head, limit=RECORDS_A_BATCH_MAX))
        known = [record for record in records if not record.event.newer]
        self._hold(record.position for record in records if record.event.newer)
        reactions = [reaction for record in known for reaction in react(record, self._past(record))]
        self._execute(reactions, counts)
        for record in known:
            for due in dues_by(record):
                self._schedule.add(due)
        reached = records[-1].position if len(records) == RECORDS_A_BATCH_MAX else head
        self._note(reached, self._reached.due_until)
        return True

    def _when_due(self, counts: ReactionCounts) -> bool:
        """Execute what has fallen due; False when nothing has."""
        now = self._application.ledger.now()
        dues = self._schedule.take(now, DUES_A_BATCH_MAX)
        if not dues:
            return False
        self._execute([fall_due(due) for due in dues], counts)
        self._note(self._reached.position, now)
        return True

    def _past(self, record: Record) -> tuple[Record, ...]:
        if not reads_past(record):
            return ()
        return tuple(self._application.handler.opened_records(whose_past(record.event), until=record.position))

    def _execute(self, reactions: list[Reaction], counts: ReactionCounts) -> None:
        """Store the letters, then execute in waves: reactions about one subject run one after the other."""
        prepared = self._with_stored_letters(reactions)
        for wave in waves(prepared):
            counts.refused += self._refusals(wave)
        notices = [reaction.command for reaction in prepared if reaction.documents]
        delete_unrecorded(self._application, (notice.submission for notice in notices if isinstance(notice, NOTICES)))
        counts.executed += len(reactions)

    def _with_stored_letters(self, reactions: Iterable[Reaction]) -> list[Reaction]:
        """The same reactions, the letters that they submit stored."""
        prepared, documents = [], []
        for reaction in reactions:
            command = reaction.command
            for document in reaction.documents:
                assert isinstance(command, NOTICES), "only a notice brings a document"
                submission, stored = with_stored_text(self._application.vault, command.submission, document)
                documents.append(stored)
                command = replace(command, submission=submission)
            prepared.append(replace(reaction, command=command))
        self._application.documents.put(documents)
        return prepared

    def _refusals(self, wave: list[Reaction]) -> int:
        """Execute independent reactions; a refusal is a final outcome."""
        handler = self._application.handler
        try:
            outcomes = handler.execute_many([(reaction.command, reaction.request) for reaction in wave])
        except CommandReused:
            return sum(self._refused(reaction) for reaction in wave)
        refused = [
            (reaction, each.refusal)
            for reaction, each in zip(wave, outcomes, strict=True)
            if isinstance(each, RefusedBy)
        ]
        self._hold(
            reaction.request.causation
            for reaction, refusal in refused
            if isinstance(refusal, WrittenByNewerVersion) and reaction.request.causation is not None
        )
        return len(refused)

    def _refused(self, reaction: Reaction) -> bool:
        """Execute one reaction; one that an earlier version executed with other content is done."""
        try:
            self._application.handler.execute(reaction.command, reaction.request)
        except WrittenByNewerVersion:
            self._hold([reaction.request.causation] if reaction.request.causation else [])
            return True
        except Refused:
            return True
        except CommandReused:
            logger().warning("reaction_already_executed", command=str(reaction.command_id))
        return False

    def _note(self, position: int, due_until: datetime | None) -> None:
        waiting = self._schedule.next_at
        if due_until is not None and waiting is not None and waiting <= due_until:
            # A record may set a time in the past: what is still waiting must be found again after a crash.
            due_until = waiting - timedelta(microseconds=1)
        reached = replace(self._reached, position=position, due_until=due_until)
        self._lock.note(reached)
        self._reached = reached


def waves(reactions: Iterable[Reaction]) -> list[list[Reaction]]:
    """Reactions in waves, one executed after another: no two of a wave consult the same subject.

    Commands decided together see one state of the ledger, so the second about a subject would not see the first.
    """
    ordered: list[list[Reaction]] = []
    last: dict[SubjectId, int] = {}
    for reaction in reactions:
        # No reaction records an outage, so those of the platform are the same for all.
        touched = [each.subject for each in reaction.command.consults() if each.entity is not OUTAGES]
        wave = max((last[subject] + 1 for subject in touched if subject in last), default=0)
        last |= dict.fromkeys(touched, wave)
        if wave == len(ordered):
            ordered.append([])
        ordered[wave].append(reaction)
    return ordered


@contextmanager
def reaction_executor(application: Application) -> Iterator[ReactionExecutor | None]:
    """Hold the leader lock within a with statement; None when another process holds it."""
    with leader_lock(application.database) as lock:
        yield None if lock is None else ReactionExecutor(application, lock)


def caught_up(application: Application) -> None:
    """Wait until the reactions to everything recorded by now are executed, here or by the leader.

    Raises WaitedTooLong.
    """
    head, deadline = application.ledger.head(), time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        with reaction_executor(application) as executor:
            if executor is not None:
                executor.run()
                return
        with application.database.append.connection() as connection:
            if progress(connection).position >= head:
                return
        time.sleep(LOOK_SECONDS)
    raise WaitedTooLong
