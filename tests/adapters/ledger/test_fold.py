"""What a decision sees of personal fields: nothing, unless its entity is opened and the key still exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.keys.vault import Vault
from adapters.ledger import fold
from adapters.ledger.entry import Entry, record_of
from bin.application.command_handler import CommandHandler
from domain.command import Command, Consulted
from domain.context import Context
from domain.entry import EntrySource
from domain.fact import SEALED, Event
from domain.identity.birth import BIRTH, Birth
from domain.identity.person import BirthCorrected
from domain.identity.uncertain_day import UncertainDay
from domain.post.mail_registration import MAIL_REGISTRATION
from domain.post.mail_registration_plan import MAIL_REGISTRATION_PLAN
from domain.record import Record
from domain.subject import PersonId
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.adapters.ledger.memory_ledger import MemoryLedger
from tests.bin.application.test_legal_basis import Past
from tests.controls import ANNA, BIRTHDAY, planned
from tests.law import CONTEXT, NOW

BORN = BirthCorrected(person=ANNA, birth_date=date(2011, 6, 15), source=EntrySource.MUNICIPALITY)


def states(keys: MemoryKeys, *, erased: bool = False) -> Sequence[Any]:
    """The birth, the plan and the registration of a child, by a command handler."""
    handler = CommandHandler(MemoryLedger(lambda: NOW), Vault(keys, bytes(32)))
    handler.execute(Past(facts=(BORN, planned(ANNA, BIRTHDAY))), CONTEXT)
    if erased:
        handler.vault.destroy(ANNA)
    consulted = [entity.of(ANNA) for entity in (BIRTH, MAIL_REGISTRATION_PLAN, MAIL_REGISTRATION)]
    return handler.states(consulted)


def test_only_an_entity_that_is_opened_folds_what_is_personal() -> None:
    birth, plan, registration = states(MemoryKeys())
    assert birth == Birth(UncertainDay(2011, 6, 15))
    assert plan.effective_on == BIRTHDAY
    assert registration.planned.effective_on is SEALED


def test_what_a_destroyed_key_hides_is_not_opened() -> None:
    birth, plan, _ = states(MemoryKeys(), erased=True)
    assert (birth, plan.effective_on) == (Birth(), None)
    assert not plan.announces(date(2030, 1, 1))


class CountedKeys(MemoryKeys):
    """Keys that count how often they are asked for by their ids."""

    asked = 0

    def wrapped_by_id(self, keys: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        self.asked += 1
        return super().wrapped_by_id(keys)


class ReadBirths(Command[*tuple[Birth, ...]]):
    """Read when people were born, and record nothing."""

    legal_basis = "a paragraph"

    people: tuple[PersonId, ...]

    def consults(self) -> tuple[Consulted[Any], ...]:
        return tuple(BIRTH.of(person) for person in self.people)

    def decide(self, context: Context, *births: Birth) -> Iterator[Event]:
        assert all(birth.date for birth in births)
        yield from ()


def test_the_keys_of_all_that_is_opened_are_fetched_in_one_round_trip_and_each_fact_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys, ledger = CountedKeys(), MemoryLedger(lambda: NOW)
    children = [PersonId(uuid4()) for _ in range(5)]
    born = tuple(BORN.model_copy(update={"person": child}) for child in children)
    CommandHandler(ledger, Vault(keys, bytes(32))).execute(Past(facts=born), CONTEXT)
    read: list[int] = []

    def counted(entry: Entry, *given: Any) -> Record:
        read.append(entry.position)
        return record_of(entry, *given)

    monkeypatch.setattr(fold, "record_of", counted)
    handlers = [CommandHandler(ledger, Vault(keys, bytes(32))) for _ in range(3)]
    reading, request = ReadBirths(people=tuple(children)), replace(CONTEXT, command=uuid4())

    assert handlers[0].states(reading.consults()) == [Birth(UncertainDay(2011, 6, 15))] * 5
    assert (keys.asked, read) == (1, [1, 2, 3, 4, 5])
    handlers[1].execute(reading, request)
    assert (keys.asked, read) == (2, [1, 2, 3, 4, 5] * 2)
    handlers[2].execute_many([(reading, request)])
    assert (keys.asked, read) == (3, [1, 2, 3, 4, 5] * 3)
