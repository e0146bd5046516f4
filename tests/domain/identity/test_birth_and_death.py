"""Births and deaths: corrected, uncertain, incomplete or presumed, and no death before a birth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from domain.command import AnyCommand, Refused
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.birth_and_death import BornAfterTheDeath, CorrectBirth, RecordDeath
from domain.identity.number import CprChanged, CprChangeReason
from domain.identity.number_commands import ChangeCpr
from domain.identity.person import BirthCorrected, PersonDied
from domain.identity.person_checks import NotInTheFuture
from domain.identity.registered import UnknownParty
from domain.identity.residence import ResidenceKind
from domain.identity.uncertain_day import DayPart, UncertainDay
from domain.post.correction import (
    MailRegistrationAnnulled,
    RegistrationCorrected,
    RegistrationStatus,
)
from domain.post.correction_commands import CorrectRegistration
from domain.post.mail_registration import MailRegistered
from domain.post.mail_registration_plan import PlannedFor
from domain.reactions import react
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_INDEX,
    ANNAS_MAIL,
    ANNAS_NEW_INDEX,
    ANNAS_NEW_NUMBER,
    planned,
    residence,
)
from tests.domain.test_reactions import CHILD, recorded
from tests.law import given

TODAY = date(2026, 3, 2)
NOT_REGISTERED = RegistrationStatus.NOT_REGISTERED
BORN = UncertainDay(1990, 1, 1)


def corrected(birth_date: UncertainDay) -> BirthCorrected:
    return BirthCorrected(person=ANNA, birth_date=birth_date, source=EntrySource.MUNICIPALITY)


def after_the_correction(birth_date: UncertainDay, *past: Event) -> tuple[Event, ...]:
    """What the reactions to a corrected birth date record."""
    event = corrected(birth_date)
    facts = (*past, event)
    for reaction in react(recorded(event), [recorded(fact) for fact in facts]):
        facts = (*facts, *given(*facts).when(reaction.command).facts)
    return facts[len(past) + 1 :]


@pytest.mark.parametrize("birth_date", [UncertainDay(1989, 12, 31), UncertainDay(1989), UncertainDay(1989, 12)])
def test_w3_a_birth_date_is_corrected_also_to_one_that_is_not_whole(birth_date: UncertainDay) -> None:
    given(*ANNA_REGISTERED).when(CorrectBirth(person=ANNA, birth_date=birth_date)).then(corrected(birth_date))


def test_w3_a_number_that_is_given_for_the_birth_date_corrects_the_birth_date() -> None:
    change = ChangeCpr(person=ANNA, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER, reason=CprChangeReason.BIRTH_DATE)
    changed = CprChanged(
        person=ANNA,
        index=ANNAS_NEW_INDEX,
        previous=ANNAS_INDEX,
        number=ANNAS_NEW_NUMBER,
        reason=CprChangeReason.BIRTH_DATE,
    )
    given(*ANNA_REGISTERED).when(change).then(changed, corrected(BORN))


@pytest.mark.parametrize(
    ("birth_date", "planned_for"),
    [
        (UncertainDay(2012, 5, 7), date(2027, 5, 7)),
        (UncertainDay(2011, 6, 1), date(2026, 6, 1)),
        (UncertainDay(2012, 5), date(2027, 5, 31)),
        (UncertainDay(2012), date(2027, 12, 31)),
    ],
)
def test_w3_a_child_is_planned_for_the_corrected_birthday(birth_date: UncertainDay, planned_for: date) -> None:
    assert after_the_correction(birth_date, CHILD, planned(ANNA, date(2026, 3, 3))) == (planned(ANNA, planned_for),)


def test_w3_one_who_turns_out_to_be_of_age_is_registered_at_once() -> None:
    facts = after_the_correction(UncertainDay(2010, 1, 1), CHILD, planned(ANNA, date(2027, 5, 7)))
    assert [type(fact) for fact in facts] == [MailRegistered]


def test_w3_one_who_turns_out_to_be_too_young_was_registered_wrongly_and_is_planned_for_the_birthday() -> None:
    corrected_registration, annulled, child = after_the_correction(UncertainDay(2012, 5, 7), CHILD, ANNAS_MAIL)
    assert isinstance(corrected_registration, RegistrationCorrected)
    assert (corrected_registration.wrong_from, corrected_registration.should) == (TODAY, NOT_REGISTERED)
    assert annulled == MailRegistrationAnnulled(recipient=ANNA)
    assert child == planned(ANNA, date(2027, 5, 7))
    again = (CHILD, ANNAS_MAIL, annulled)
    assert [type(fact) for fact in after_the_correction(UncertainDay(2012, 5, 8), *again)] == [type(child)]


def test_w3_who_is_of_age_by_the_corrected_birth_date_too_stays_registered() -> None:
    assert after_the_correction(UncertainDay(1991, 1, 1), CHILD, ANNAS_MAIL) == ()


def test_w3_nobody_without_residence_is_planned_for_a_corrected_birth_date() -> None:
    away = (CHILD.model_copy(update={"resident": False}),)
    assert after_the_correction(UncertainDay(2012, 5, 7), *away) == ()


def test_w3_who_comes_back_waits_by_the_corrected_birth_date() -> None:
    back = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 3, 1))
    gone = residence(ANNA, ResidenceKind.ABROAD, date(2026, 1, 15))
    past = (CHILD, corrected(UncertainDay(2012, 5, 7)), gone, back)
    *_, plan = [reaction.command for reaction in react(recorded(back), [recorded(fact) for fact in past])]
    waits = {"reason": PlannedFor.IMMIGRATION, "waits_until": date(2026, 4, 1), "residence": back.entry}
    given(*past).when(plan).then(planned(ANNA, date(2027, 5, 7), **waits))


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (UncertainDay(2026, 2), date(2026, 2, 28)),
        (UncertainDay(2025), date(2025, 12, 31)),
        (UncertainDay(2026), TODAY),
        (UncertainDay(2026, 2, 14, uncertain=True), date(2026, 2, 14)),
    ],
)
def test_a_death_on_a_day_that_nobody_knows_is_recorded_with_what_is_known(day: UncertainDay, counts: date) -> None:
    died = PersonDied(person=ANNA, died_on=counts, known=day.known, uncertain=day.uncertain)
    given(*ANNA_REGISTERED).when(RecordDeath(person=ANNA, died_on=day)).then(died)
    given(*ANNA_REGISTERED, died).when(RecordDeath(person=ANNA, died_on=day)).then_nothing()
    assert died.day == day


def test_a_death_is_presumed_and_later_known() -> None:
    presumed = PersonDied(person=ANNA, died_on=date(2025, 12, 31), known=DayPart.YEAR, presumed=True)
    given(*ANNA_REGISTERED).when(RecordDeath(person=ANNA, died_on=UncertainDay(2025), presumed=True)).then(presumed)
    known = PersonDied(person=ANNA, died_on=date(2025, 8, 3))
    given(*ANNA_REGISTERED, presumed).when(RecordDeath(person=ANNA, died_on=date(2025, 8, 3))).then(known)


@pytest.mark.parametrize(
    ("died_on", "born"),
    [
        (date(1989, 12, 31), UncertainDay(1990)),
        (UncertainDay(1989), UncertainDay(1990, 1, 1)),
        (UncertainDay(1989, 12), UncertainDay(1990, 1)),
    ],
)
def test_w7_nobody_dies_before_birth(died_on: date | UncertainDay, born: UncertainDay) -> None:
    early = RecordDeath(person=ANNA, died_on=died_on)
    given(*ANNA_REGISTERED, corrected(born)).when(early).then_refused(BornAfterTheDeath)


def test_w7_who_may_have_died_on_the_day_of_birth_did_not_die_before_it() -> None:
    stillborn = RecordDeath(person=ANNA, died_on=UncertainDay(1990))
    assert len(given(*ANNA_REGISTERED, corrected(UncertainDay(1990, 6, 1))).when(stillborn).facts) == 1


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (CorrectBirth(person=ANNA, birth_date=UncertainDay(2026, 3, 3)), NotInTheFuture),
        (CorrectBirth(person=ANNA, birth_date=UncertainDay(2026, 2)), BornAfterTheDeath),
        (RecordDeath(person=ANNA, died_on=UncertainDay(2026, 4)), NotInTheFuture),
    ],
)
def test_w7_a_birth_is_not_corrected_to_a_day_that_cannot_be(command: AnyCommand, refusal: type[Refused]) -> None:
    dead = PersonDied(person=ANNA, died_on=date(2026, 1, 31))
    given(*ANNA_REGISTERED, dead).when(command).then_refused(refusal)


def test_w7_a_birth_is_corrected_to_a_month_in_which_the_dead_may_have_been_born() -> None:
    dead, june = PersonDied(person=ANNA, died_on=date(1990, 6, 15)), UncertainDay(1990, 6)
    given(*ANNA_REGISTERED, dead).when(CorrectBirth(person=ANNA, birth_date=june)).then(corrected(june))


def test_a_birth_date_is_encrypted_and_of_nobody_who_is_not_registered() -> None:
    assert "1989" not in f"{corrected(UncertainDay(1989)).open_fields()}"
    given().when(CorrectBirth(person=ANNA, birth_date=BORN)).then_refused(UnknownParty)


def wrong_from(*past: tuple[Event, date]) -> date:
    """Since when the registration of somebody who turns out to be too young was wrong."""
    event = corrected(UncertainDay(2012, 5, 7))
    records = [replace(recorded(fact), recorded_at=datetime.combine(day, time(9), UTC)) for fact, day in past]
    (correct,) = [
        reaction.command
        for reaction in react(recorded(event), [*records, recorded(event)])
        if isinstance(reaction.command, CorrectRegistration)
    ]
    return correct.wrong_from


def test_w3_a_registration_was_wrong_since_its_first_day_also_if_it_was_made_again() -> None:
    first, annulled, again = date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 2)
    assert wrong_from((ANNAS_MAIL, first), (ANNAS_MAIL, again)) == first
    taken_back = MailRegistrationAnnulled(recipient=ANNA)
    assert wrong_from((ANNAS_MAIL, first), (taken_back, annulled), (ANNAS_MAIL, again)) == again


def test_w7_who_may_have_been_born_before_the_death_may_have_died_then() -> None:
    died = RecordDeath(person=ANNA, died_on=date(1990, 5, 1))
    assert len(given(*ANNA_REGISTERED, corrected(UncertainDay(1990))).when(died).facts) == 1


def test_a_presumed_death_becomes_known_on_the_same_day() -> None:
    presumed = PersonDied(person=ANNA, died_on=date(2026, 1, 5), presumed=True)
    known = RecordDeath(person=ANNA, died_on=date(2026, 1, 5))
    given(*ANNA_REGISTERED, presumed).when(known).then(PersonDied(person=ANNA, died_on=date(2026, 1, 5)))
