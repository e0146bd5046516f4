"""Proves that a subscriber is notified of each record, and misses nothing when connections break."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

from adapters.ledger import eventsourcing as subscription_module
from adapters.ledger.eventsourcing import LedgerRecorder, PostgresSubscription
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.database import connect
from domain.entities import FACTS
from tests.adapters.ledger.ledger_scenes import AVAILABLE, decision, opened_ledger

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 20.0


@pytest.fixture
def ledger(database_url: str) -> Iterator[PostgresLedger]:
    with opened_ledger(database_url) as opened:
        opened.append_many([decision()])
        yield opened


@contextmanager
def positions(ledger: PostgresLedger, query: DCBQuery | None = None) -> Iterator[Callable[[], int]]:
    """The positions that a subscriber in its own thread receives, one at a time."""
    received: queue.Queue[int] = queue.Queue()
    with LedgerRecorder(ledger, FACTS).subscribe(query, after=ledger.head()) as subscription:

        def follow() -> None:
            for record in subscription:
                received.put(record.position)

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        yield lambda: received.get(timeout=PATIENCE_SECONDS)
    follower.join(PATIENCE_SECONDS)
    assert not follower.is_alive()


def listeners(url: str) -> int:
    with connect(url, autocommit=True) as connection:
        listening = connection.execute(
            "select count(*) from pg_stat_activity where query = 'listen rigsbog_ledger'"
            " and datname = current_database()"
        ).fetchone()
    assert listening is not None
    return int(listening[0])


def until(condition: Callable[[], bool]) -> None:
    ending = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ending, "it did not come about in time"
        time.sleep(0.01)


def test_a_subscriber_is_woken_and_does_not_wait_for_the_next_look(
    ledger: PostgresLedger, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription_module, "WAKE_SECONDS_MAX", PATIENCE_SECONDS / 4)
    with positions(ledger) as received:
        until(lambda: listeners(database_url) == 1)
        for size in (1, 3, 60):
            started = time.monotonic()
            (*_, last) = ledger.append_many([decision() for _ in range(size)])
            assert [received() for _ in range(size)][-1] == last.last
            assert time.monotonic() - started < PATIENCE_SECONDS / 4
    until(lambda: listeners(database_url) == 0)


def test_a_subscriber_hears_only_what_it_asked_for(ledger: PostgresLedger) -> None:
    wanted = decision()
    query = DCBQuery(items=[DCBQueryItem(types=[AVAILABLE], tags=[str(wanted.entries[0].subject)])])
    with positions(ledger, query) as received:
        ledger.append_many([decision()])
        (appended,) = ledger.append_many([wanted])
        assert received() == appended.last


def test_a_subscriber_whose_listener_is_killed_hears_all_the_same(
    ledger: PostgresLedger, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription_module, "WAKE_SECONDS_MAX", 0.05)
    with positions(ledger) as received:
        until(lambda: listeners(database_url) == 1)
        for _ in range(3):
            with connect(database_url, autocommit=True) as connection:
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            (appended,) = ledger_after_the_break(ledger)
            assert received() == appended
            until(lambda: listeners(database_url) == 1)


def ledger_after_the_break(ledger: PostgresLedger) -> tuple[int]:
    """The position of one more fact, recorded by a writer whose own connections were killed too."""
    assert ledger.head() > 0
    (appended,) = ledger.append_many([decision()])
    return (appended.last,)


def test_a_subscription_that_is_left_ends_and_leaves_nothing_behind(ledger: PostgresLedger, database_url: str) -> None:
    before = threading.active_count()
    with LedgerRecorder(ledger, FACTS).subscribe() as subscription:
        assert isinstance(subscription, PostgresSubscription)
        assert next(subscription).position == 1
    until(lambda: threading.active_count() <= before + 3)
    until(lambda: listeners(database_url) == 0)
    assert list(subscription) == []
