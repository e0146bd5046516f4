"""Proves that each command is executed once, that its first outcome counts, and that concurrent decisions never mix."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from threading import Barrier
from typing import Any, Self
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import TupleRow

from adapters.keys.key_store import PostgresKeys
from adapters.keys.vault import Vault
from adapters.ledger.entry import Appended, Decision, TooMuchContention, Verdict
from adapters.ledger.ledger import APPEND_ONE, BULK_DECISIONS_MIN, PostgresLedger
from adapters.ledger.rows import CONSULT
from adapters.postgres.database import connect
from adapters.postgres.pool import Pool
from bin.application import attempts
from bin.application.command_handler import CommandHandler
from bin.application.outcomes import CommandReused, NewlyRecorded, NothingToRecord, Outcome, Recorded, RefusedBy
from domain.identity.names import PersonName
from domain.identity.number import CprAssigned, NumberTaken
from domain.identity.person import PersonRegistered
from domain.identity.person_commands import PersonBearsAnotherNumber
from domain.identity.person_name import ChangeName, NameEntered
from domain.subject import CprIndex, PersonId
from migrations.advisory_locks import AdvisoryLock
from tests.adapters.ledger.ledger_scenes import KEK, context, decision, opened_handler, opened_ledger, registration
from tests.controls import ANNAS_NAME

LONG_AGO, NEW_NAME = date(2020, 1, 1), PersonName(family="Nyere")

CALLERS = 8
SIZES = [1, BULK_DECISIONS_MIN - 1, BULK_DECISIONS_MIN + 10]
"""How many other decisions are in a batch: alone, by one statement, copied in."""


@pytest.fixture(scope="module")
def handler(database_url: str) -> Iterator[CommandHandler]:
    with opened_handler(database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def ledger(database_url: str) -> Iterator[PostgresLedger]:
    with opened_ledger(database_url) as opened:
        yield opened


class StatementLog(Pool):
    """A pool that notes each statement of its connections."""

    @cached_property
    def statements(self) -> list[str]:
        """The statements so far, in order."""
        return []

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """Lend a connection whose cursors note what they execute."""
        statements = self.statements

        class NotingCursor(psycopg.Cursor[TupleRow]):
            def execute(self, query: Any, *arguments: Any, **options: Any) -> Self:
                statements.append(query)
                return super().execute(query, *arguments, **options)

        with super().connection() as connection:
            connection.cursor_factory = NotingCursor
            yield connection


def appended(ledger: PostgresLedger, size: int, *decisions: Decision) -> list[Appended]:
    """The outcomes of decisions in one batch with others of no concern to them."""
    others = [decision() for _ in range(size - 1)]
    return ledger.append_many([*others, *decisions])[len(others) :]


@pytest.mark.parametrize("size", SIZES)
def test_a_repeated_decision_has_its_first_outcome_and_records_nothing(ledger: PostgresLedger, size: int) -> None:
    once = decision(facts=3)
    (first,) = appended(ledger, size, once)
    (again,) = appended(ledger, size, once)

    assert first.verdict is Verdict.RECORDED
    assert again == Appended(Verdict.REPEATED, first.first, first.last)
    assert len(ledger.entries(after=first.first - 1, until=first.last)) == 3


@pytest.mark.parametrize("size", SIZES)
def test_the_outcome_of_a_recorded_decision_says_when_it_was_recorded(ledger: PostgresLedger, size: int) -> None:
    once = decision(facts=2)
    (first,) = appended(ledger, size, once)
    again, other = appended(ledger, size, once, decision(command=once.command, digest=b"other"))

    stored = ledger.entries(after=first.first - 1, until=first.last)
    assert [entry.recorded_at for entry in stored] == [first.recorded_at] * 2
    assert (again.recorded_at, other.recorded_at) == (None, None)


@pytest.mark.parametrize("size", SIZES)
def test_the_same_command_id_with_other_content_is_detected(ledger: PostgresLedger, size: int) -> None:
    once = decision()
    (first,) = appended(ledger, size, once)
    (other,) = appended(ledger, size, decision(command=once.command, digest=b"other"))

    assert other == Appended(Verdict.OTHER, first.first, first.last)


@pytest.mark.parametrize("size", SIZES)
def test_within_one_batch_the_second_of_a_command_id_finds_the_first(ledger: PostgresLedger, size: int) -> None:
    once = decision(facts=2)
    first, again, other = appended(ledger, size, once, once, decision(command=once.command, digest=b"other"))

    assert first.verdict is Verdict.RECORDED
    assert (again, other) == (
        Appended(Verdict.REPEATED, first.first, first.last),
        Appended(Verdict.OTHER, first.first, first.last),
    )


@pytest.mark.parametrize("size", SIZES)
def test_a_decision_is_in_conflict_with_what_was_recorded_meanwhile_and_others_are_not(
    ledger: PostgresLedger, size: int
) -> None:
    first = decision()
    late, free = decision(about=first.entries[0].subject), decision()  # type: ignore[arg-type]  # it is a message
    appended(ledger, size, first)

    outcomes = appended(ledger, size, late, free)

    assert [one.verdict for one in outcomes] == [Verdict.CONFLICT, Verdict.RECORDED]


@pytest.mark.parametrize("size", SIZES)
def test_within_one_batch_the_first_of_two_rivals_is_recorded(ledger: PostgresLedger, size: int) -> None:
    first = decision()
    rival, free = decision(about=first.entries[0].subject), decision()  # type: ignore[arg-type]  # it is a message

    outcomes = appended(ledger, size, first, rival, free)

    assert [one.verdict for one in outcomes] == [Verdict.RECORDED, Verdict.CONFLICT, Verdict.RECORDED]


@pytest.mark.parametrize("size", SIZES)
def test_a_rival_of_a_decision_that_fails_is_recorded(ledger: PostgresLedger, size: int) -> None:
    failing, rival = decision(), decision()
    appended(ledger, 1, dataclasses.replace(failing, digest=b"earlier", entries=decision().entries))
    rival = dataclasses.replace(rival, unless=failing.unless)

    outcomes = appended(ledger, size, failing, rival)

    assert [one.verdict for one in outcomes] == [Verdict.OTHER, Verdict.RECORDED]


def test_positions_follow_the_order_of_the_batch(ledger: PostgresLedger) -> None:
    head = ledger.head()
    outcomes = ledger.append_many([decision(facts=1 + nth % 3) for nth in range(BULK_DECISIONS_MIN)])

    assert [one.first for one in outcomes] == [head + 1, *(one.last + 1 for one in outcomes[:-1])]


def one_by_one(handler: CommandHandler, asked: Sequence[tuple[object, object]]) -> list[Outcome]:
    return [handler.execute(command, to) for command, to in asked]  # type: ignore[arg-type]  # a command and a context


def together(handler: CommandHandler, asked: Sequence[tuple[object, object]]) -> list[Outcome]:
    return handler.execute_many(asked)  # type: ignore[arg-type]  # commands and contexts


WAYS = [one_by_one, together]


@pytest.mark.parametrize("way", WAYS)
def test_a_repeated_command_returns_its_first_positions(
    handler: CommandHandler, way: Callable[..., list[Outcome]]
) -> None:
    request = (registration(), context())
    first, again = (way(handler, [request])[0] for _ in range(2))

    assert isinstance(first, NewlyRecorded)
    assert again == Recorded(first.first, first.last)


@pytest.mark.parametrize("way", WAYS)
def test_a_command_id_used_for_something_else_is_refused(
    handler: CommandHandler, way: Callable[..., list[Outcome]]
) -> None:
    to = context()
    way(handler, [(registration(), to)])

    with pytest.raises(CommandReused, match="Give each command an id of its own"):
        way(handler, [(registration(), to)])


@pytest.mark.parametrize("way", WAYS)
def test_a_command_to_which_nothing_follows_records_nothing(
    handler: CommandHandler, way: Callable[..., list[Outcome]]
) -> None:
    command = registration()
    way(handler, [(command, context())])
    head = handler.ledger.consult(()).head

    assert way(handler, [(command, context())]) == [NothingToRecord()]
    assert handler.ledger.consult(()).head == head


@pytest.mark.parametrize("size", SIZES)
def test_the_records_of_an_outcome_are_those_that_are_stored(handler: CommandHandler, size: int) -> None:
    outcomes = together(handler, [(registration(), context()) for _ in range(size)])

    for outcome in outcomes:
        assert isinstance(outcome, Recorded)
        stored = tuple(handler.records(after=outcome.first - 1, until=outcome.last))
        assert handler.records_of(outcome) == stored


@pytest.mark.parametrize("size", SIZES)
def test_the_records_of_an_outcome_are_not_read_back(
    handler: CommandHandler, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    outcomes = together(handler, [(registration(), context()) for _ in range(size)])
    monkeypatch.delattr(type(handler.ledger), "entries")

    records = [handler.records_of(outcome) for outcome in outcomes if isinstance(outcome, Recorded)]
    assert len(records) == size
    assert all(records)


def test_one_command_with_its_records_takes_one_consultation_and_one_append(database_url: str) -> None:
    pool = StatementLog(database_url, "rigsbog_append", key_lookups=True)
    handler = CommandHandler(PostgresLedger(pool), Vault(PostgresKeys(pool), KEK))
    person = registration()
    handler.execute(person, context())
    pool.statements.clear()

    outcome = handler.execute(ChangeName(person=person.person, name=NEW_NAME, valid_from=LONG_AGO), context())
    records = handler.records_of(outcome)
    pool.close()

    assert pool.statements == [CONSULT, APPEND_ONE]
    assert [record.name for record in records] == ["NameAnnulled", "NameEntered"]


def test_the_records_of_a_repeated_command_are_its_first_ones(handler: CommandHandler) -> None:
    request = (registration(), context())
    first, again = (handler.records_of(handler.execute(*request)) for _ in range(2))

    assert first
    assert again == first


def test_one_command_twice_in_a_batch_is_executed_once(handler: CommandHandler) -> None:
    request = (registration(), context())
    first, again = together(handler, [request, request])

    assert isinstance(first, NewlyRecorded)
    assert again == Recorded(first.first, first.last)


def test_a_refusal_in_a_batch_leaves_the_others_alone(handler: CommandHandler) -> None:
    command = registration()
    outcomes = together(
        handler, [(ChangeName(person=PersonId(uuid4()), name=ANNAS_NAME), context()), (command, context())]
    )

    assert isinstance(outcomes[0], RefusedBy)
    assert isinstance(outcomes[1], Recorded)


@pytest.mark.parametrize("size", [2, 80])
def test_in_a_batch_one_number_asked_for_by_two_goes_to_the_first(handler: CommandHandler, size: int) -> None:
    index = CprIndex(uuid4())
    others = [(registration(), context()) for _ in range(size - 2)]
    outcomes = together(
        handler, [(registration(index=index), context()), *others, (registration(index=index), context())]
    )

    assert all(isinstance(one, Recorded) for one in outcomes[:-1])
    assert isinstance(outcomes[-1], RefusedBy)
    assert isinstance(outcomes[-1].refusal, NumberTaken)


def test_a_conflict_is_decided_again_on_what_is_known_then(
    handler: CommandHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, rival = CprIndex(uuid4()), registration()
    late = registration(index=index)
    consult = handler.ledger.consult
    meddled: list[bool] = []

    def meddle(*arguments: object) -> object:
        basis = consult(*arguments)  # type: ignore[arg-type]  # handed through
        if not meddled:
            meddled.append(True)
            handler.execute(dataclasses.replace(rival, index=index), context())
        return basis

    monkeypatch.setattr(handler.ledger, "consult", meddle)

    with pytest.raises(NumberTaken):
        handler.execute(late, context())


@pytest.mark.parametrize("way", WAYS)
def test_after_a_number_of_retries_the_command_ends_as_contention(
    handler: CommandHandler, monkeypatch: pytest.MonkeyPatch, way: Callable[..., list[Outcome]]
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("bin.application.attempts.time.sleep", pauses.append)
    monkeypatch.setattr(
        handler.ledger, "append_many", lambda decisions: [Appended(Verdict.CONFLICT) for _ in decisions]
    )

    with pytest.raises(TooMuchContention, match="try again in a moment, with the same command id"):
        way(handler, [(registration(), context())])

    assert len(pauses) == attempts.ATTEMPTS_MAX - 1
    for attempt, pause in enumerate(pauses, 1):
        whole = min(attempts.PAUSE_SECONDS * 2**attempt, attempts.PAUSE_SECONDS_MAX)
        assert 0.5 <= pause / whole <= 1
    assert len({pause / 2**nth for nth, pause in enumerate(pauses)}) > 1


def test_a_busy_ledger_is_too_much_contention(
    handler: CommandHandler, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as holder, opened_ledger(database_url) as other:
        holder.execute("select pg_advisory_xact_lock(%s)", [AdvisoryLock.APPEND])
        with other.connections.connection() as connection:
            connection.execute("set lock_timeout = 50")
        with pytest.raises(TooMuchContention):
            other.append_many([decision()])


def test_a_number_asked_for_by_many_at_once_has_exactly_one_bearer(database_url: str) -> None:
    with opened_handler(database_url) as first, opened_handler(database_url) as another:
        for _ in range(10):
            index, ready = CprIndex(uuid4()), Barrier(CALLERS)

            def ask(number: int, index: CprIndex = index, ready: Barrier = ready) -> bool:
                ready.wait()
                try:
                    (first, another)[number % 2].execute(registration(index=index), context())
                except NumberTaken:
                    return False
                return True

            with ThreadPoolExecutor(CALLERS) as callers:
                assert sum(callers.map(ask, range(CALLERS))) == 1
            borne = [record for record in first.records(index) if isinstance(record.event, CprAssigned)]
            assert len(borne) == 1


def test_a_person_registered_by_many_with_different_numbers_is_registered_once(database_url: str) -> None:
    with opened_handler(database_url) as handler:
        person, ready = PersonId(uuid4()), Barrier(CALLERS)

        def ask(_: int) -> bool:
            ready.wait()
            try:
                handler.execute_many([(registration(person), context()) for _ in range(3)])
                return isinstance(handler.execute(registration(person), context()), NothingToRecord)
            except PersonBearsAnotherNumber:
                return False

        with ThreadPoolExecutor(CALLERS) as callers:
            list(callers.map(ask, range(CALLERS)))
        entered = [record for record in handler.records(person) if isinstance(record.event, PersonRegistered)]
        assert len(entered) == 1


def test_commands_of_many_callers_leave_the_effects_of_some_serial_order(database_url: str) -> None:
    chance = random.Random(2)  # noqa: S311 - a test's dice
    with opened_handler(database_url) as handler:
        people = [PersonId(uuid4()) for _ in range(3)]
        for person in people:
            handler.execute(registration(person), context())
        requests = [
            (ChangeName(person=chance.choice(people), name=NEW_NAME, valid_from=LONG_AGO + timedelta(nth)), context())
            for nth in range(160)
        ]
        with ThreadPoolExecutor(CALLERS) as callers:
            outcomes = list(callers.map(lambda one: handler.execute(*one), requests))
        for person in people:
            names = [record for record in handler.records(person) if isinstance(record.event, NameEntered)]
            commands = {record.context.command for record in names[1:]}
            assert commands == {to.command for command, to in requests if command.person == person}
            assert len(commands) == len(names) - 1
        assert len({one.first for one in outcomes if isinstance(one, Recorded)}) == len(requests)
