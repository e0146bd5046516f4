"""A ledger on the eventsourcing library's memory, for tests that need no database."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from eventsourcing.dcb.api import DCBAppendCondition
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.persistence import IntegrityError

from adapters.ledger.entry import Appended, Consultation, Criterion, Decision, Entry, Verdict
from adapters.ledger.eventsourcing import entry_of, event_of, query_of
from domain.subject import SubjectId


class MemoryLedger:
    """A ledger that is gone with the process; its clock is the caller's."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.recorder = InMemoryDCBRecorder()
        self._clock = clock
        self._lock = threading.Lock()
        self._commands: dict[UUID, tuple[bytes, Appended]] = {}
        self._numbers: dict[UUID, SubjectId] = {}

    def consult(self, criteria: Sequence[Criterion], commands: Sequence[UUID] = ()) -> Consultation:
        """As PostgresLedger.consult."""
        return Consultation(
            entries=tuple(self.entries(criteria)) if criteria else (),
            head=self.head(),
            now=self._clock(),
            earlier={command: self._commands[command] for command in commands if command in self._commands},
        )

    def append_many(self, decisions: Sequence[Decision]) -> list[Appended]:
        """As PostgresLedger.append_many; nothing here is ever indeterminate."""
        with self._lock:
            return [self._append(decision) for decision in decisions]

    def settle(self, command: UUID) -> Appended | None:
        """As PostgresLedger.settle."""
        earlier = self._commands.get(command)
        return earlier and earlier[1]

    def entries(
        self, criteria: Sequence[Criterion] = (), *, after: int = 0, until: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """As PostgresLedger.entries."""
        events = self.recorder.read(query_of(criteria), after=after, limit=limit)
        entries = [entry_of(one.event, one.position) for one in events]
        return [dataclasses.replace(one, subjects=()) for one in entries if until is None or one.position <= until]

    def head(self) -> int:
        """The position of the last record; 0 when there is none."""
        return self.recorder.read().head or 0

    def _append(self, decision: Decision) -> Appended:
        if decision.command in self._commands:
            digest, appended = self._commands[decision.command]
            return dataclasses.replace(appended, verdict=Verdict.OTHER) if digest != decision.digest else appended
        if any(self._numbers.get(row.key.index, row.subject) != row.subject for row in decision.numbers):
            return Appended(Verdict.TAKEN)
        now = self._clock()
        events = [event_of(dataclasses.replace(entry, recorded_at=now), decision.digest) for entry in decision.entries]
        condition = None if decision.unless is None else DCBAppendCondition(query_of(decision.unless), decision.after)
        try:
            last = self.recorder.append(events, condition)
        except IntegrityError:
            return Appended(Verdict.CONFLICT)
        self._numbers |= {row.key.index: row.subject for row in decision.numbers}
        first = last - len(events) + 1
        self._commands[decision.command] = (decision.digest, Appended(Verdict.REPEATED, first, last))
        return Appended(Verdict.RECORDED, first, last, now)
