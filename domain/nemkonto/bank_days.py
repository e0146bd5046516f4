"""The Danish bank calendar (*bankdage*): the closing days as dated data, and the counting of bank days.

Source: Danmarks Nationalbank, "Banklukkedage"; the tests hold its published lists. Weekends are closed too.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from dateutil.easter import easter

from domain.errors import ErrorKind, RigsbogError

YEAR_FIRST = 2012
"""Earlier calendars had other closing days and no act on Digital Post asks for them."""
YEAR_LAST = 2099
BANK_DAYS_MAX = 366

SATURDAY = 5
FAR_PAST = date.min
FAR_FUTURE = date.max


class OutsideBankCalendar(RigsbogError, ValueError):
    """The day or the number of bank days is outside the bank calendar: give one that the calendar covers."""

    kind = ErrorKind.BAD_INPUT


class FixedClosing(NamedTuple):
    """A day of the year on which banks are closed, for days from `valid_from` until before `valid_to`."""

    name: str
    month: int
    day: int
    valid_from: date = FAR_PAST
    valid_to: date = FAR_FUTURE

    def in_year(self, year: int) -> date:
        """The day of that year, whether or not it is in force."""
        return date(year, self.month, self.day)


class EasterClosing(NamedTuple):
    """A closing day so many days after Easter Sunday, for days from `valid_from` until before `valid_to`."""

    name: str
    days_after_easter: int
    valid_from: date = FAR_PAST
    valid_to: date = FAR_FUTURE

    def in_year(self, year: int) -> date:
        """The day of that year, whether or not it is in force."""
        return easter(year) + timedelta(days=self.days_after_easter)


GREAT_PRAYER_DAY_ABOLISHED = date(2024, 1, 1)
"""Bill L 13 of 2022-23, in force 1 January 2024: *store bededag* is an ordinary working day."""

CLOSINGS: tuple[FixedClosing | EasterClosing, ...] = (
    FixedClosing("nytårsdag", 1, 1),
    EasterClosing("skærtorsdag", -3),
    EasterClosing("langfredag", -2),
    EasterClosing("2. påskedag", 1),
    EasterClosing("store bededag", 26, valid_to=GREAT_PRAYER_DAY_ABOLISHED),
    EasterClosing("Kristi himmelfartsdag", 39),
    EasterClosing("dagen efter Kristi himmelfartsdag", 40),
    EasterClosing("2. pinsedag", 50),
    FixedClosing("grundlovsdag", 6, 5),
    FixedClosing("juleaftensdag", 12, 24),
    FixedClosing("juledag", 12, 25),
    FixedClosing("2. juledag", 12, 26),
    FixedClosing("nytårsaftensdag", 12, 31),
)


def is_bank_day(day: date) -> bool:
    """True if Danish banks are open on the day; raises OutsideBankCalendar for a year not known."""
    return day not in _closed_days(day.year) and day.weekday() < SATURDAY


def bank_day_after(day: date, days: int) -> date:
    """The first, second, ... bank day after the day, which itself is not counted, bank day or not.

    Raises OutsideBankCalendar for a year not known, and unless 1 <= days <= BANK_DAYS_MAX.
    """
    if not 1 <= days <= BANK_DAYS_MAX:
        raise OutsideBankCalendar(f"Bank days are counted from 1 to {BANK_DAYS_MAX}, not {days}.")
    for _ in range(days):
        day += timedelta(days=1)
        while not is_bank_day(day):
            day += timedelta(days=1)
    return day


@lru_cache(maxsize=YEAR_LAST - YEAR_FIRST + 1)
def _closed_days(year: int) -> frozenset[date]:
    if not YEAR_FIRST <= year <= YEAR_LAST:
        raise OutsideBankCalendar(f"The bank calendar is known from {YEAR_FIRST} to {YEAR_LAST}, not for {year}.")
    return frozenset(
        day for closing in CLOSINGS if closing.valid_from <= (day := closing.in_year(year)) < closing.valid_to
    )
