"""Proves that a command has exactly one effect wherever the connection breaks, also with replication."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from adapters.ledger.entry import Appended, Indeterminate, Verdict
from adapters.postgres.database import connect, create_database
from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.pool import ask
from bin.application import attempts
from bin.application.command_handler import CommandHandler
from bin.application.operations.migration import migrate
from bin.application.outcomes import NewlyRecorded, Recorded, StillIndeterminate
from domain.identity.person import PersonRegistered
from domain.subject import PersonId
from tests.adapters.ledger.cutting_proxy import Cut, CuttingProxy, cutting_proxy
from tests.adapters.ledger.ledger_scenes import context, decision, opened_handler, opened_ledger, registration
from tests.conftest import temporary_home

pytestmark = pytest.mark.slow

POINTS = 25
"""Random moments at which each way of cutting is tried."""
REQUESTS_SINGLE, REQUESTS_MANY = 9, 20
"""About so many requests a command, and a large batch, make of the server."""


@pytest.fixture(scope="module")
def proxy(database_url: str) -> Iterator[CuttingProxy]:
    with cutting_proxy(database_url) as opened:
        yield opened


def effects(url: str, person: PersonId) -> int:
    """How many times the person was entered, as one sees who needs no proxy."""
    with opened_handler(url) as handler:
        return sum(isinstance(record.event, PersonRegistered) for record in handler.records(person))


@pytest.mark.parametrize("cut", Cut)
def test_one_command_has_one_effect_wherever_the_connection_breaks(
    database_url: str, proxy: CuttingProxy, cut: Cut
) -> None:
    chance, before = random.Random(cut.name), proxy.cuts  # noqa: S311 - a test's dice
    with opened_handler(proxy.url) as handler:
        for _ in range(POINTS):
            person = PersonId(uuid4())
            proxy.cut(cut, chance.randint(1, REQUESTS_SINGLE))
            outcome = handler.execute(registration(person), context())
            assert isinstance(outcome, Recorded)
            assert effects(database_url, person) == 1
        proxy.spare()
    assert proxy.cuts > before + POINTS // 2


@pytest.mark.parametrize("cut", Cut)
def test_a_batch_has_one_effect_a_command_wherever_the_connection_breaks(
    database_url: str, proxy: CuttingProxy, cut: Cut
) -> None:
    chance, before = random.Random(cut.name), proxy.cuts  # noqa: S311 - a test's dice
    with opened_handler(proxy.url) as handler, opened_handler(database_url) as direct:
        for _ in range(POINTS):
            people = [PersonId(uuid4()) for _ in range(chance.choice([3, 80]))]
            proxy.cut(cut, chance.randint(1, REQUESTS_MANY))
            outcomes = handler.execute_many([(registration(person), context()) for person in people])
            assert all(isinstance(one, Recorded) for one in outcomes)
            first = min(one.first for one in outcomes if isinstance(one, Recorded))
            entered = [
                record.event.person
                for record in direct.records(after=first - 1)
                if isinstance(record.event, PersonRegistered)
            ]
            assert sorted(entered) == sorted(people)
        proxy.spare()
    assert proxy.cuts > before + POINTS // 2


def test_an_append_whose_reply_is_lost_is_indeterminate_and_then_settled(proxy: CuttingProxy) -> None:
    with opened_ledger(proxy.url) as ledger:
        ledger.append_many([decision()])
        stored, lost = decision(), decision()
        proxy.cut(Cut.BEFORE_REPLY, 1)
        with pytest.raises(Indeterminate, match="the connection broke"):
            ledger.append_many([stored])
        proxy.cut(Cut.BEFORE_REQUEST, 1)
        with pytest.raises(Indeterminate, match="the connection broke"):
            ledger.append_many([lost])

        head = ledger.head()
        assert ledger.settle(stored.command) == Appended(Verdict.REPEATED, head, head)
        assert ledger.settle(lost.command) is None


@pytest.fixture(scope="module")
def replicating_url() -> Iterator[str]:
    """A database on a separate server, whose settings a test may change."""
    with temporary_home() as home:
        server = EmbeddedServer(home)
        with server:
            create_database(server.url("postgres"), "rigsbog")
            migrate(server.url("rigsbog"))
            yield server.url("rigsbog")
        server.destroy()


@contextmanager
def standby_missing(url: str) -> Iterator[None]:
    """While commits must wait for a missing standby, and every wait is cancelled."""
    over = threading.Event()

    def cancel() -> None:
        with connect(url, autocommit=True) as connection:
            while not over.wait(0.02):
                connection.execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'")

    canceller = threading.Thread(target=cancel)
    canceller.start()
    set_standbys(url, "nowhere")
    try:
        yield
    finally:
        set_standbys(url, "")
        over.set()
        canceller.join()


def set_standbys(url: str, names: str) -> None:
    with connect(url, autocommit=True) as connection:
        connection.execute(f"alter system set synchronous_standby_names = '{names}'")
        connection.execute("select pg_reload_conf()")
    with connect(url, autocommit=True) as connection:
        for _ in range(500):
            if connection.execute("show synchronous_standby_names").fetchone() == (names,):
                return
            time.sleep(0.01)
    raise AssertionError("the server did not take the setting in time")


def test_a_commit_that_no_standby_confirmed_is_indeterminate_until_one_can(replicating_url: str) -> None:
    with opened_ledger(replicating_url) as ledger:
        ledger.append_many([decision()])
        large = [decision() for _ in range(80)]
        with standby_missing(replicating_url):
            for decisions in ([decision()], large):
                with pytest.raises(Indeterminate, match="PostgreSQL warned"):
                    ledger.append_many(decisions)
                with pytest.raises(Indeterminate, match="PostgreSQL warned"):
                    ledger.settle(decisions[0].command)
                with pytest.raises(Indeterminate, match="PostgreSQL warned"):
                    ledger.append_many(decisions)
        head = ledger.head()
        assert ledger.settle(large[-1].command) == Appended(Verdict.REPEATED, head, head)
        assert head == 1 + 1 + len(large)


@pytest.mark.parametrize("many", [False, True])
def test_the_answer_waits_for_replication_and_then_shows_the_one_effect(
    replicating_url: str, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PAUSE_SECONDS", 0.0001)
    person, to = PersonId(uuid4()), context()
    request = registration(person), to

    def put(handler: CommandHandler) -> object:
        return handler.execute_many([request])[0] if many else handler.execute(*request)

    with opened_handler(replicating_url) as handler:
        with standby_missing(replicating_url):
            for _ in range(2):
                with pytest.raises(StillIndeterminate, match="nothing is done twice"):
                    put(handler)
        outcome = put(handler)
        assert isinstance(outcome, Recorded)
        assert not isinstance(outcome, NewlyRecorded)
    assert effects(replicating_url, person) == 1


def test_a_reading_whose_connection_breaks_is_asked_again_and_other_errors_are_not(proxy: CuttingProxy) -> None:
    with opened_ledger(proxy.url) as ledger:
        ledger.append_many([decision()])
        head = ledger.head()
        proxy.cut(Cut.BEFORE_REPLY, 1)
        assert ledger.head() == head
        with pytest.raises(psycopg.errors.UndefinedFunction):
            ask(ledger.connections, "select ledger.no_such_function()")
