"""A person's addresses: each from a day, reported some weeks ahead or some days late, corrected and called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.entry import EntryEndCause, EntrySource, Marker
from domain.fact import Event
from domain.identity.entry_commands import AnnulEntry, MatterName
from domain.identity.names import Address
from domain.identity.person import PersonDied
from domain.identity.person_address import (
    PERSON_ADDRESSES,
    AddressAnnulled,
    AddressEndCorrected,
    AddressEnded,
    AddressEntered,
    AddressKind,
)
from domain.identity.person_address_commands import (
    AddressAndKindDiffer,
    ChangeAddress,
    MoveReportedTooEarly,
    MoveReportedTooLate,
)
from domain.identity.person_checks import AfterTheDeath
from domain.identity.registered import UnknownParty
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from tests.controls import ANNA, ANNA_REGISTERED, ANNAS_ADDRESS_ENTERED
from tests.law import CONTEXT, NOW, folded, given

TODAY = NOW.date()
NEW = Address(street="Prøvegade 7", postal_code="8000", city="Aarhus C")


def move(day: date, **changes: Any) -> ChangeAddress:
    fields: dict[str, Any] = {"person": ANNA, "address": NEW, "valid_from": day}
    return ChangeAddress(**fields | changes)


def moved(*past: Event, on: date, **changes: Any) -> tuple[Event, ...]:
    """The facts of the past, and those of a move after them."""
    another_command = replace(CONTEXT, command=uuid4())
    decided = given(*past).by(another_command).when(move(on, **changes))
    assert decided.refusal is None
    return (*past, *decided.facts)


def holds(facts: tuple[Event, ...], day: date, track: str = "") -> AddressEntered | None:
    """The address that holds on the day, opened."""
    entries: Any = folded(PERSON_ADDRESSES.of(ANNA), facts)
    period = entries.on(day, track)
    entered = [fact for fact in facts if isinstance(fact, AddressEntered)]
    return next((fact for fact in entered if period is not None and fact.entry == period.entry), None)


def test_a_move_ends_the_address_before_it() -> None:
    decided = given(*ANNA_REGISTERED).when(move(TODAY))
    entered, ended = decided.facts
    assert isinstance(entered, AddressEntered)
    assert ended == AddressEnded(
        entry=ANNAS_ADDRESS_ENTERED.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.SUCCEEDED, by=entered.entry
    )


def test_a_move_is_recorded_ahead_and_called_off() -> None:
    in_three_weeks = TODAY + timedelta(days=20)
    facts = moved(*ANNA_REGISTERED, on=in_three_weeks)
    assert holds(facts, TODAY) == ANNAS_ADDRESS_ENTERED
    planned = holds(facts, in_three_weeks)
    assert planned is not None
    assert planned.address == NEW

    annul = AnnulEntry(matter=MatterName.PERSON_ADDRESS, party=ANNA, entry=planned.entry)
    annulled, corrected = given(*facts).when(annul).facts

    assert isinstance(annulled, AddressAnnulled)
    assert corrected == AddressEndCorrected(
        entry=ANNAS_ADDRESS_ENTERED.entry, party=ANNA, valid_to=None, corrected=EntryEndCause.SUCCEEDED
    )
    assert holds((*facts, annulled, corrected), in_three_weeks) == ANNAS_ADDRESS_ENTERED


@pytest.mark.parametrize(("ahead", "allowed"), [(28, True), (29, False)])
def test_a_move_is_reported_at_most_four_weeks_ahead(ahead: int, allowed: bool) -> None:
    decided = given(*ANNA_REGISTERED).when(move(TODAY + timedelta(days=ahead)))
    if allowed:
        assert decided.refusal is None
    else:
        decided.then_refused(MoveReportedTooEarly)


@pytest.mark.parametrize(("late", "allowed"), [(5, True), (6, False)])
def test_a_person_reports_a_move_at_most_five_days_late_and_a_municipality_corrects_later(
    late: int, allowed: bool
) -> None:
    day = TODAY - timedelta(days=late)
    reported = given(*ANNA_REGISTERED).when(move(day, source=EntrySource.PARTY))
    if allowed:
        assert reported.refusal is None
    else:
        reported.then_refused(MoveReportedTooLate)
    assert given(*ANNA_REGISTERED).when(move(day)).refusal is None


def test_a_move_that_is_recorded_late_holds_until_the_one_that_was_recorded_before_it() -> None:
    on_monday = TODAY - timedelta(days=1)
    before = on_monday - timedelta(days=3)
    facts = moved(*moved(*ANNA_REGISTERED, on=on_monday), on=before, address=ANNAS_ADDRESS_ENTERED.address)

    between, now = holds(facts, before), holds(facts, TODAY)
    assert between is not None
    assert now is not None
    assert (between.valid_from, now.valid_from) == (before, on_monday)


def test_another_address_from_the_same_day_corrects_it() -> None:
    facts = moved(*moved(*ANNA_REGISTERED, on=TODAY), on=TODAY, address=ANNAS_ADDRESS_ENTERED.address)
    now = holds(facts, TODAY)
    assert now is not None
    assert now.address == ANNAS_ADDRESS_ENTERED.address
    assert any(isinstance(fact, AddressAnnulled) for fact in facts)


def test_a_threatened_person_has_no_fixed_address_and_a_contact_address() -> None:
    facts = moved(*ANNA_REGISTERED, on=TODAY, address=None, kind=AddressKind.NONE)
    facts = moved(*facts, on=TODAY, kind=AddressKind.CONTACT)

    home, contact = holds(facts, TODAY), holds(facts, TODAY, AddressKind.CONTACT.value)
    assert home is not None
    assert home.address is None
    assert contact is not None
    assert contact.address == NEW


@pytest.mark.parametrize(("address", "kind"), [(None, AddressKind.HOME), (NEW, AddressKind.NONE)])
def test_only_somebody_without_a_fixed_address_has_none(address: Address | None, kind: AddressKind) -> None:
    given(*ANNA_REGISTERED).when(move(TODAY, address=address, kind=kind)).then_refused(AddressAndKindDiffer)


def test_nobody_moves_after_death_and_a_move_before_it_is_recorded_late() -> None:
    dead = (*ANNA_REGISTERED, PersonDied(person=ANNA, died_on=TODAY - timedelta(days=3)))
    given(*dead).when(move(TODAY)).then_refused(AfterTheDeath)
    assert given(*dead).when(move(TODAY - timedelta(days=4))).refusal is None


def test_who_is_not_registered_has_no_address() -> None:
    given().when(move(TODAY)).then_refused(UnknownParty)


def test_a_foreign_address_takes_the_place_of_the_home() -> None:
    abroad = Address(street="Calle 1", postal_code="28001", city="Madrid", country="ES")
    facts = moved(*ANNA_REGISTERED, on=TODAY, kind=AddressKind.FOREIGN, address=abroad)
    now = holds(facts, TODAY)
    assert now is not None
    assert now.kind is AddressKind.FOREIGN
    assert holds(facts, TODAY, AddressKind.CONTACT.value) is None


def test_an_address_at_home_of_before_a_recorded_departure_ends_with_it() -> None:
    away = date(2026, 2, 20)
    departed = given(*ANNA_REGISTERED).when(EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=away))
    facts = moved(*ANNA_REGISTERED, *departed.facts, on=date(2026, 2, 10))
    assert holds(facts, date(2026, 2, 19)) is not None
    assert holds(facts, away) is None


LOADED = ANNAS_ADDRESS_ENTERED.model_copy(update={"valid_from": TODAY, "uncertain": True})
THREE_DAYS_AGO = TODAY - timedelta(days=3)


@pytest.mark.parametrize("day", [THREE_DAYS_AGO, TODAY])
def test_an_address_that_was_loaded_without_its_day_gives_way_to_a_move_that_is_not_later(day: date) -> None:
    facts = moved(ANNA_REGISTERED[0], LOADED, on=day)
    assert AddressAnnulled(entry=LOADED.entry, party=ANNA, marker=Marker.CORRECTED) in facts
    now = holds(facts, TODAY)
    assert now is not None
    assert (now.address, holds(facts, day), holds(facts, day - timedelta(days=1))) == (NEW, now, None)


def test_an_address_that_was_loaded_ends_with_a_later_move() -> None:
    tomorrow = TODAY + timedelta(days=1)
    facts = moved(ANNA_REGISTERED[0], LOADED, on=tomorrow)
    assert holds(facts, TODAY) == LOADED
    assert holds(facts, tomorrow) == facts[2]


def test_an_address_from_the_first_day_that_it_may_be_remains_beside_an_earlier_one() -> None:
    may_be_today = moved(ANNA_REGISTERED[0], on=TODAY, uncertain=True)
    facts = moved(*may_be_today, on=THREE_DAYS_AGO)
    assert holds(facts, TODAY) == may_be_today[1]
    assert holds(facts, THREE_DAYS_AGO) == facts[2]
