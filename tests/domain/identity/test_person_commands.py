"""A person is registered once; number, name, address, residence and death change by recorded facts only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.command import Command
from domain.entry import EntryEndCause, EntrySource, Marker
from domain.identity.birth import DayIsBirthDate
from domain.identity.birth_and_death import CorrectDeath, NoDeathRecorded, RecordDeath
from domain.identity.number import CprAssigned, CprChanged, CprChangeReason, CprWithdrawn, NumberTaken
from domain.identity.number_commands import ChangeCpr, NumberInUse, WithdrawCpr
from domain.identity.person import (
    DeathCorrected,
    Person,
    PersonDied,
    PersonEntryCause,
    PersonRegistered,
)
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_checks import AfterTheDeath, NotInTheFuture
from domain.identity.person_commands import (
    CauseAndResidenceDiffer,
    PersonBearsAnotherNumber,
    RegisterPerson,
)
from domain.identity.person_name import PERSON_NAMES, ChangeName, NameAnnulled, NameEnded, NameEntered
from domain.identity.protection import PROTECTIONS, ProtectionEntered, ProtectionScope
from domain.identity.protection_commands import ProtectPerson, WithdrawProtection
from domain.identity.registered import UnknownParty
from domain.identity.residence import RESIDENCES, ResidenceEntered, ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.identity.uncertain_day import UncertainDay
from domain.policy import PROTECTION_YEARS
from domain.subject import CprIndex
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_ADDRESS,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_BIRTH_DATE,
    ANNAS_INDEX,
    ANNAS_NAME,
    ANNAS_NAME_ENTERED,
    ANNAS_NEW_INDEX,
    ANNAS_NEW_NUMBER,
    ANNAS_NUMBER,
    BO,
)
from tests.law import CONTEXT, given

TODAY = date(2026, 3, 2)
USUAL = str(PROTECTION_YEARS.on(TODAY))
TOMORROW = date(2026, 3, 3)
REGISTER = RegisterPerson(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME, address=ANNAS_ADDRESS)
CHANGE = ChangeCpr(person=ANNA, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER, reason=CprChangeReason.SEX)
CHANGED = CprChanged(
    person=ANNA,
    index=ANNAS_NEW_INDEX,
    previous=ANNAS_INDEX,
    number=ANNAS_NEW_NUMBER,
    reason=CprChangeReason.SEX,
)
DIED = PersonDied(person=ANNA, died_on=TODAY)
FIRST_NAME = ANNAS_NAME_ENTERED.model_copy(
    update={"entry": PERSON_NAMES.new_entry(CONTEXT), "valid_from": TODAY, "uncertain": True}
)
FIRST_RESIDENCE = ResidenceEntered(
    entry=RESIDENCES.new_entry(CONTEXT),
    party=ANNA,
    valid_from=TODAY,
    uncertain=True,
    source=EntrySource.REGISTER_LOAD,
    kind=ResidenceKind.RESIDENT,
)
FIRST_ADDRESS = ANNAS_ADDRESS_ENTERED.model_copy(
    update={"entry": PERSON_ADDRESSES.new_entry(CONTEXT), "valid_from": TODAY, "uncertain": True}
)
NEWLY_REGISTERED = (*ANNA_REGISTERED[:2], FIRST_RESIDENCE, FIRST_NAME, FIRST_ADDRESS)


def named(day: date) -> NameEntered:
    """The fact that Anna bears her name from that day."""
    return NameEntered(
        entry=PERSON_NAMES.new_entry(CONTEXT),
        party=ANNA,
        valid_from=day,
        source=EntrySource.MUNICIPALITY,
        name=ANNAS_NAME,
    )


def test_a_person_is_registered_with_number_name_and_address() -> None:
    given().when(REGISTER).then(*NEWLY_REGISTERED)


def test_a_birth_date_that_the_register_knows_better_goes_before_the_numbers_own() -> None:
    known = RegisterPerson(
        person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME, birth_date=UncertainDay(1990, 1, 2)
    )
    registered = PersonRegistered(person=ANNA, birth_date=UncertainDay(1990, 1, 2))
    given().when(known).then(registered, *NEWLY_REGISTERED[1:-1])


def test_a_person_without_residence_is_registered_as_one() -> None:
    away = RegisterPerson(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME, resident=False)
    registered = PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE, resident=False)
    none = FIRST_RESIDENCE.model_copy(update={"kind": ResidenceKind.NONE})
    given().when(away).then(registered, NEWLY_REGISTERED[1], none, *NEWLY_REGISTERED[3:-1])


@pytest.mark.parametrize(
    ("cause", "source"),
    [
        (PersonEntryCause.BIRTH, EntrySource.MUNICIPALITY),
        (PersonEntryCause.IMMIGRATION, EntrySource.MUNICIPALITY),
        (PersonEntryCause.REGISTER_LOAD, EntrySource.REGISTER_LOAD),
    ],
)
def test_why_a_person_is_entered_and_who_stated_it_are_recorded(cause: PersonEntryCause, source: EntrySource) -> None:
    registered, _, home, *_ = given().when(replace(REGISTER, cause=cause)).facts
    assert isinstance(registered, PersonRegistered)
    assert isinstance(home, ResidenceEntered)
    assert (registered.cause, registered.source, home.source) == (cause, source, source)


@pytest.mark.parametrize(
    ("cause", "resident"),
    [
        (PersonEntryCause.BIRTH, False),
        (PersonEntryCause.IMMIGRATION, False),
        (PersonEntryCause.ADMINISTRATION, True),
    ],
)
def test_the_cause_of_entry_fits_the_residence(cause: PersonEntryCause, *, resident: bool) -> None:
    given().when(replace(REGISTER, cause=cause, resident=resident)).then_refused(CauseAndResidenceDiffer)


def test_the_day_of_a_move_to_denmark_is_recorded_and_that_of_a_birth_is_not() -> None:
    moved = replace(REGISTER, cause=PersonEntryCause.IMMIGRATION, resident_since=date(2026, 2, 1))
    home = given().when(moved).facts[2]
    assert isinstance(home, ResidenceEntered)
    assert (home.valid_from, home.uncertain) == (date(2026, 2, 1), False)
    given().when(replace(moved, resident_since=TOMORROW)).then_refused(NotInTheFuture)
    given().when(replace(moved, cause=PersonEntryCause.BIRTH)).then_refused(DayIsBirthDate)


def test_a_person_who_is_registered_as_protected_is_never_seen_without_protection() -> None:
    protected = RegisterPerson(
        person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME, address=ANNAS_ADDRESS, protected=True
    )
    protection = ProtectionEntered(
        entry=PROTECTIONS.new_entry(CONTEXT),
        party=ANNA,
        valid_from=TODAY,
        valid_to=date(2027, 3, 2),
        source=EntrySource.REGISTER_LOAD,
        scope=ProtectionScope.NAME_ADDRESS,
        rule=USUAL,
    )
    given().when(protected).then(*NEWLY_REGISTERED, protection)


def test_registering_the_same_person_with_the_same_number_again_changes_nothing() -> None:
    given(*ANNA_REGISTERED).when(REGISTER).then_nothing()


def test_a_registered_person_is_not_registered_with_another_number() -> None:
    other = RegisterPerson(person=ANNA, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER, name=ANNAS_NAME)
    given(*ANNA_REGISTERED).when(other).then_refused(PersonBearsAnotherNumber)


def test_a_number_that_another_person_has_is_refused() -> None:
    other = RegisterPerson(person=BO, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME)
    given(*ANNA_REGISTERED).when(other).then_refused(NumberTaken)


def test_a_number_of_a_dead_person_is_not_used_again() -> None:
    other = RegisterPerson(person=BO, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME)
    given(*ANNA_REGISTERED, DIED).when(other).then_refused(NumberTaken)


def test_a_refusal_does_not_show_the_number() -> None:
    other = RegisterPerson(person=BO, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME)
    refusal = given(*ANNA_REGISTERED).when(other).refusal
    assert ANNAS_NUMBER.value not in str(refusal)
    assert ANNAS_NUMBER.value not in repr(other)


def test_a_number_changes_and_the_person_stays() -> None:
    given(*ANNA_REGISTERED).when(CHANGE).then(CHANGED)


def test_changing_to_the_number_that_the_person_has_changes_nothing() -> None:
    given(*ANNA_REGISTERED, CHANGED).when(CHANGE).then_nothing()


def test_a_mistaken_change_of_number_is_changed_back() -> None:
    back = ChangeCpr(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, reason=CprChangeReason.OTHER)
    returned = CprChanged(
        person=ANNA,
        index=ANNAS_INDEX,
        previous=ANNAS_NEW_INDEX,
        number=ANNAS_NUMBER,
        reason=CprChangeReason.OTHER,
    )
    given(*ANNA_REGISTERED, CHANGED).when(back).then(returned)


def test_w4_a_newborn_is_registered_without_a_name_and_named_later() -> None:
    unnamed = RegisterPerson(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER)
    facts = given().when(unnamed).facts
    assert [type(fact).__name__ for fact in facts] == ["PersonRegistered", "CprAssigned", "ResidenceEntered"]
    given(*facts).when(ChangeName(person=ANNA, name=ANNAS_NAME)).then(named(TODAY))


def test_w1_a_number_given_by_mistake_is_withdrawn_and_goes_to_its_rightful_bearer() -> None:
    back = ChangeCpr(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, reason=CprChangeReason.OTHER)
    corrected = (*ANNA_REGISTERED, CHANGED, *given(*ANNA_REGISTERED, CHANGED).when(back).facts)
    withdraw = WithdrawCpr(person=ANNA, index=ANNAS_NEW_INDEX)
    withdrawn = CprWithdrawn(person=ANNA, index=ANNAS_NEW_INDEX)
    rightful = RegisterPerson(person=BO, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER, name=ANNAS_NAME)

    given(*corrected).when(rightful).then_refused(NumberTaken)
    given(*corrected).when(withdraw).then(withdrawn)
    given(*corrected, withdrawn).when(withdraw).then_nothing()
    bos = given(*corrected, withdrawn).when(rightful).facts
    assert any(isinstance(fact, CprAssigned) and fact.person == BO for fact in bos)
    given(*corrected, withdrawn, *bos).when(withdraw).then_refused(NumberTaken)


def test_w1_the_number_that_a_person_bears_is_not_withdrawn() -> None:
    given(*ANNA_REGISTERED).when(WithdrawCpr(person=ANNA, index=ANNAS_INDEX)).then_refused(NumberInUse)
    given().when(WithdrawCpr(person=ANNA, index=ANNAS_INDEX)).then_refused(UnknownParty)


@pytest.mark.parametrize("taken", [ANNAS_INDEX, ANNAS_NEW_INDEX])
def test_a_number_that_another_person_has_or_had_is_refused(taken: CprIndex) -> None:
    bos_index = CprIndex(UUID(int=5))
    bo = RegisterPerson(person=BO, index=bos_index, number=ANNAS_NEW_NUMBER, name=ANNAS_NAME)
    past = (*ANNA_REGISTERED, CHANGED, *given().when(bo).facts)
    change = ChangeCpr(person=BO, index=taken, number=ANNAS_NUMBER, reason=CprChangeReason.OTHER)
    given(*past).when(change).then_refused(NumberTaken)


def test_a_person_gets_another_name() -> None:
    renamed = named(TODAY)
    ended = NameEnded(
        entry=ANNAS_NAME_ENTERED.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.SUCCEEDED, by=renamed.entry
    )
    given(*ANNA_REGISTERED).when(ChangeName(person=ANNA, name=ANNAS_NAME)).then(renamed, ended)


def test_a_name_from_the_same_day_corrects_the_one_before() -> None:
    begun = ANNAS_NAME_ENTERED.valid_from
    given(*ANNA_REGISTERED).when(ChangeName(person=ANNA, name=ANNAS_NAME, valid_from=begun)).then(
        NameAnnulled(entry=ANNAS_NAME_ENTERED.entry, party=ANNA, marker=Marker.CORRECTED), named(begun)
    )


def test_a_name_that_was_loaded_without_its_day_gives_way_to_one_from_an_earlier_day() -> None:
    loaded = ANNAS_NAME_ENTERED.model_copy(update={"valid_from": TODAY, "uncertain": True})
    day = date(2026, 2, 27)
    given(ANNA_REGISTERED[0], loaded).when(ChangeName(person=ANNA, name=ANNAS_NAME, valid_from=day)).then(
        NameAnnulled(entry=loaded.entry, party=ANNA, marker=Marker.CORRECTED), named(day)
    )


def test_w7_a_name_from_before_the_death_is_registered_late_and_no_later_one() -> None:
    died_on = date(2026, 2, 20)
    dead = (*ANNA_REGISTERED, PersonDied(person=ANNA, died_on=died_on))
    late = ChangeName(person=ANNA, name=ANNAS_NAME, valid_from=died_on)
    assert named(died_on) in given(*dead).when(late).facts
    given(*dead).when(ChangeName(person=ANNA, name=ANNAS_NAME)).then_refused(AfterTheDeath)


def test_a_death_is_recorded() -> None:
    given(*ANNA_REGISTERED).when(RecordDeath(person=ANNA, died_on=TODAY)).then(DIED)


def test_the_same_death_again_changes_nothing() -> None:
    given(*ANNA_REGISTERED, DIED).when(RecordDeath(person=ANNA, died_on=TODAY)).then_nothing()


def test_a_death_on_another_day_corrects_the_day() -> None:
    earlier = PersonDied(person=ANNA, died_on=date(2026, 2, 27))
    given(*ANNA_REGISTERED, DIED).when(RecordDeath(person=ANNA, died_on=date(2026, 2, 27))).then(earlier)


def test_a_wrong_death_is_corrected_and_the_person_may_die_later() -> None:
    corrected = DeathCorrected(person=ANNA)
    given(*ANNA_REGISTERED, DIED).when(CorrectDeath(person=ANNA)).then(corrected)
    given(*ANNA_REGISTERED, DIED, corrected).when(RecordDeath(person=ANNA, died_on=TODAY)).then(DIED)


def test_a_death_that_is_not_recorded_is_not_corrected() -> None:
    given(*ANNA_REGISTERED).when(CorrectDeath(person=ANNA)).then_refused(NoDeathRecorded)
    given(*ANNA_REGISTERED, DIED, DeathCorrected(person=ANNA)).when(CorrectDeath(person=ANNA)).then_refused(
        NoDeathRecorded
    )


@pytest.mark.parametrize(
    "early",
    [
        RecordDeath(person=ANNA, died_on=TOMORROW),
        EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=TOMORROW),
        EnterResidence(person=ANNA, kind=ResidenceKind.RESIDENT, valid_from=TOMORROW),
    ],
)
def test_what_has_not_happened_yet_is_not_recorded(early: Command[Person]) -> None:
    given(*ANNA_REGISTERED).when(early).then_refused(NotInTheFuture)


@pytest.mark.parametrize(
    "command",
    [
        CHANGE,
        ChangeName(person=ANNA, name=ANNAS_NAME),
        ChangeAddress(person=ANNA, address=ANNAS_ADDRESS),
        EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=TODAY),
        EnterResidence(person=ANNA, kind=ResidenceKind.RESIDENT, valid_from=TODAY),
        ProtectPerson(person=ANNA),
        WithdrawProtection(person=ANNA),
        RecordDeath(person=ANNA, died_on=TODAY),
        CorrectDeath(person=ANNA),
    ],
)
def test_nothing_is_recorded_of_a_person_who_is_not_registered(command: Command[Person]) -> None:
    given().when(command).then_refused(UnknownParty)
