"""The birth date of the register: nothing begins before it, and no stated day on which something begins says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest

from domain.command import AnyCommand, Command
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.birth import BeforeTheBirth, DayIsBirthDate
from domain.identity.birth_and_death import CorrectBirth
from domain.identity.birth_correction import BeginsByTheBirth
from domain.identity.cpr import CprNumber
from domain.identity.mandate import MandateKind, MandateScope
from domain.identity.mandate_commands import GrantMandate
from domain.identity.number import CprChangeReason
from domain.identity.number_commands import ChangeCpr
from domain.identity.parent import EnterParent, ParentEntered, ParentKind
from domain.identity.person import BirthCorrected
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_checks import NotInTheFuture
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.identity.protection_commands import ProtectPerson
from domain.identity.residence import ResidenceEntered, ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.identity.uncertain_day import UncertainDay
from tests.controls import ANNA, ANNAS_ADDRESS, ANNAS_INDEX, ANNAS_NAME, ANNAS_NEW_INDEX, ANNAS_NUMBER, BO, known
from tests.law import NOW, Scene, given

BORN = date(2015, 6, 1)
"""Anna is a child here."""
DAY_BEFORE = date(2015, 5, 31)
FIVE_DAYS_OLD = date(2015, 6, 6)
WHAT_BEGINS: dict[str, Callable[[date], AnyCommand]] = {
    "name": lambda day: ChangeName(person=ANNA, name=ANNAS_NAME, valid_from=day),
    "address": lambda day: ChangeAddress(person=ANNA, address=ANNAS_ADDRESS, valid_from=day),
    "residence": lambda day: EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=day),
    "protection": lambda day: ProtectPerson(person=ANNA, valid_from=day),
    "parent": lambda day: EnterParent(child=ANNA, parent=BO, kind=ParentKind.FATHER, valid_from=day),
    "custody": lambda day: GrantMandate(
        giver=ANNA,
        held_by=BO,
        kind=MandateKind.CUSTODY,
        scope=MandateScope.ALL,
        source=EntrySource.COURT,
        valid_from=day,
    ),
}


def anna_born(day: UncertainDay) -> BirthCorrected:
    return BirthCorrected(person=ANNA, birth_date=day, source=EntrySource.MUNICIPALITY)


@pytest.mark.parametrize("what", WHAT_BEGINS)
def test_nothing_of_a_person_begins_before_the_birth(what: str) -> None:
    begins = WHAT_BEGINS[what]
    for born in (UncertainDay(2015, 6, 1), UncertainDay(2015, 6)):
        past = known(anna_born(born))
        past.when(begins(DAY_BEFORE)).then_refused(BeforeTheBirth)
        past.when(begins(date(1900, 1, 1))).then_refused(BeforeTheBirth)


@pytest.mark.parametrize("what", sorted(WHAT_BEGINS.keys() - {"protection"}))
def test_the_day_after_the_birth_is_recorded(what: str) -> None:
    assert known(anna_born(UncertainDay(2015, 6, 1))).when(WHAT_BEGINS[what](date(2015, 6, 2))).facts


@pytest.mark.parametrize("what", WHAT_BEGINS)
def test_no_day_on_which_something_begins_says_the_birth_date(what: str) -> None:
    begins = WHAT_BEGINS[what]
    for born in (UncertainDay(2015, 6, 1), UncertainDay(2015, 6, 1, uncertain=True)):
        known(anna_born(born)).when(begins(BORN)).then_refused(DayIsBirthDate)


@pytest.mark.parametrize("what", sorted(WHAT_BEGINS.keys() - {"protection"}))
def test_the_first_day_of_a_month_or_year_of_birth_says_nothing_more_of_it(what: str) -> None:
    assert known(anna_born(UncertainDay(2015, 6))).when(WHAT_BEGINS[what](BORN)).facts


def test_who_states_no_day_records_on_the_day_of_birth_what_begins_by_then() -> None:
    today = anna_born(UncertainDay.of(NOW.date()))
    assert known(today).when(ChangeName(person=ANNA, name=ANNAS_NAME)).facts
    (entered,) = known(today).when(EnterParent(child=ANNA, parent=BO, kind=ParentKind.FATHER)).facts
    assert isinstance(entered, ParentEntered)
    assert entered.uncertain


def test_nobody_is_registered_who_is_not_born_or_lives_here_since_before_the_birth() -> None:
    def register(**changes: Any) -> AnyCommand:
        person: dict[str, Any] = {"person": ANNA, "index": ANNAS_INDEX, "number": ANNAS_NUMBER}
        return RegisterPerson(**person | changes)

    given().when(register(birth_date=UncertainDay(2026, 3, 3))).then_refused(NotInTheFuture)
    assert given().when(register(birth_date=UncertainDay(2026, 3, 2))).facts
    given().when(register(resident_since=date(1989, 12, 31))).then_refused(BeforeTheBirth)
    given().when(register(resident_since=date(1990, 1, 1))).then_refused(DayIsBirthDate)
    assert given().when(register(resident_since=date(1990, 1, 2))).facts


@pytest.mark.parametrize("what", sorted(WHAT_BEGINS.keys() - {"protection"}))
@pytest.mark.parametrize("correct", [CorrectBirth, ChangeCpr])
def test_a_birth_is_not_corrected_to_a_day_by_which_something_begins(what: str, correct: type[Any]) -> None:
    past = known_after(WHAT_BEGINS[what](FIVE_DAYS_OLD), anna_born(UncertainDay(2015, 6, 1)))
    for day in (FIVE_DAYS_OLD, date(2015, 6, 7)):
        past.when(corrects(correct, day)).then_refused(BeginsByTheBirth)
    *_, last = past.when(corrects(correct, date(2015, 6, 5))).facts
    assert isinstance(last, BirthCorrected)


def test_a_birth_is_not_corrected_to_a_day_after_a_protection_begins_or_an_entry_of_an_unknown_day() -> None:
    born = anna_born(UncertainDay(2015, 6, 1))
    protected = known_after(ProtectPerson(person=ANNA, valid_from=date(2026, 3, 1)), born)
    protected.when(corrects(CorrectBirth, NOW.date())).then_refused(BeginsByTheBirth)
    uncertain = known_after(EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD), born)
    assert uncertain.when(corrects(CorrectBirth, NOW.date())).facts
    tomorrow = uncertain.at(NOW + timedelta(days=1))
    tomorrow.when(corrects(CorrectBirth, NOW.date() + timedelta(days=1))).then_refused(BeginsByTheBirth)


def test_the_entries_of_others_that_name_the_person_do_not_bind_its_birth() -> None:
    child = EnterParent(child=BO, parent=ANNA, kind=ParentKind.MOTHER, valid_from=date(2000, 1, 1))
    assert known_after(child).when(corrects(CorrectBirth, date(2015, 6, 1))).facts


def known_after(command: AnyCommand, *past: Event) -> Scene:
    """The past with what the command records."""
    decided = known(*past).when(command)
    assert decided.facts
    return known(*past, *decided.facts)


def corrects(command: type[Any], day: date) -> AnyCommand:
    """A correction of Anna's birth date, or a number that is given for it."""
    if command is CorrectBirth:
        return CorrectBirth(person=ANNA, birth_date=UncertainDay.of(day))
    number = CprNumber(f"{day.day + 60}{day:%m%y}5678")
    return ChangeCpr(person=ANNA, index=ANNAS_NEW_INDEX, number=number, reason=CprChangeReason.BIRTH_DATE)


def test_a_residence_whose_day_is_left_out_begins_on_a_day_that_nobody_knows() -> None:
    born_today, left = anna_born(UncertainDay.of(NOW.date())), EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD)
    (entered, *_) = known(born_today).when(left).facts
    assert isinstance(entered, ResidenceEntered)
    assert (entered.valid_from, entered.uncertain) == (NOW.date(), True)
    known_after(left, born_today).when(left).then_nothing()


def every_command(below: type[Any] = Command) -> set[type[Any]]:
    return {below}.union(*(every_command(each) for each in below.__subclasses__()))


def test_only_the_registration_and_its_correction_have_a_field_for_a_birth_date() -> None:
    """Besides them a number that is given because the birth date was wrong states one."""
    stating = {
        command.__name__
        for command in every_command() - {Command}
        if any("birth" in field.name or "born" in field.name for field in fields(command))
    }
    assert stating == {RegisterPerson.__name__, CorrectBirth.__name__}
