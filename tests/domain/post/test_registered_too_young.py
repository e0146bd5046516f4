"""A child registered by mistake was so since the first of the registrations that hold, until it was old enough."""

from __future__ import annotations

from datetime import date

from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.person import BirthCorrected
from domain.identity.uncertain_day import UncertainDay
from domain.post.affected_letters import affected_letters
from domain.post.correction import MailRegistrationAnnulled, RegistrationCorrected, RegistrationStatus
from domain.post.correction_commands import CorrectRegistration
from domain.post.mail_registration import MailRegistered, Mode
from domain.post.registered_too_young import corrects_if_too_young
from domain.reactions import react
from tests.controls import ANNA, ANNA_REGISTERED, ANNAS_MAIL, ARRIVED
from tests.domain.post.test_correction import at
from tests.domain.test_reactions import recorded
from tests.law import NOW, given

JANUARY, FEBRUARY, TODAY = date(2026, 1, 5), date(2026, 2, 5), NOW.date()
CHILD = UncertainDay.of(date(2015, 1, 1))
ANNULLED = MailRegistrationAnnulled(recipient=ANNA)
JOINED = MailRegistered(recipient=ANNA, mode=Mode.VOLUNTARY, rule=None)


def wrong(*past: tuple[Event, date], born: UncertainDay = CHILD) -> list[tuple[date, date | None]]:
    """From which day and until which one the registration is corrected, if it is."""
    records = [at(fact, nth, day) for nth, (fact, day) in enumerate(past, 1)]
    commands = [step.command for step in corrects_if_too_young(ANNA, born, TODAY, records)]
    assert all(
        isinstance(command, CorrectRegistration) and command.should is RegistrationStatus.NOT_REGISTERED
        for command in commands
    )
    return [(each.wrong_from, each.wrong_to) for each in commands if isinstance(each, CorrectRegistration)]


def wrong_from(*past: tuple[Event, date]) -> list[date]:
    return [begins for begins, _ in wrong(*past)]


def test_who_was_registered_and_joined_again_was_wrongly_registered_since_the_first_day() -> None:
    assert wrong_from((ANNAS_MAIL, JANUARY), (JOINED, FEBRUARY)) == [JANUARY]


def test_a_registration_that_was_corrected_before_is_not_of_the_wrong_time() -> None:
    assert wrong_from((ANNAS_MAIL, JANUARY), (ANNULLED, JANUARY), (ANNAS_MAIL, FEBRUARY)) == [FEBRUARY]
    assert wrong_from((ANNAS_MAIL, JANUARY), (ANNULLED, FEBRUARY)) == []


def test_who_has_turned_15_since_was_wrongly_registered_until_that_birthday() -> None:
    registered = (ANNAS_MAIL, JANUARY)
    for birthday, ends in ((TODAY, TODAY), (FEBRUARY, FEBRUARY), (date(2026, 3, 3), None)):
        assert wrong(registered, born=UncertainDay.of(birthday.replace(year=2011))) == [(JANUARY, ends)]
    assert wrong(registered, born=UncertainDay.of(JANUARY.replace(year=2011))) == []


def test_the_registration_stays_and_the_letters_until_the_birthday_are_to_be_decided_on() -> None:
    corrected = BirthCorrected(
        person=ANNA, birth_date=UncertainDay.of(FEBRUARY.replace(year=2011)), source=EntrySource.MUNICIPALITY
    )
    past = (*ANNA_REGISTERED, ANNAS_MAIL, corrected)
    records = [at(fact, nth, JANUARY) for nth, fact in enumerate(past, 1)]
    facts: list[Event] = []
    for reaction in react(recorded(corrected, len(past)), records):
        facts.extend(given(*past, *facts).when(reaction.command).facts)
    (correction,) = facts
    assert isinstance(correction, RegistrationCorrected)
    assert (correction.wrong_from, correction.wrong_to) == (JANUARY, FEBRUARY)
    before = [at(fact, nth, date(2026, 2, 4)) for nth, fact in enumerate(ARRIVED, 1)]
    letters = [*before, *(at(fact, nth, FEBRUARY) for nth, fact in enumerate(ARRIVED, 11))]
    affected = affected_letters(correction.correction, [*letters, recorded(correction, 99)])
    assert [each.at.date() for each in affected] == [date(2026, 2, 4)]
