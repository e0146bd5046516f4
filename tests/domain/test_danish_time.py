"""Danish days: Copenhagen's midnights, also when the clocks change."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.danish_time import (
    NotADanishTime,
    day_of,
    end_of_day,
    instant_at,
    start_of_day,
    years_after,
)

days = st.dates(date(1800, 1, 2), date(2999, 12, 30))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 14, 22, 59, 59, tzinfo=UTC), date(2026, 1, 14)),
        (datetime(2026, 1, 14, 23, 0, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 7, 14, 21, 59, 59, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 7, 15, 1, 0, tzinfo=timezone(timedelta(hours=5))), date(2026, 7, 14)),
    ],
)
def test_a_danish_day_changes_at_copenhagens_midnight(instant: datetime, day: date) -> None:
    assert day_of(instant) == day


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


def test_a_day_starts_in_utc() -> None:
    assert start_of_day(date(2026, 7, 15)) == datetime(2026, 7, 14, 22, tzinfo=UTC)
    assert start_of_day(date(2026, 7, 15)).tzinfo is UTC


def test_an_hour_left_out_is_the_hour_after_and_of_a_double_hour_the_first_is_meant() -> None:
    assert instant_at(date(2026, 3, 29), hour=2) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instant_at(date(2026, 10, 25), hour=2) == datetime(2026, 10, 25, 0, tzinfo=UTC)


@settings(deadline=None)
@given(days)
def test_every_day_begins_where_the_day_before_ends(day: date) -> None:
    start = start_of_day(day)
    assert day_of(start) == day
    assert day_of(start - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert end_of_day(day) == start_of_day(day + timedelta(days=1))


@settings(deadline=None)
@given(st.datetimes(datetime(1800, 1, 2), datetime(2999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_every_instant_is_within_its_day(instant: datetime) -> None:
    day = day_of(instant)
    assert start_of_day(day) <= instant < end_of_day(day)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(NotADanishTime, match="no time zone"):
        day_of(datetime(2026, 1, 1))  # noqa: DTZ001 - the missing zone is what is tested


def test_an_instant_in_place_of_a_day_is_refused() -> None:
    with pytest.raises(NotADanishTime, match="an instant, not a day"):
        start_of_day(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("day", [date.min, date(1799, 12, 31), date(3000, 1, 1), date(9999, 12, 30)])
def test_a_day_out_of_reach_is_refused(day: date) -> None:
    with pytest.raises(NotADanishTime, match="from 1800 to 2999"):
        start_of_day(day)
    with pytest.raises(NotADanishTime, match="from 1800 to 2999"):
        day_of(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2011, 11, 21), 15, date(2026, 11, 21)),
        (date(2012, 2, 29), 15, date(2027, 2, 28)),
        (date(2012, 2, 29), 16, date(2028, 2, 29)),
    ],
)
def test_an_anniversary_of_29_february_falls_on_28_in_a_common_year(day: date, years: int, then: date) -> None:
    assert years_after(day, years) == then


def test_an_anniversary_that_no_date_can_name_is_refused() -> None:
    for day, years in ((date(9999, 12, 31), 15), (date(1, 1, 1), -1)):
        with pytest.raises(NotADanishTime):
            years_after(day, years)
