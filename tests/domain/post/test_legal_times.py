"""The legal clock of a message is the law's, with any other facts in its history and in any order."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given as for_every
from hypothesis import strategies as st

from domain.fact import Event
from domain.post.imported_arrival import ArrivalImported
from domain.post.item import (
    ItemDeleted,
    ItemDownloaded,
    ItemForwarded,
    ItemMarkedRead,
    ItemMarkedUnread,
    ItemMoved,
    ItemOpened,
)
from domain.post.legal_times import LEGAL_TIMES, LegalTimes, legal_times
from domain.post.mail_registration import UnreachableBecause
from domain.post.message import (
    MESSAGE,
    MessageOpened,
    MessageRecalled,
    NemSmsSent,
    ReleaseRefused,
    ServiceEffected,
)
from domain.post.postponement import ReleasePostponed
from domain.post.routing import MessageRouted
from domain.record import Record
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    ARRIVED,
    AVAILABLE,
    COMPLETED,
    HELD_BACK,
    LETTER,
    RELEASE_AT,
    SKAT,
    SUMMONED,
    letter,
)
from tests.law import CONTEXT, given

WAITING = HELD_BACK[-4:]
"""The letter is held back, without what is known of its sender."""

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
READING = {"message": LETTER, "recipient": ANNA, "reader": ANNA, "channel": "app"}
OPENED = MessageOpened.model_validate(READING)
OPENED_ITEM = ItemOpened.model_validate(READING)
MARKED_READ = ItemMarkedRead.model_validate(READING)
UNREAD = ItemMarkedUnread.model_validate(READING)
MOVED = ItemMoved.model_validate(READING | {"folder": "archive"})
DELETED = ItemDeleted.model_validate(READING)
DOWNLOADED = ItemDownloaded.model_validate(READING)
FORWARDED = ItemForwarded.model_validate(READING | {"to": "email"})
SERVED = ServiceEffected.model_validate(READING | {"handling": "opened"})
EXEMPT_AT_RELEASE = ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.EXEMPT)
RECALLED = MessageRecalled(message=LETTER, sender=SKAT, recipient=ANNA, reason="wrong person")
CONVENIENCE = (OPENED_ITEM, MARKED_READ, UNREAD, MOVED, DELETED, DOWNLOADED, FORWARDED)


def at(position: int) -> datetime:
    """When the record at the position was recorded: one a minute."""
    return MIDNIGHT + timedelta(minutes=position)


def handler(*facts: Event) -> list[Record]:
    """The facts as records 1, 2, 3, ..., one a minute."""
    return [
        Record(position=position, recorded_at=at(position), name=type(fact).__name__, event=fact, context=CONTEXT)
        for position, fact in enumerate(facts, 1)
    ]


def test_nothing_has_happened_to_a_message_without_records() -> None:
    assert legal_times([]) == LegalTimes()


def test_a_message_arrives_when_it_is_made_available_read_or_not() -> None:
    clock = legal_times(handler(*ARRIVED))
    assert clock == LegalTimes(submitted_at=at(2), available_at=at(4))


def test_a_message_held_back_has_not_arrived_on_the_day_that_it_waits_for() -> None:
    clock = legal_times(handler(*WAITING))
    assert clock == LegalTimes(submitted_at=at(2), scheduled_for=RELEASE_AT)
    assert clock.available_at is None


def test_a_released_message_arrives_when_it_was_released_not_when_it_should_have_been() -> None:
    clock = legal_times(handler(*WAITING, AVAILABLE, COMPLETED))
    assert clock.available_at == at(5)
    assert clock.scheduled_for == RELEASE_AT


def test_a_rejected_message_never_arrives() -> None:
    rejected = given(ANNAS_MAIL, ANNA_EXEMPT).when(letter())
    assert legal_times(handler(*rejected.facts)) == LegalTimes(submitted_at=at(1), rejected_at=at(3))


def test_a_recalled_message_never_arrives() -> None:
    clock = legal_times(handler(*WAITING, RECALLED))
    assert (clock.recalled_at, clock.available_at) == (at(5), None)


def test_a_message_refused_at_its_release_never_arrives() -> None:
    clock = legal_times(handler(*WAITING, ANNA_EXEMPT, EXEMPT_AT_RELEASE))
    assert (clock.refused_at, clock.available_at) == (at(6), None)


@pytest.mark.parametrize("later", [ANNA_EXEMPT, ANNA_DIED])
def test_an_exemption_or_a_death_after_arrival_moves_nothing(later: Event) -> None:
    assert legal_times(handler(*ARRIVED, later)) == legal_times(handler(*ARRIVED))


def test_opening_an_ordinary_message_is_knowledge_and_no_service() -> None:
    clock = legal_times(handler(*ARRIVED, OPENED, OPENED_ITEM))
    assert (clock.first_opened_at, clock.first_handled_at, clock.served_at) == (at(6), at(6), None)
    assert clock.available_at == at(4)


def test_a_summons_is_served_when_it_is_first_handled() -> None:
    clock = legal_times(handler(*SUMMONED, SERVED, MOVED, OPENED, OPENED_ITEM))
    assert (clock.served_at, clock.first_handled_at, clock.first_opened_at) == (at(6), at(6), at(8))


@pytest.mark.parametrize("handled", [MOVED, DELETED, DOWNLOADED, FORWARDED])
def test_an_ordinary_message_is_handled_without_being_opened(handled: Event) -> None:
    clock = legal_times(handler(*ARRIVED, handled))
    assert (clock.first_handled_at, clock.first_opened_at) == (at(6), None)


def test_a_representatives_opening_after_the_death_leaves_the_summons_unserved() -> None:
    clock = legal_times(handler(*SUMMONED, ANNA_DIED, OPENED, OPENED_ITEM))
    assert (clock.served_at, clock.first_opened_at) == (None, at(7))


def test_edge_22_marking_a_message_unread_moves_nothing() -> None:
    read = handler(*ARRIVED, OPENED, OPENED_ITEM)
    assert legal_times(handler(*ARRIVED, OPENED, OPENED_ITEM, UNREAD, OPENED_ITEM)) == legal_times(read)


def test_edge_22_marking_a_message_read_is_no_handling() -> None:
    assert legal_times(handler(*ARRIVED, MARKED_READ, UNREAD)) == legal_times(handler(*ARRIVED))


def test_a_message_arrives_although_nobody_was_notified_of_it() -> None:
    assert legal_times(handler(AVAILABLE)).available_at == at(1)


def test_edge_33_the_clock_is_the_ledgers_and_no_callers() -> None:
    skewed = CONTEXT.at(MIDNIGHT - timedelta(days=400))
    records = [
        dataclasses.replace(record, context=dataclasses.replace(skewed, effective_from=MIDNIGHT - timedelta(days=9)))
        for record in handler(*SUMMONED, SERVED)
    ]
    assert legal_times(records) == legal_times(handler(*SUMMONED, SERVED))


def test_the_clock_is_the_recorded_outcome_and_asks_no_rule() -> None:
    older = [
        fact.model_copy(update={"rule": "a_rule@1999-01-01"}) if hasattr(fact, "rule") else fact for fact in WAITING
    ]
    assert legal_times(handler(*older)) == legal_times(handler(*WAITING))


def test_every_fact_of_a_message_sets_a_time_but_a_nemsms_a_wait_and_a_routing_which_have_none_in_law() -> None:
    assert set(MESSAGE.contract.values()) - {
        fact for time in LEGAL_TIMES for fact in (*time.sources, time.annulled)
    } == {
        NemSmsSent,
        ReleasePostponed,
        MessageRouted,
    }


def test_an_arrival_in_another_system_has_the_time_of_that_system() -> None:
    there = datetime(2021, 3, 1, 10, tzinfo=UTC)
    imported = ArrivalImported(
        message=LETTER, sender=SKAT, recipient=ANNA, available_at=there, system="e-Boks", evidence_sha256="e0" * 32
    )
    assert legal_times(handler(imported)) == LegalTimes(available_at=there)


def test_each_time_is_described_once() -> None:
    assert [time.name for time in LEGAL_TIMES] == [field.name for field in dataclasses.fields(LegalTimes)]


HISTORY = st.lists(
    st.sampled_from([*SUMMONED, *WAITING, SERVED, OPENED, ANNA_EXEMPT, RECALLED, EXEMPT_AT_RELEASE, *CONVENIENCE])
)


@for_every(HISTORY, st.randoms())
def test_the_clock_is_the_same_for_every_order_of_the_records(facts: list[Event], random: Random) -> None:
    records = handler(*facts)
    shuffled = random.sample(records, len(records))
    assert legal_times(shuffled) == legal_times(records)


@for_every(HISTORY, st.data())
def test_a_legal_time_that_is_set_never_changes(facts: list[Event], draw: st.DataObject) -> None:
    records = handler(*facts)
    earlier = dataclasses.asdict(legal_times(records[: draw.draw(st.integers(0, len(records)))]))
    later = dataclasses.asdict(legal_times(records))
    assert {name: later[name] for name, shown in earlier.items() if shown} == {
        name: shown for name, shown in earlier.items() if shown
    }


@for_every(HISTORY)
def test_no_fact_of_the_item_touches_arrival_opening_or_service(facts: list[Event]) -> None:
    whole, law = legal_times(handler(*facts)), legal_times(r for r in handler(*facts) if r.event not in CONVENIENCE)
    assert dataclasses.replace(whole, first_handled_at=None) == dataclasses.replace(law, first_handled_at=None)
