"""The eventsourcing library's own recorder tests, on the ledger and on the library's in-memory recorder."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from eventsourcing.dcb.api import DCBRecorder
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.dcb.tests import DCBRecorderTestCase

from adapters.ledger.eventsourcing import LedgerRecorder
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.pool import Pool
from tests.adapters.ledger.raw_ledger import RAW, TYPES, RawLedger


class Published(DCBRecorderTestCase):
    """The library has its tests in methods that our test case calls."""

    __test__ = False

    def append_and_read(self, recorder: DCBRecorder, initial_position: int) -> None:
        self._test_append_read(recorder, initial_position)

    def append_and_subscribe(self, recorder: DCBRecorder, initial_position: int) -> None:
        self._test_append_subscribe(recorder, initial_position)


@pytest.fixture(scope="module")
def connections(database_url: str) -> Iterator[Pool]:
    """A database whose ledger knows the library's names, and connections to it as a writer of facts."""
    with psycopg.connect(database_url) as connection:
        for number, name in enumerate(TYPES):
            connection.execute("insert into ledger.fact_name values (%s, %s)", [1_000 + number, name])
    pool = Pool(database_url, "rigsbog_append", key_lookups=True)
    yield pool
    pool.close()


def recorder_on(kind: str, connections: Pool) -> DCBRecorder:
    """The ledger, or the library's in-memory recorder, under the same coat."""
    if kind == "memory":
        return RawLedger(InMemoryDCBRecorder())
    return RawLedger(LedgerRecorder(PostgresLedger(connections), RAW))


@pytest.mark.parametrize("kind", ["memory", "postgres"])
def test_the_recorder_appends_and_reads_as_the_library_demands(kind: str, connections: Pool) -> None:
    """Every assertion of the library's own test of append and read."""
    recorder = recorder_on(kind, connections)
    before = recorder.read().head or 0

    Published().append_and_read(recorder, before)

    assert recorder.read().head == before + 13


@pytest.mark.parametrize("kind", ["memory", "postgres"])
def test_the_recorder_wakes_its_subscribers_as_the_library_demands(kind: str, connections: Pool) -> None:
    """Every assertion of the library's own test of subscriptions."""
    recorder = recorder_on(kind, connections)
    before = recorder.read().head or 0

    Published().append_and_subscribe(recorder, before)

    assert recorder.read().head == before + 2
