"""That a newborn is to be named within six months, and that it was not. CPR act § 3."""

from datetime import date

from domain.danish_time import months_after
from domain.fact import Event, Personal
from domain.identity.uncertain_day import UncertainDay
from domain.policy import NAMING_MONTHS
from domain.subject import PersonId


class NamingAwaited(Event):
    """A newborn was entered without a name (*unavngivet*), and is to be named by a day. CPR act § 3.

    Recorded again with another day, after the birth date was corrected, it moves the day.
    """

    person: PersonId
    due_on: Personal[date]
    """The first Copenhagen day on which it is too late; personal, because the birth date follows from it."""
    rule: str


class NamingDeadlinePassed(Event):
    """The child was not named in time (*ikke navngivet inden fristen*). CPR act § 3."""

    once = True

    person: PersonId


def naming_awaited(person: PersonId, birth_date: UncertainDay, today: date) -> NamingAwaited:
    """Of a birth date that is not whole, the last day that it may be counts."""
    months = NAMING_MONTHS.on(today)
    return NamingAwaited(person=person, due_on=months_after(birth_date.latest, months.value), rule=str(months))
