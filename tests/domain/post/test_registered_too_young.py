"""A child registered by mistake was so since the first of the registrations that hold, and not since an older one."""

from __future__ import annotations

from datetime import date

from domain.fact import Event
from domain.identity.uncertain_day import UncertainDay
from domain.post.correction import (
    MailRegistrationAnnulled,
    RegistrationStatus,
)
from domain.post.correction_commands import CorrectRegistration
from domain.post.mail_registration import MailRegistered, Mode
from domain.post.registered_too_young import corrects_if_too_young
from tests.controls import ANNA, ANNAS_MAIL
from tests.domain.post.test_correction import at
from tests.law import NOW

JANUARY, FEBRUARY, TODAY = date(2026, 1, 5), date(2026, 2, 5), NOW.date()
CHILD = UncertainDay.of(date(2015, 1, 1))
ANNULLED = MailRegistrationAnnulled(recipient=ANNA)
JOINED = MailRegistered(recipient=ANNA, mode=Mode.VOLUNTARY, rule=None)


def wrong_from(*past: tuple[Event, date]) -> list[date]:
    """From which day the registration is corrected, if it is."""
    records = [at(fact, nth, day) for nth, (fact, day) in enumerate(past, 1)]
    commands = [step.command for step in corrects_if_too_young(ANNA, CHILD, TODAY, records)]
    assert all(
        isinstance(command, CorrectRegistration) and command.should is RegistrationStatus.NOT_REGISTERED
        for command in commands
    )
    return [command.wrong_from for command in commands if isinstance(command, CorrectRegistration)]


def test_who_was_registered_and_joined_again_was_wrongly_registered_since_the_first_day() -> None:
    assert wrong_from((ANNAS_MAIL, JANUARY), (JOINED, FEBRUARY)) == [JANUARY]


def test_a_registration_that_was_corrected_before_is_not_of_the_wrong_time() -> None:
    assert wrong_from((ANNAS_MAIL, JANUARY), (ANNULLED, JANUARY), (ANNAS_MAIL, FEBRUARY)) == [FEBRUARY]
    assert wrong_from((ANNAS_MAIL, JANUARY), (ANNULLED, FEBRUARY)) == []
