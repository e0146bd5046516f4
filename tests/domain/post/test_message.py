"""A message's facts keep their form, and its state remembers how far it has come."""

from __future__ import annotations

import pytest

from domain.fact import Event, Retention
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.item import ITEM
from domain.post.message import MESSAGE, STAGES, Channel, Message, ServiceEffected, Stage
from domain.post.postponement import ReleasePostponed
from domain.post.receipt import RECEIPT
from domain.post.submission import MessageSubmitted
from domain.subject import MessageId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ARRIVED,
    AVAILABLE,
    HELD_BACK,
    LETTER,
    RELEASE_AT,
    SKAT,
    STORED,
    letter,
    submitted,
)
from tests.law import folded


def state(*facts: Event) -> Message:
    """The letter's state after the facts."""
    message = folded(MESSAGE.of(LETTER), facts)
    assert isinstance(message, Message)
    return message


def test_a_message_that_nobody_submitted_is_unknown() -> None:
    assert state(ANNA_EXEMPT) == Message()
    assert Message().stage is Stage.UNKNOWN


def test_a_message_knows_its_parties_and_content_but_nothing_personal() -> None:
    message = state(submitted(letter()))
    assert (message.stage, message.sender, message.recipient) == (Stage.SUBMITTED, SKAT, ANNA)
    assert message.content == STORED.content
    assert str(letter().title) not in repr(message)


def test_a_message_held_back_knows_its_release() -> None:
    assert (state(*HELD_BACK).stage, state(*HELD_BACK).release_at) == (Stage.SCHEDULED, RELEASE_AT)


def test_only_a_message_made_available_has_arrived() -> None:
    assert state(*ARRIVED).available
    assert not state(*HELD_BACK).available
    assert state(*HELD_BACK, AVAILABLE).available


def test_each_stage_of_a_message_has_its_fact() -> None:
    assert sorted(STAGES.values()) == sorted(Stage)
    assert set(STAGES) <= set(MESSAGE.contract.values())


@pytest.mark.parametrize("fact", MESSAGE.contract.values())
def test_every_fact_of_a_message_but_a_wait_a_service_and_an_import_happens_at_most_once(fact: type[Event]) -> None:
    assert fact.once is (fact not in {ReleasePostponed, ServiceEffected, ArrivalImported, ArrivalImportAnnulled})


@pytest.mark.parametrize("fact", [*MESSAGE.contract.values(), *ITEM.contract.values()])
def test_every_fact_of_a_message_and_its_item_is_first_about_the_message(fact: type[Event]) -> None:
    first = next(iter(fact.model_fields.values()))
    assert first.annotation is MessageId


def test_every_fact_is_stored_under_its_own_name() -> None:
    stored = {**MESSAGE.contract, **RECEIPT.contract, **ITEM.contract}
    assert {name: fact.__name__ for name, fact in stored.items()} == {name: name for name in stored}


@pytest.mark.parametrize("fact", [fact for fact in MESSAGE.contract.values() if fact.personal])
def test_what_is_personal_in_a_message_is_post_and_sealed_for_its_recipient(fact: type[Event]) -> None:
    assert (fact.holder, fact.retention) == ("recipient", Retention.POST)


def test_a_submission_comes_back_from_its_json_as_it_was() -> None:
    fact = submitted(letter(do_not_deliver_until=None))
    assert MessageSubmitted.model_validate_json(fact.model_dump_json()) == fact


def test_the_channels_are_those_of_the_one_public_mailbox() -> None:
    assert {channel.value for channel in Channel} == {"borger.dk", "e-Boks", "mit.dk", "app", "virk.dk"}
