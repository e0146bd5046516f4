"""A death that is recorded later: what would begin after it does not, and comes back when the death is corrected."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.command import Refused
from domain.entry import Entered, Entries, EntryEndCause
from domain.fact import Event
from domain.identity.after_end import FollowDeath, follow_end
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.person import PERSON, DeathCorrected, Person, PersonDied
from domain.identity.person_address import (
    PERSON_ADDRESSES,
    AddressAnnulled,
    AddressEndCorrected,
    AddressEnded,
    AddressEntered,
    AddressKind,
)
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_checks import AfterTheDeath
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import PERSON_NAMES, ChangeName, NameEnded
from domain.identity.protection import PROTECTIONS, ProtectionEndCorrected, ProtectionEnded
from domain.identity.protection_commands import ProtectPerson
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.subject import EntryId
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_ADDRESS,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_INDEX,
    ANNAS_NAME,
    ANNAS_NAME_ENTERED,
    ANNAS_NUMBER,
)
from tests.domain.test_entry import ACTING, PLACES
from tests.law import NOW, after, folded, given
from tests.plain_entries import ACTS, CORRECTIONS, DAYS, FIRST_DAY, Act, PlainEntries, entry_id, happened

TODAY = NOW.date()
DIED_ON = date(2026, 2, 10)
MOVED_ON = date(2026, 2, 20)
DIED = PersonDied(person=ANNA, died_on=DIED_ON)
ALIVE = DeathCorrected(person=ANNA)
FOLLOW = FollowDeath(person=ANNA)


def holding(consulted: Any, facts: tuple[Event, ...], day: date, track: str = "") -> Entered | None:
    entries = folded(consulted, facts)
    assert isinstance(entries, Entries)
    period = entries.on(day, track)
    return period.entered if period else None


def entry_on(consulted: Any, facts: tuple[Event, ...], day: date) -> EntryId | None:
    entered = holding(consulted, facts, day)
    return entered.entry if entered else None


MOVED = after(ANNA_REGISTERED, ChangeAddress(person=ANNA, address=ANNAS_ADDRESS, valid_from=MOVED_ON))
(NEW_ADDRESS,) = [fact for fact in MOVED[len(ANNA_REGISTERED) :] if isinstance(fact, AddressEntered)]


def test_an_address_that_begins_after_a_death_that_is_recorded_later_does_not_begin() -> None:
    named: dict[str, Any] = {"entry": NEW_ADDRESS.entry, "party": ANNA}
    given(*MOVED, DIED).when(FOLLOW).then(
        AddressEnded(**named, valid_to=MOVED_ON, cause=EntryEndCause.DEATH),
        AddressEndCorrected(
            entry=ANNAS_ADDRESS_ENTERED.entry, party=ANNA, valid_to=None, corrected=EntryEndCause.SUCCEEDED
        ),
    )
    followed = after(MOVED, DIED, FOLLOW)
    given(*followed).when(FOLLOW).then_nothing()
    for day in (DIED_ON, MOVED_ON, TODAY):
        assert entry_on(PERSON_ADDRESSES.of(ANNA), followed, day) == ANNAS_ADDRESS_ENTERED.entry


@pytest.mark.parametrize("change", [ALIVE, DIED.model_copy(update={"died_on": MOVED_ON})])
def test_it_comes_back_when_the_death_is_corrected_or_moved_to_that_day_or_later(change: Event) -> None:
    back = after(MOVED, DIED, FOLLOW, change, FOLLOW)
    assert entry_on(PERSON_ADDRESSES.of(ANNA), back, TODAY) == NEW_ADDRESS.entry
    assert entry_on(PERSON_ADDRESSES.of(ANNA), back, MOVED_ON - timedelta(days=1)) == ANNAS_ADDRESS_ENTERED.entry
    given(*back).when(FOLLOW).then_nothing()


def test_what_begins_on_the_day_of_the_death_or_before_remains() -> None:
    died = DIED.model_copy(update={"died_on": MOVED_ON})
    given(*MOVED, died).when(FOLLOW).then_nothing()


def test_what_began_on_a_day_that_nobody_knows_is_left_as_it_is() -> None:
    register = RegisterPerson(
        person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME, address=ANNAS_ADDRESS
    )
    given(*after((), register, DIED)).when(FOLLOW).then_nothing()


def test_a_name_and_a_protection_after_the_death_do_not_begin_and_come_back() -> None:
    past = after(
        ANNA_REGISTERED, ChangeName(person=ANNA, name=ANNAS_NAME, valid_from=MOVED_ON), ProtectPerson(person=ANNA)
    )
    dead = after(past, DIED, FOLLOW)
    assert {type(fact) for fact in dead[len(past) :]} >= {NameEnded, ProtectionEnded}
    assert entry_on(PERSON_NAMES.of(ANNA), dead, TODAY) == ANNAS_NAME_ENTERED.entry
    assert holding(PROTECTIONS.of(ANNA), dead, TODAY, "name_address") is None
    person = folded(PERSON.of(ANNA), dead)
    assert isinstance(person, Person)
    assert not person.protected(TODAY)
    alive = after(dead, ALIVE, FOLLOW)
    assert isinstance(alive[-1], ProtectionEndCorrected)
    assert alive[-1].valid_to == date(2027, 3, 2)
    assert entry_on(PERSON_NAMES.of(ANNA), alive, TODAY) != ANNAS_NAME_ENTERED.entry
    assert entry_on(PERSON_NAMES.of(ANNA), alive, MOVED_ON - timedelta(days=1)) == ANNAS_NAME_ENTERED.entry


def test_a_departure_after_the_death_did_not_take_place_and_the_address_at_home_holds_on() -> None:
    past = after(
        ANNA_REGISTERED,
        EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=MOVED_ON),
        ChangeAddress(person=ANNA, address=ANNAS_ADDRESS, kind=AddressKind.FOREIGN, valid_from=MOVED_ON),
    )
    assert residence_after(past) is ResidenceKind.ABROAD
    dead = after(past, DIED, FOLLOW)
    assert residence_after(dead) is ResidenceKind.RESIDENT
    assert entry_on(PERSON_ADDRESSES.of(ANNA), dead, TODAY) == ANNAS_ADDRESS_ENTERED.entry
    alive = after(dead, ALIVE, FOLLOW)
    assert residence_after(alive) is ResidenceKind.ABROAD
    abroad = holding(PERSON_ADDRESSES.of(ANNA), alive, TODAY)
    assert isinstance(abroad, AddressEntered)
    assert abroad.kind is AddressKind.FOREIGN
    assert entry_on(PERSON_ADDRESSES.of(ANNA), alive, MOVED_ON - timedelta(days=1)) == ANNAS_ADDRESS_ENTERED.entry


def test_an_address_at_home_that_comes_back_still_ends_with_the_departure_after_it() -> None:
    past = after(MOVED, EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=TODAY))
    back = after(past, DIED, FOLLOW, ALIVE, FOLLOW)
    for facts in (past, back):
        assert entry_on(PERSON_ADDRESSES.of(ANNA), facts, TODAY - timedelta(days=1)) == NEW_ADDRESS.entry
        assert holding(PERSON_ADDRESSES.of(ANNA), facts, TODAY) is None
    given(*back).when(FOLLOW).then_nothing()


def residence_after(facts: tuple[Event, ...]) -> ResidenceKind:
    person = folded(PERSON.of(ANNA), facts)
    assert isinstance(person, Person)
    return person.residence_kind


def test_a_foreign_address_long_after_a_departure_leaves_the_end_of_the_address_at_home() -> None:
    left = after(ANNA_REGISTERED, EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=DIED_ON))
    abroad = ChangeAddress(person=ANNA, address=ANNAS_ADDRESS, kind=AddressKind.FOREIGN, valid_from=MOVED_ON)
    entered = after(left, abroad)
    assert [type(fact) for fact in entered[len(left) :]] == [AddressEntered]
    (foreign,) = [fact for fact in entered[len(left) :] if isinstance(fact, AddressEntered)]
    annul = AnnulEntry(matter=MatterName.PERSON_ADDRESS, party=ANNA, entry=foreign.entry)
    assert [type(fact) for fact in given(*entered).when(annul).facts] == [AddressAnnulled]


def test_an_address_at_home_before_an_annulled_one_ends_with_the_departure_too() -> None:
    left = after(MOVED, EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=TODAY))
    annul = AnnulEntry(matter=MatterName.PERSON_ADDRESS, party=ANNA, entry=NEW_ADDRESS.entry)
    annulled = after(left, annul)
    assert entry_on(PERSON_ADDRESSES.of(ANNA), annulled, TODAY - timedelta(days=1)) == ANNAS_ADDRESS_ENTERED.entry
    assert entry_on(PERSON_ADDRESSES.of(ANNA), annulled, TODAY) is None


@pytest.mark.parametrize("command", [EndEntry, ReopenEntry])
def test_what_would_begin_after_the_death_is_neither_ended_nor_reopened(command: type[Any]) -> None:
    more = {"valid_to": TODAY} if command is EndEntry else {}
    act = command(matter=MatterName.PERSON_ADDRESS, party=ANNA, entry=NEW_ADDRESS.entry, **more)
    given(*after(MOVED, DIED, FOLLOW)).when(act).then_refused(AfterTheDeath)


DEATHS: st.SearchStrategy[Act] = st.tuples(st.just("die"), st.none() | st.integers(0, DAYS))


@for_any(acts=st.lists(ACTS | CORRECTIONS | DEATHS, max_size=14))
@settings(max_examples=500)
def test_on_every_day_after_every_act_and_every_death_the_entry_that_holds_is_the_one_of_a_plain_list(
    acts: list[Act],
) -> None:
    state, plain, died = PLACES.entity.opening, PlainEntries(), None
    for nth, act in enumerate(acts):
        match act:
            case ("die", None):
                died = None
                state = after_death(state, died)
            case ("die", int(day)):
                died = day
                state = after_death(state, died)
            case _:
                state = decided(state, act, nth, plain, died)
        for nth_track, track in enumerate(ACTING.tracks):
            for number in range(-1, DAYS + 2):
                period = state.on(FIRST_DAY + timedelta(days=number), track)
                expected = begun(plain, died).holding(nth_track, number)
                assert (period and period.entry) == (None if expected is None else entry_id(expected))


def begun(plain: PlainEntries, died: int | None) -> PlainEntries:
    """The reference without what would begin after the death."""
    entries = plain.entries.items()
    return PlainEntries({nth: entry for nth, entry in entries if died is None or entry.valid_from <= died})


def after_death(state: Entries, died: int | None) -> Entries:
    died_on = None if died is None else FIRST_DAY + timedelta(days=died)
    for fact in follow_end(PLACES, state, died_on, EntryEndCause.DEATH):
        state = state.evolve(fact)
    return state


def decided(state: Entries, act: Act, nth: int, plain: PlainEntries, died: int | None) -> Entries:
    """The state after the act, which is refused exactly where the reference says so."""
    match act:
        case ("enter" | "enter_or_correct", _, int(begins), _) | ("correct", _, _, int(begins), _) if (
            died is not None and begins > died
        ):
            return state
        case ("end" | "reopen" | "follow" | "restore", int(named), *_) if (
            named in plain.entries and named not in begun(plain, died).entries
        ):
            assert state.period(entry_id(named)).never_began
            return state
        case _:
            pass
    try:
        facts = ACTING.decided(state, act, nth)
        allowed = True
    except Refused:
        facts, allowed = [], False
    # The end of one that holds is bound by what begins after it, not by what would.
    assert allowed == happened(begun(plain, died) if act[0] in {"end", "follow"} else plain, act, nth)
    for fact in facts:
        state = state.evolve(fact)
    return state
