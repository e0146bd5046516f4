"""What a decision sees of personal fields: nothing, unless its entity is opened and the key still exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from adapters.keys.vault import Vault
from bin.application.command_handler import CommandHandler
from domain.entry import EntrySource
from domain.fact import SEALED
from domain.identity.birth import BIRTH, Birth
from domain.identity.person import BirthCorrected
from domain.identity.uncertain_day import UncertainDay
from domain.post.mail_registration import MAIL_REGISTRATION
from domain.post.mail_registration_plan import MAIL_REGISTRATION_PLAN
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
