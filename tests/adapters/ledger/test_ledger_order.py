"""Proves that positions follow the order of commits without a gap, with several writers and with rollbacks."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from adapters.ledger.eventsourcing import LedgerRecorder
from adapters.ledger.ledger import PostgresLedger
from domain.entities import FACTS
from tests.adapters.ledger.ledger_scenes import decision, opened_ledger
from tests.volume import part_or_whole

ROOT = Path(__file__).parents[3]
WRITERS = 6
DEADLINE_SECONDS = 600
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Tail(threading.Thread):
    """Follows by position alone, and notes everything that is not as promised."""

    def __init__(self, url: str, after: int, until: int) -> None:
        super().__init__(name="tail")
        self.url, self.position, self.until = url, after, until
        self.wrong: list[str] = []

    def run(self) -> None:
        latest, ending = LONG_AGO, time.monotonic() + DEADLINE_SECONDS
        with psycopg.connect(self.url, autocommit=True) as connection:
            while self.position < self.until and time.monotonic() < ending:
                rows = connection.execute(
                    "select position, recorded_at from ledger.record where position > %s order by position limit 5000",
                    [self.position],
                ).fetchall()
                for position, recorded_at in rows:
                    if position != self.position + 1 or recorded_at < latest:
                        self.wrong.append(f"{position} at {recorded_at} after {self.position} at {latest}")
                    self.position, latest = position, recorded_at
                time.sleep(0.0 if rows else 0.005)


class Subscriber(threading.Thread):
    """Follows by the ledger's own subscription."""

    def __init__(self, ledger: PostgresLedger, after: int, until: int) -> None:
        super().__init__(name="subscriber")
        self.ledger, self.position, self.until = ledger, after, until
        self.wrong: list[str] = []

    def run(self) -> None:
        with LedgerRecorder(self.ledger, FACTS).subscribe(after=self.position) as subscription:
            while self.position < self.until:
                position = next(subscription).position
                if position != self.position + 1:
                    self.wrong.append(f"{position} after {self.position}")
                self.position = position


MISPLACED = (
    "select count(*) from ledger.record r where not exists (select from ledger.subject s"
    " where s.position = r.position and s.subject = r.subject and s.fact = r.fact and s.kind = r.kind)"
    " or not exists (select from ledger.command c where c.command = r.command"
    " and r.position between c.first_position and c.last_position)"
)
"""Records that are not found under their own subject and their command."""


def wrong_while_six_processes_write(url: str, facts: int) -> list[str]:
    """What two readers missed, read twice or read out of order while six processes wrote, and every other error."""
    with opened_ledger(url) as ledger:
        ledger.append_many([decision()])
        head = ledger.head()
        each = -(-facts // WRITERS)
        readers = (Tail(url, head, head + each * WRITERS), Subscriber(ledger, head, head + each * WRITERS))
        for reader in readers:
            reader.start()
        writers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.adapters.ledger.ledger_writer", url, str(seed), str(each)], cwd=ROOT
            )
            for seed in range(WRITERS)
        ]
        ended = [writer.wait(DEADLINE_SECONDS) for writer in writers]
        for reader in readers:
            reader.join(DEADLINE_SECONDS)
        last = head + each * WRITERS
        wrong = [one for reader in readers for one in reader.wrong]
        wrong += [f"a reader ended at {reader.position} of {last}" for reader in readers if reader.position != last]
        wrong += [f"a writer ended with {code}" for code in ended if code]
        return wrong if ledger.head() == last else [*wrong, f"the head is {ledger.head()}, not {last}"]


@pytest.mark.volumes
@pytest.mark.parametrize("facts", part_or_whole([30_000], [200_000, 1_000_000]))
def test_six_processes_and_two_readers_lose_and_repeat_nothing(database_url: str, facts: int) -> None:
    assert wrong_while_six_processes_write(database_url, facts) == []
    with psycopg.connect(database_url) as connection:
        assert connection.execute(MISPLACED).fetchone() == (0,)
        counted = connection.execute("select sum(last_position - first_position + 1) from ledger.command").fetchone()
        assert counted == connection.execute("select count(*) from ledger.record").fetchone()
