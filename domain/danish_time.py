"""Danish days: which Copenhagen day an instant belongs to, and where a day begins and ends.

Instants are aware and in UTC; a day of the law is a day in Copenhagen, 23, 24 or 25 hours long.
"""

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from domain.errors import ErrorKind, RigsbogError

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)

YEAR_FIRST = 1800
YEAR_LAST = 2999


class NotADanishTime(RigsbogError, ValueError):
    """An instant has no time zone, or a day is out of range: give an instant with a time zone, and a day in range."""

    kind = ErrorKind.BAD_INPUT


def day_of(instant: datetime) -> date:
    """The Copenhagen day that holds the instant; raises NotADanishTime for an instant without a time zone."""
    if instant.utcoffset() is None:
        raise NotADanishTime("This instant has no time zone. Give an aware instant, in UTC.")
    _within_reach(instant)
    return instant.astimezone(COPENHAGEN).date()


def start_of_day(day: date) -> datetime:
    """The first instant of the Copenhagen day, in UTC."""
    return instant_at(day, hour=0)


def end_of_day(day: date) -> datetime:
    """The first instant after the Copenhagen day, in UTC: `start <= instant < end` is the day."""
    _within_reach(day)
    return start_of_day(day + timedelta(days=1))


def instant_at(day: date, *, hour: int) -> datetime:
    """The instant, in UTC, when Copenhagen's clocks show the full hour (0 to 23) on that day.

    An hour that summer time leaves out is the hour after it; an hour that comes twice means the first.
    """
    if isinstance(day, datetime):
        raise NotADanishTime("This is an instant, not a day. Use day_of for its Copenhagen day.")
    _within_reach(day)
    return datetime.combine(day, time(hour), tzinfo=COPENHAGEN).astimezone(UTC)


def years_after(day: date, years: int) -> date:
    """The anniversary so many years later, or earlier if negative; 29 February falls on 28 in a common year.

    The choice for 29 February is our decision: a right is then never given a day late.
    """
    if not MINYEAR <= day.year + years <= MAXYEAR:
        raise NotADanishTime(f"No day {years} years from the one given can be named. Check the date.")
    return day + relativedelta(years=years)


def in_danish(day: date) -> str:
    """The day as a Danish letter writes it: 2. marts 2026."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def months_before(day: date, months: int) -> date:
    """The day so many months earlier; the last of its month where that month is shorter."""
    return day - relativedelta(months=months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    return day + relativedelta(months=months)


def _within_reach(day: date) -> None:
    if not YEAR_FIRST <= day.year <= YEAR_LAST:
        raise NotADanishTime(f"Danish days are known from {YEAR_FIRST} to {YEAR_LAST}. Give a day between.")
