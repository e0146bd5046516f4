"""What follows when somebody turns out to have been too young for Digital Post when it was registered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.danish_time import day_of, years_after
from domain.identity.uncertain_day import UncertainDay
from domain.policy import DIGITAL_POST_AGE_YEARS
from domain.post.correction import MailRegistrationAnnulled, RegistrationStatus
from domain.post.correction_commands import CorrectRegistration
from domain.post.mail_registration import MailRegistered
from domain.reaction import Step
from domain.record import Record
from domain.subject import PersonId


def corrects_if_too_young(person: PersonId, born: UncertainDay, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """The registration was wrong since it was recorded, until the birthday from which it is right, or until now.

    The letters of that time are to be decided on. §§ 3 and 4.
    """
    registered_on: date | None = None
    for record in past:
        match record.event:
            case MailRegistered():
                registered_on = registered_on or day_of(record.recorded_at)
            case MailRegistrationAnnulled():
                registered_on = None
            case _:
                pass
    if registered_on and is_too_young(born, registered_on):
        wrong = CorrectRegistration(
            recipient=person,
            wrong_from=registered_on,
            wrong_to=None if is_too_young(born, day) else _of_age_on(born, day),
            should=RegistrationStatus.NOT_REGISTERED,
        )
        yield Step(wrong)


def is_too_young(born: UncertainDay, day: date) -> bool:
    """Whether the person may be younger on the day than the age of the Act; the last possible birth date counts."""
    return _of_age_on(born, day) > day


def _of_age_on(born: UncertainDay, day: date) -> date:
    """The birthday from which the person is old enough, by the age that the Act has on the day."""
    return years_after(born.latest, DIGITAL_POST_AGE_YEARS.on(day).value)
