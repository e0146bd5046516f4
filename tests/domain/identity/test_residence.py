"""Residence: moving to Denmark and away, disappearing, and every day of it corrected or annulled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand
from domain.entry import EntryEndCause, EntrySource, Marker
from domain.fact import Event
from domain.identity.entry_commands import (
    AfterTheDeparture,
    AnnulEntry,
    EndEntry,
    EndsWithTheNextResidence,
    MatterName,
)
from domain.identity.person import PERSON, Person, PersonDied
from domain.identity.person_address import AddressEndCorrected, AddressEnded, AddressKind
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_checks import AfterTheDeath
from domain.identity.protection_commands import ProtectPerson
from domain.identity.residence import (
    RESIDENCES,
    ResidenceAnnulled,
    ResidenceEndCorrected,
    ResidenceEnded,
    ResidenceEntered,
    ResidenceKind,
)
from domain.identity.residence_commands import EnterResidence
from domain.post.mail_registration_commands import FollowRegistrationPlan
from domain.reactions import react
from domain.subject import EntryId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_ADDRESS,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_MAIL,
    residence,
)
from tests.domain.test_reactions import recorded
from tests.law import CONTEXT, folded, given

SUCCEEDED = EntryEndCause.SUCCEEDED

TODAY = date(2026, 3, 2)
LONG_AGO, JANUARY, EARLIER = date(2020, 1, 1), date(2026, 1, 15), date(2026, 1, 1)
AT_HOME = residence(ANNA, ResidenceKind.RESIDENT, LONG_AGO)
DEPARTED = residence(ANNA, ResidenceKind.ABROAD, JANUARY)
HOME_ENDED = ResidenceEnded(entry=AT_HOME.entry, party=ANNA, valid_to=JANUARY, cause=SUCCEEDED, by=DEPARTED.entry)


def moves(kind: ResidenceKind, day: date) -> AnyCommand:
    return EnterResidence(person=ANNA, kind=kind, valid_from=day)


def entered(kind: ResidenceKind, day: date) -> ResidenceEntered:
    return ResidenceEntered(
        entry=RESIDENCES.new_entry(CONTEXT), party=ANNA, valid_from=day, source=EntrySource.MUNICIPALITY, kind=kind
    )


def home_ended(day: date, by: ResidenceEntered) -> AddressEnded:
    """The address at home ends with a departure."""
    return AddressEnded(
        entry=ANNAS_ADDRESS_ENTERED.entry, party=ANNA, valid_to=day, cause=EntryEndCause.DEPARTURE, by=by.entry
    )


LEFT: tuple[Event, ...] = (*ANNA_REGISTERED, AT_HOME, DEPARTED, home_ended(JANUARY, DEPARTED), HOME_ENDED)
"""Anna lived in Denmark from 2020, and left in January."""
HOME_RESTORED = AddressEndCorrected(
    entry=ANNAS_ADDRESS_ENTERED.entry, party=ANNA, valid_to=None, corrected=EntryEndCause.DEPARTURE
)


def anna(*facts: Event) -> Person:
    person = folded(PERSON.of(ANNA), facts)
    assert isinstance(person, Person)
    return person


@pytest.mark.parametrize("kind", [ResidenceKind.ABROAD, ResidenceKind.DISAPPEARED, ResidenceKind.GREENLAND])
def test_a_resident_moves_away_or_disappears(kind: ResidenceKind) -> None:
    gone = entered(kind, TODAY)
    ended = ResidenceEnded(entry=AT_HOME.entry, party=ANNA, valid_to=TODAY, cause=SUCCEEDED, by=gone.entry)
    address = () if kind is ResidenceKind.DISAPPEARED else (home_ended(TODAY, gone),)
    given(*ANNA_REGISTERED, AT_HOME).when(moves(kind, TODAY)).then(gone, ended, *address)


def test_a_departure_ends_the_address_at_home_and_no_other() -> None:
    contact = ANNAS_ADDRESS_ENTERED.model_copy(update={"entry": EntryId(UUID(int=3)), "kind": AddressKind.CONTACT})
    abroad = ANNAS_ADDRESS_ENTERED.model_copy(
        update={"entry": EntryId(UUID(int=4)), "kind": AddressKind.FOREIGN, "valid_from": JANUARY}
    )
    past = (*ANNA_REGISTERED, AT_HOME, contact)
    facts = given(*past).when(moves(ResidenceKind.ABROAD, TODAY)).facts
    assert [fact for fact in facts if isinstance(fact, AddressEnded)] == [
        home_ended(TODAY, entered(ResidenceKind.ABROAD, TODAY))
    ]
    moved = home_ended(JANUARY, DEPARTED).model_copy(update={"cause": SUCCEEDED, "by": abroad.entry})
    facts = given(*past, abroad, moved).when(moves(ResidenceKind.ABROAD, TODAY)).facts
    assert not [fact for fact in facts if isinstance(fact, AddressEnded)]


def test_an_address_that_a_departure_ended_holds_again_until_the_next_one_when_the_departure_is_annulled() -> None:
    later = ANNAS_ADDRESS_ENTERED.model_copy(update={"entry": EntryId(UUID(int=5)), "valid_from": TODAY})
    annul = AnnulEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=DEPARTED.entry)
    restored = [
        fact for fact in given(*LEFT, later).when(annul).facts if isinstance(fact, AddressEnded | AddressEndCorrected)
    ]
    succeeded = AddressEnded(
        entry=ANNAS_ADDRESS_ENTERED.entry, party=ANNA, valid_to=TODAY, cause=SUCCEEDED, by=later.entry
    )
    assert restored == [HOME_RESTORED, succeeded]


@pytest.mark.parametrize("day", [EARLIER + timedelta(days=20), TODAY])
def test_w5_the_day_of_an_arrival_is_corrected(day: date) -> None:
    back = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 2, 1))
    ended = ResidenceEnded(entry=DEPARTED.entry, party=ANNA, valid_to=back.valid_from, cause=SUCCEEDED, by=back.entry)
    decided = given(*LEFT, back, ended).when(moves(ResidenceKind.RESIDENT, day))
    right = entered(ResidenceKind.RESIDENT, day)
    decided.then(
        ResidenceAnnulled(entry=back.entry, party=ANNA, marker=Marker.CORRECTED),
        ResidenceEndCorrected(entry=DEPARTED.entry, party=ANNA, valid_to=None, corrected=SUCCEEDED),
        right,
        ResidenceEnded(entry=DEPARTED.entry, party=ANNA, valid_to=day, cause=SUCCEEDED, by=right.entry),
    )
    assert anna(*LEFT, back, ended, *decided.facts).returned


def test_a_person_moves_back_to_denmark() -> None:
    back = entered(ResidenceKind.RESIDENT, TODAY)
    ended = ResidenceEnded(entry=DEPARTED.entry, party=ANNA, valid_to=TODAY, cause=SUCCEEDED, by=back.entry)
    given(*LEFT).when(moves(ResidenceKind.RESIDENT, TODAY)).then(back, ended)
    assert anna(*LEFT, back, ended).returned


@pytest.mark.parametrize("facts", [ANNA_REGISTERED, (*ANNA_REGISTERED, AT_HOME)])
def test_the_residence_that_a_person_has_changes_nothing(facts: tuple[Event, ...]) -> None:
    day = TODAY if facts is ANNA_REGISTERED else LONG_AGO
    given(*facts).when(moves(ResidenceKind.RESIDENT, day)).then_nothing()
    given(*LEFT).when(moves(ResidenceKind.ABROAD, JANUARY)).then_nothing()


@pytest.mark.parametrize("day", [EARLIER, JANUARY + timedelta(days=5)])
def test_w5_the_day_of_a_departure_is_corrected(day: date) -> None:
    right = entered(ResidenceKind.ABROAD, day)
    decided = given(*LEFT).when(moves(ResidenceKind.ABROAD, day))
    decided.then(
        ResidenceAnnulled(entry=DEPARTED.entry, party=ANNA, marker=Marker.CORRECTED),
        ResidenceEndCorrected(entry=AT_HOME.entry, party=ANNA, valid_to=None, corrected=SUCCEEDED),
        right,
        ResidenceEnded(entry=AT_HOME.entry, party=ANNA, valid_to=day, cause=SUCCEEDED, by=right.entry),
        home_ended(day, right),
    )
    residences = anna(*LEFT, *decided.facts).residences
    assert [(period.valid_from, period.valid_to) for period in residences.periods] == [(LONG_AGO, day), (day, None)]


BACK = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 2, 1))
RETURNED: tuple[Event, ...] = (
    *LEFT,
    BACK,
    ResidenceEnded(entry=DEPARTED.entry, party=ANNA, valid_to=BACK.valid_from, cause=SUCCEEDED, by=BACK.entry),
)


def test_an_earlier_residence_that_is_recorded_late_is_not_the_present_one_with_another_day() -> None:
    in_greenland = residence(ANNA, ResidenceKind.GREENLAND, date(2026, 2, 15))
    moved = ResidenceEnded(
        entry=BACK.entry, party=ANNA, valid_to=in_greenland.valid_from, cause=SUCCEEDED, by=in_greenland.entry
    )
    past = (*RETURNED, in_greenland, moved)
    decided = given(*past).when(moves(ResidenceKind.GREENLAND, date(2026, 1, 25)))
    kinds = [anna(*past, *decided.facts).residence_kind_on(day) for day in (JANUARY, date(2026, 1, 25), TODAY)]
    assert kinds == [ResidenceKind.ABROAD, ResidenceKind.GREENLAND, ResidenceKind.GREENLAND]
    assert anna(*past, *decided.facts).residence_kind_on(BACK.valid_from) is ResidenceKind.RESIDENT
    given(*RETURNED).when(moves(ResidenceKind.RESIDENT, EARLIER)).then_nothing()


def test_a_residence_is_not_ended_but_by_the_next_one() -> None:
    end = EndEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=BACK.entry, valid_to=TODAY)
    given(*RETURNED).when(end).then_refused(EndsWithTheNextResidence)


def test_w6_a_departure_that_was_a_mistake_is_annulled_without_consequences() -> None:
    annul = AnnulEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=DEPARTED.entry)
    decided = given(*LEFT, ANNA_EXEMPT).when(annul)
    decided.then(
        ResidenceAnnulled(entry=DEPARTED.entry, party=ANNA, marker=Marker.ANNULLED),
        ResidenceEndCorrected(entry=AT_HOME.entry, party=ANNA, valid_to=None, corrected=SUCCEEDED),
        HOME_RESTORED,
    )
    now = anna(*LEFT, *decided.facts)
    assert (now.residence_kind, now.abroad, now.returned) == (ResidenceKind.RESIDENT, False, False)
    follows = [reaction.command for fact in decided.facts for reaction in react(recorded(fact))]
    assert FollowRegistrationPlan(recipient=ANNA) in follows
    for command in follows:
        given(*LEFT, ANNA_EXEMPT, *decided.facts, ANNAS_MAIL).when(command).then_nothing()


def test_w7_a_move_after_the_death_is_refused_and_a_late_one_from_before_it_recorded() -> None:
    dead = (*ANNA_REGISTERED, AT_HOME, PersonDied(person=ANNA, died_on=date(2026, 2, 28)))
    given(*dead).when(moves(ResidenceKind.ABROAD, date(2026, 3, 1))).then_refused(AfterTheDeath)
    assert entered(ResidenceKind.ABROAD, JANUARY) in given(*dead).when(moves(ResidenceKind.ABROAD, JANUARY)).facts


def test_a_departure_before_an_uncertain_day_takes_the_place_of_that_entry() -> None:
    loaded = AT_HOME.model_copy(update={"valid_from": TODAY, "uncertain": True})
    gone = entered(ResidenceKind.ABROAD, JANUARY)
    given(*ANNA_REGISTERED, loaded).when(moves(ResidenceKind.ABROAD, JANUARY)).then(
        ResidenceAnnulled(entry=loaded.entry, party=ANNA, marker=Marker.CORRECTED), gone, home_ended(JANUARY, gone)
    )


@pytest.mark.parametrize("day", [JANUARY, TODAY])
def test_an_address_at_home_since_a_day_that_nobody_knows_does_not_outlast_a_departure_before_it(day: date) -> None:
    loaded = ANNAS_ADDRESS_ENTERED.model_copy(update={"valid_from": TODAY, "uncertain": True})
    past = (ANNA_REGISTERED[0], loaded)
    gone = entered(ResidenceKind.ABROAD, day)
    never = AddressEnded(entry=loaded.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.DEPARTURE, by=gone.entry)
    left = (*past, *given(*past).when(moves(ResidenceKind.ABROAD, day)).facts)
    assert left == (*past, gone, never)
    named: dict[str, Any] = {"party": ANNA, "entry": loaded.entry}
    given(*left).when(EndEntry(matter=MatterName.PERSON_ADDRESS, **named, valid_to=TODAY)).then_refused(
        AfterTheDeparture
    )
    annul = AnnulEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=gone.entry)
    back = AddressEndCorrected(**named, valid_to=None, corrected=EntryEndCause.DEPARTURE)
    assert back in given(*left).when(annul).facts


@pytest.mark.parametrize("command", [ChangeAddress(person=ANNA, address=ANNAS_ADDRESS), ProtectPerson(person=ANNA)])
def test_w7_the_dead_get_no_new_address_and_no_protection(command: AnyCommand) -> None:
    dead = (*ANNA_REGISTERED, PersonDied(person=ANNA, died_on=date(2026, 2, 28)))
    given(*dead).when(command).then_refused(AfterTheDeath)


def test_a_residence_since_a_day_that_nobody_knows_is_not_dated_by_recording_it_again() -> None:
    since = residence(ANNA, ResidenceKind.RESIDENT, LONG_AGO).model_copy(update={"uncertain": True})
    given(*ANNA_REGISTERED, since).when(moves(ResidenceKind.RESIDENT, TODAY)).then_nothing()
