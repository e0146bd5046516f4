"""Executes reactions: asks for what the law requires after records and at due times, once whatever happens.

Each reaction has a command id of its own making (domain/reaction.py), so asking again after a crash finds the first
outcome. Only how far was asked must last: it is stored after the asking (leader_lock.py), so a crash between the two
leads to asking again and never to leaving out. It has a table of its own, because the ledger cannot tell it: most
reactions find nothing to record. No register's rebuild comes near it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from adapters.documents import Stored
from adapters.logs import logger
from bin.application.application import Application
from bin.application.command_handler import CommandReused, RefusedBy
from bin.application.reactions.leader_lock import LeaderLock, Progress, progress, turn
from bin.application.reactions.schedule import Schedule
from domain.command import Refused
from domain.due import DUE_RULES, due_by
from domain.errors import ErrorKind, RigsbogError
from domain.fact import Event, Retention
from domain.post.message_commands import SubmitMessage
from domain.reaction import AnyCommand, Reaction
from domain.reactions import REACTIONS, fall_due, react, reads_past
from domain.record import Record
from domain.subject import SubjectId

RECORDS_A_BATCH_MAX = 500
DUES_A_BATCH_MAX = 500
WAIT_SECONDS_MAX = 60.0
"""How long `caught_up` waits for another process that has the turn."""
LOOK_SECONDS = 0.05

BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)
SETS_A_TIME: tuple[type[Event], ...] = tuple(rule.begins for rule in DUE_RULES)
REACTED_TO: tuple[type[Event], ...] = tuple(dict.fromkeys((*(one.of for one in REACTIONS), *SETS_A_TIME)))
"""The facts that reactions read; the others are passed over in the database."""


class WaitedTooLong(RigsbogError):
    """Another process runs the reactions and does not get on: look at `rigsbog run`, then ask again."""

    kind = ErrorKind.BUSY


@dataclass
class Reacted:
    """What was asked for so far."""

    asked: int = 0
    refused: int = 0


class Reacting:
    """Runs reactions in the one turn that there is."""

    def __init__(self, application: Application, held: LeaderLock) -> None:
        self._application = application
        self._turn = held
        self._reached = held.progress()
        self._agenda = Schedule()
        self._remember()

    @property
    def next_at(self) -> datetime | None:
        """When something falls due next, by the ledger's clock."""
        return self._agenda.next_at

    def run(self, going_on: Callable[[], bool] = lambda: True) -> Reacted:
        """Ask for everything that follows by now, and for what follows from that; `going_on` is asked between batches.

        Raises psycopg.OperationalError when the turn or the database is lost, and what Book.execute_many raises.
        """
        reacted = Reacted()
        while going_on() and (self._after_records(reacted) or self._when_due(reacted)):
            pass
        return reacted

    def _remember(self) -> None:
        """Put on the agenda what records before this turn set a time for."""
        since = self._reached.due_until or BEGINNING_OF_TIME
        if self._reached.position:
            for record in self._application.handler.opened_records(facts=SETS_A_TIME, until=self._reached.position):
                due = due_by(record.event)
                if due is not None and due.due_at > since:
                    self._agenda.add(due)

    def _after_records(self, reacted: Reacted) -> bool:
        """Ask for what follows from the next records; False when there are none."""
        after, head = self._reached.position, self._application.ledger.head()
        if after >= head:
            return False
        handler = self._application.handler
        records = list(handler.opened_records(facts=REACTED_TO, after=after, until=head, limit=RECORDS_A_BATCH_MAX))
        reactions = [reaction for record in records for reaction in react(record, self._past(record))]
        self._ask(reactions, reacted)
        for record in records:
            due = due_by(record.event)
            if due is not None:
                self._agenda.add(due)
        reached = records[-1].position if len(records) == RECORDS_A_BATCH_MAX else head
        self._note(reached, self._reached.due_until)
        return True

    def _when_due(self, reacted: Reacted) -> bool:
        """Ask for what has fallen due; False when nothing has."""
        now = self._application.ledger.now()
        dues = self._agenda.take(now, DUES_A_BATCH_MAX)
        if not dues:
            return False
        self._ask([fall_due(due) for due in dues], reacted)
        self._note(self._reached.position, now)
        return True

    def _past(self, record: Record) -> tuple[Record, ...]:
        if not reads_past(record):
            return ()
        return tuple(self._application.handler.opened_records(record.event.own_subject, until=record.position))

    def _ask(self, reactions: list[Reaction], reacted: Reacted) -> None:
        """Store the documents and then ask, in waves: of reactions about one subject, each after the other."""
        self._application.documents.put(
            Stored((_holder(reaction.command), Retention.POST), sha256(document.content).hexdigest(), document.content)
            for reaction in reactions
            for document in reaction.documents
        )
        for wave in waves(reactions):
            reacted.refused += self._refusals(wave)
        reacted.asked += len(reactions)

    def _refusals(self, wave: list[Reaction]) -> int:
        """Ask for independent reactions; a refusal is the law's answer, and the reaction is done."""
        handler = self._application.handler
        try:
            outcomes = handler.execute_many([(one.command, one.request) for one in wave])
        except CommandReused:
            return sum(self._refused(one) for one in wave)
        return sum(isinstance(one, RefusedBy) for one in outcomes)

    def _refused(self, reaction: Reaction) -> bool:
        """Ask for one reaction; one that was carried out in other words, by an earlier version, is done."""
        try:
            self._application.handler.execute(reaction.command, reaction.request)
        except Refused:
            return True
        except CommandReused:
            logger().warning("reaction_done_in_other_words", command=str(reaction.command_id))
        return False

    def _note(self, position: int, due_until: datetime | None) -> None:
        waiting = self._agenda.next_at
        if due_until is not None and waiting is not None and waiting <= due_until:
            # A record may set a time that has passed already: what still waits must be remembered after a crash.
            due_until = waiting - timedelta(microseconds=1)
        reached = Progress(position, due_until)
        self._turn.note(reached)
        self._reached = reached


def waves(reactions: Iterable[Reaction]) -> list[list[Reaction]]:
    """Reactions in waves to be asked for one after another: no two of a wave rest on the same subject.

    Commands decided together see one state of the book, so the second about one subject would not see the first.
    """
    found: list[list[Reaction]] = []
    last: dict[SubjectId, int] = {}
    for reaction in reactions:
        touched = [one.subject for one in reaction.command.consults()]
        nth = max((last[one] + 1 for one in touched if one in last), default=0)
        last |= dict.fromkeys(touched, nth)
        if nth == len(found):
            found.append([])
        found[nth].append(reaction)
    return found


@contextmanager
def reacting(application: Application) -> Iterator[Reacting | None]:
    """Take the turn for the length of a with statement; None when another process has it."""
    with turn(application.database.append.conninfo) as held:
        yield None if held is None else Reacting(application, held)


def caught_up(application: Application) -> None:
    """See to it that reactions to all that is recorded by now have run, here or in the process that has the turn.

    Raises WaitedTooLong when the other process does not get there.
    """
    head, deadline = application.ledger.head(), time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        with reacting(application) as ours:
            if ours is not None:
                ours.run()
                return
        with application.database.append.connection() as connection:
            if progress(connection).position >= head:
                return
        time.sleep(LOOK_SECONDS)
    raise WaitedTooLong


def _holder(command: AnyCommand) -> SubjectId:
    """Whose key seals a reaction's document: its recipient's."""
    assert isinstance(command, SubmitMessage), "only a message brings a document"
    assert command.recipient is not None, "a message that follows by itself has a known recipient"
    return command.recipient
