"""The round of `rigsbog run` over all sealed records: it keeps its pace, gives way, goes on, and says how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest

from adapters.settings import load_settings
from bin.application.application import Application
from bin.daemon.check_worker import CheckWorker
from bin.daemon.seal_worker import SealWorker
from tests.bin.daemon.test_run import daemon, until
from tests.bin.terminal import Terminal, person

pytestmark = pytest.mark.slow

FAST = {"RIGSBOG_RECORD_CHECK_RATE": "1000000", "RIGSBOG_RECORD_CHECK_PAUSE_SECONDS": "0"}
SLOW = {"RIGSBOG_RECORD_CHECK_RATE": "1", "RIGSBOG_RECORD_CHECK_PAUSE_SECONDS": "0"}
PEOPLE = 100


@pytest.fixture(scope="module", autouse=True)
def sealed(terminal: Terminal) -> int:
    """How many records are sealed: more than one tile, and less than two."""
    terminal.register(*(person(serial) for serial in range(PEOPLE)), options=("--no-reactions",))
    terminal.ok("seal", "once")
    assert 256 < terminal.head() < 512
    return terminal.head()


@contextmanager
def checking(terminal: Terminal, *, behind: bool, **settings: str) -> Iterator[SealWorker]:
    """The worker alone, next to a sealer that only says whether it is behind."""
    application = Application(load_settings(terminal.environment | settings), terminal.url)
    stopping = threading.Event()
    with closing(application):
        seal = SealWorker(application, stopping)
        seal.behind = behind
        worker = CheckWorker(application, stopping, seal)
        worker.start()
        try:
            yield seal
        finally:
            stopping.set()
            worker.join()
        assert worker.failure is None


def stored(terminal: Terminal) -> tuple[Any, ...]:
    """How many records the present round has compared, how many the last had, and when that ended."""
    with psycopg.connect(terminal.url) as connection:
        rows = connection.execute("select compared, last_size, last_ended_at from seal.record_check").fetchall()
    return rows[0] if rows else (0, None, None)


def test_it_gives_way_while_the_sealer_is_behind(terminal: Terminal, sealed: int) -> None:
    assert "Not all sealed records have been compared" in terminal.run("status").out
    with checking(terminal, behind=True, **FAST) as seal:
        time.sleep(1.5)
        assert stored(terminal) == (0, None, None)
        seal.behind = False
        until(lambda: stored(terminal)[1] == sealed)


def test_it_keeps_to_its_rate_and_goes_on_where_it_was(terminal: Terminal, sealed: int) -> None:
    with checking(terminal, behind=False, **SLOW):
        until(lambda: stored(terminal)[0] == 256)
        time.sleep(1)
        assert stored(terminal)[0] == 256
    assert "the present round has compared 256 of" in terminal.run("status").out
    *_, before = stored(terminal)
    with checking(terminal, behind=False, **FAST):
        until(lambda: stored(terminal)[2] != before)
    assert stored(terminal)[:2] == (0, sealed)


def test_after_a_round_it_waits_though_it_is_started_again(terminal: Terminal, sealed: int) -> None:
    before = stored(terminal)
    assert before[:2] == (0, sealed)
    with checking(terminal, behind=False, **FAST | {"RIGSBOG_RECORD_CHECK_PAUSE_SECONDS": "3600"}):
        time.sleep(1)
    assert stored(terminal) == before


def test_status_says_when_the_daemon_last_compared_all(terminal: Terminal) -> None:
    *_, before = stored(terminal)
    with daemon(terminal, **FAST):
        until(lambda: stored(terminal)[2] != before)
    (document,) = terminal.run("status", "--json").lines
    compared, last_size, last_ended_at = stored(terminal)
    assert document["record_check"] == {
        "compared": compared,
        "last_size": last_size,
        "last_ended_at": last_ended_at.isoformat(),
    }
    shown = terminal.run("status").out
    assert f"The first {last_size:,} records were last compared with the seal again at" in shown
