"""Finds the due times that have passed and that no fact settled, by the facts that set them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from adapters.ledger.entry import Criterion, Entry, record_of
from bin.application.application import Application
from domain.due import DUE_RULES, Due, DueRule, dues_by
from domain.entities import FACTS, NAMES
from domain.record import Record
from domain.subject import SubjectId, subject
from projections.due_times import DUE_TIMES
from projections.engine.follow import FollowState, all_progress

RULES = {rule.kind: rule for rule in DUE_RULES}
OPEN_DAYS = tuple(rule for rule in DUE_RULES if rule.due_at not in rule.begins.personal)
"""The rules whose day is in no encrypted part."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class PassedDueTimes:
    """Those of some rules that passed after `since`, or whenever when it is None, and by `until`."""

    application: Application
    connection: Connection
    rules: Sequence[DueRule]
    since: datetime | None
    until: datetime

    def batches(self) -> Generator[list[Due]]:
        """They are those of the register of due times, and those of the records that it does not include yet."""
        after = 0
        for register in all_progress(self.connection):
            if register.name == DUE_TIMES.name and register.state is not FollowState.STALE:
                after = register.position
                with self.connection.execute(self._unsettled()) as unsettled:
                    for rows in unsettled.partitions(BATCH):
                        yield self._last([(RULES[kind], subject(about)) for kind, about in rows])
        for records in self._setting_a_time(after):
            yield [due for record in records for due in dues_by(record) if self._holds(due)]

    def _holds(self, due: Due) -> bool:
        return due.rule in self.rules and due.due_at <= self.until and (self.since is None or due.due_at > self.since)

    def _unsettled(self) -> Select[Any]:
        """Rows of the register; one whose day is personal has no time, so it is among them whenever its rule is."""
        column = DUE_TIMES.table.c
        passed = column.due_at <= self.until
        if self.since is not None:
            passed &= column.due_at > self.since
        hidden = [rule.kind for rule in self.rules if rule not in OPEN_DAYS]
        return (
            select(column.kind, column.subject)
            .where(column.settled.is_(False), column.suspended.is_(False), or_(passed, column.kind.in_(hidden)))
            .execution_options(yield_per=BATCH)
        )

    def _last(self, rows: Sequence[tuple[DueRule, SubjectId]]) -> list[Due]:
        """The due time of each rule about each subject, by the last record that set it."""
        criteria = [Criterion((about,), (NAMES[rule.begins],)) for rule, about in rows]
        last: dict[tuple[DueRule, SubjectId], Due] = {}
        for record in self._opened(self.application.ledger.entries(criteria)):
            last |= {(due.rule, due.subject): due for due in dues_by(record)}
        return [last[each] for each in rows if each in last and self._holds(last[each])]

    def _setting_a_time(self, after: int) -> Iterator[list[Record]]:
        """The records after a position that set a due time of these rules, in batches."""
        criteria = (Criterion(facts=tuple(sorted({NAMES[rule.begins] for rule in self.rules}))),)
        while entries := self.application.ledger.entries(criteria, after=after, limit=BATCH):
            yield list(self._opened(entries))
            after = entries[-1].position

    def _opened(self, entries: Sequence[Entry]) -> Iterator[Record]:
        """The records of the entries, decrypted, but for those of a newer version, on which only that one decides."""
        self.application.vault.fetch(entry.sealed for entry in entries if entry.sealed is not None)
        for entry in entries:
            decrypted = self.application.handler.decrypt(entry)
            record = record_of(entry, FACTS, None if decrypted is None else decrypted.fields)
            if not record.event.newer:
                yield record
