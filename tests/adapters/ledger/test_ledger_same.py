"""Proves that the ledger in memory and the ledger on PostgreSQL behave the same for every request."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from adapters.keys.key_store import PostgresKeys
from adapters.keys.vault import Vault
from adapters.ledger.entry import Appended, Criterion, Entry, record_of
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.database import connect
from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.pool import Pool
from bin.application.command_handler import CommandHandler
from bin.application.outcomes import CommandReused, RefusedBy
from domain.command import Refused
from domain.context import Context
from domain.entities import FACTS
from domain.identity.birth_and_death import RecordDeath
from domain.identity.cpr import CprNumber
from domain.identity.names import PersonName
from domain.identity.number import CprChangeReason
from domain.identity.number_commands import ChangeCpr
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.identity.protection_commands import ProtectPerson
from domain.nemkonto.account import DanishAccount
from domain.nemkonto.designation import DesignationChannel
from domain.nemkonto.designation_commands import DesignateNemkonto
from domain.subject import AccountIndex, CprIndex, DesignationId, PersonId, SubjectId
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.adapters.ledger.ledger_scenes import KEK, decision
from tests.adapters.ledger.memory_ledger import MemoryLedger
from tests.conftest import fresh_database
from tests.controls import letter
from tests.law import NOW

FEW = st.integers(0, 3)
STEPS, EXAMPLES = 20, 12


def person(nth: int) -> PersonId:
    return PersonId(UUID(int=0xA000 + nth))


def index(nth: int) -> CprIndex:
    return CprIndex(UUID(int=0xC000 + nth))


NUMBERS = tuple(CprNumber(f"71028513{nth}7") for nth in range(4))


def commands() -> st.SearchStrategy[Any]:
    """Commands about few people and few numbers, so that they meet."""
    return st.one_of(
        st.builds(
            lambda who, nth: RegisterPerson(
                person=person(who), index=index(nth), number=NUMBERS[nth], name=PersonName(family="Prøve")
            ),
            FEW,
            FEW,
        ),
        st.builds(lambda who, nth: ChangeName(person=person(who), name=PersonName(family=f"Prøve {nth}")), FEW, FEW),
        st.builds(
            lambda who, nth: ChangeCpr(
                person=person(who), index=index(nth), number=NUMBERS[nth], reason=CprChangeReason.OTHER
            ),
            FEW,
            FEW,
        ),
        st.builds(lambda who: ProtectPerson(person=person(who)), FEW),
        st.builds(lambda who, nth: RecordDeath(person=person(who), died_on=(NOW - timedelta(nth)).date()), FEW, FEW),
        st.builds(lambda who: letter(recipient=person(who)), FEW),
        st.builds(
            lambda who, nth: DesignateNemkonto(
                designation=DesignationId(UUID(int=0xD000 + nth)),
                payee=person(who),
                account_index=AccountIndex(UUID(int=0xE000 + nth)),
                account=DanishAccount(registration_number="0040", account_number=f"{nth}"),
                channel=DesignationChannel.BANK,
                institution="0040",
                consent="consent",
            ),
            FEW,
            FEW,
        ),
    )


def asked(command: Any, number: int) -> tuple[Any, Context]:
    to = UUID(int=0xF000 + number)
    return command, Context(authority="34051178", actor="system:test", legal_basis="§ 1", command=to, correlation=to)


def outcome_of(act: Callable[[], Any]) -> Any:
    """The outcome of an act, in a form in which two ledgers can be compared."""
    try:
        outcome = act()
    except (Refused, CommandReused) as error:
        return type(error).__name__
    if isinstance(outcome, list):
        return [one if not isinstance(one, RefusedBy) else type(one.refusal).__name__ for one in outcome]
    return outcome


def concerned(entry: Entry) -> set[SubjectId]:
    """Whom a stored entry concerns."""
    return set(record_of(entry, FACTS).event.subjects())


class TwoLedgers(RuleBasedStateMachine):
    """The same commands to a ledger in memory and to one on PostgreSQL."""

    server: EmbeddedServer
    template: str

    @initialize()
    def open(self) -> None:
        self.held = ExitStack()
        url = self.held.enter_context(fresh_database(self.server, self.template))
        with connect(url, autocommit=True) as owner:
            owner.execute("insert into ledger.simulated_clock (now_is) values (%s)", [NOW])
        pool = Pool(url, "rigsbog_append", key_lookups=True)
        self.held.callback(pool.close)
        self.memory = CommandHandler(MemoryLedger(lambda: NOW), Vault(MemoryKeys(), KEK))
        self.real = CommandHandler(PostgresLedger(pool), Vault(PostgresKeys(pool), KEK))

    @rule(command=commands(), number=st.integers(0, 400))
    def execute(self, command: Any, number: int) -> None:
        one = asked(command, number)
        assert outcome_of(lambda: self.memory.execute(*one)) == outcome_of(lambda: self.real.execute(*one))

    @rule(
        many=st.lists(st.tuples(commands(), st.integers(0, 400)), min_size=1, max_size=6, unique_by=lambda one: one[1])
    )
    def execute_many(self, many: list[tuple[Any, int]]) -> None:
        all_asked = [asked(*one) for one in many]
        assert outcome_of(lambda: self.memory.execute_many(all_asked)) == outcome_of(
            lambda: self.real.execute_many(all_asked)
        )

    @rule(
        wanted=st.lists(
            st.builds(
                Criterion,
                st.lists(st.one_of(FEW.map(person), FEW.map(index)), max_size=2, unique=True).map(tuple),
                st.none() | st.just(("NameEntered", "CprAssigned")) | st.just(("CprAssigned",)),
            ),
            max_size=2,
        ),
        after=st.integers(0, 10),
        until=st.none() | st.integers(0, 20),
        limit=st.none() | st.integers(1, 5),
    )
    def read(self, wanted: list[Criterion], after: int, until: int | None, limit: int | None) -> None:
        ours, theirs = (
            [
                (
                    one.position,
                    one.name,
                    one.subject,
                    set(record_of(one, FACTS).event.subjects()),
                    one.context,
                    one.ordinal,
                    one.payload,
                )
                for one in handler.ledger.entries(wanted, after=after, until=until, limit=limit)
            ]
            for handler in (self.memory, self.real)
        )
        assert ours == theirs
        if all(one.subjects for one in wanted):
            consulted = [
                [one.position for one in handler.ledger.consult(wanted).entries] for handler in (self.memory, self.real)
            ]
            assert consulted[0] == consulted[1]

    def teardown(self) -> None:
        if hasattr(self, "held"):
            with self.held:
                ours, theirs = ([one.event for one in handler.opened_records()] for handler in (self.memory, self.real))
                assert ours == theirs


@pytest.mark.slow
def test_both_ledgers_give_the_same_outcomes_and_hold_the_same_records(
    postgres_server: EmbeddedServer, template_database: str
) -> None:
    machine = type("TwoLedgersHere", (TwoLedgers,), {"server": postgres_server, "template": template_database})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
    )


def test_both_ledgers_give_the_same_outcomes_of_a_batch_of_rivals(database_url: str) -> None:
    first = decision(facts=2)
    rival = decision(about=first.entries[0].subject)  # type: ignore[arg-type]  # it is a message
    batch = [first, rival, first, decision(command=first.command, digest=b"other"), decision()]
    pool = Pool(database_url, "rigsbog_append", key_lookups=True)
    ledgers = (MemoryLedger(lambda: NOW), PostgresLedger(pool))

    ours, theirs = (ledger.append_many(batch) for ledger in ledgers)
    stored = [[entry.recorded_at for entry in ledger.entries(())] for ledger in ledgers]
    pool.close()

    assert ours == theirs
    assert isinstance(ours[0], Appended)
    assert [one.verdict for one in ours] == ["recorded", "conflict", "repeated", "other", "recorded"]
    for outcomes, (first_time, second_time, last_time) in zip((ours, theirs), stored, strict=True):
        assert first_time == second_time
        assert [one.recorded_at for one in outcomes] == [first_time, None, None, None, last_time]
