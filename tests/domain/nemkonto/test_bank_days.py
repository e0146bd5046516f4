"""The bank calendar: compared with the lists that Danmarks Nationalbank published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.nemkonto.bank_days import OutsideBankCalendar, bank_day_after, is_bank_day

# Danmarks Nationalbank, "Banklukkedage"; the days that fall on a weekend are left to the weekend.
PUBLISHED = {
    2016: "01-01 03-24 03-25 03-28 04-22 05-05 05-06 05-16 12-26",
    2026: "01-01 04-02 04-03 04-06 05-14 05-15 05-25 06-05 12-24 12-25 12-31",
    2027: "01-01 03-25 03-26 03-29 05-06 05-07 05-17 12-24 12-31",
}
days = st.dates(date(2012, 1, 1), date(2098, 12, 31))


@pytest.mark.parametrize(("year", "published"), PUBLISHED.items())
def test_the_closed_weekdays_of_a_year_are_the_published_ones(year: int, published: str) -> None:
    first = date(year, 1, 1)
    weekdays = [day for n in range(366) if (day := first + timedelta(days=n)).weekday() < 5 and day.year == year]
    assert " ".join(f"{day:%m-%d}" for day in weekdays if not is_bank_day(day)) == published


def test_great_prayer_day_closed_the_banks_until_2023_and_not_from_2024() -> None:
    assert not is_bank_day(date(2023, 5, 5))
    assert is_bank_day(date(2024, 4, 26))
    assert is_bank_day(date(2026, 5, 1))


@pytest.mark.parametrize("day", [date(2025, 6, 5), date(2025, 12, 24), date(2025, 12, 31), date(2025, 5, 30)])
def test_constitution_day_both_eves_and_the_day_after_ascension_are_closed(day: date) -> None:
    assert not is_bank_day(day)


@pytest.mark.parametrize(
    ("day", "days_counted", "then"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 4, 1), 2, date(2026, 4, 8)),
        (date(2026, 12, 23), 5, date(2027, 1, 5)),
    ],
)
def test_bank_days_are_counted_from_the_day_after(day: date, days_counted: int, then: date) -> None:
    assert bank_day_after(day, days_counted) == then


@given(days, st.integers(1, 30))
def test_the_nth_bank_day_after_has_exactly_n_bank_days_behind_it(day: date, n: int) -> None:
    then = bank_day_after(day, n)
    between = [day + timedelta(days=k) for k in range(1, (then - day).days + 1)]
    assert is_bank_day(then)
    assert sum(map(is_bank_day, between)) == n


@given(days, st.integers(1, 15), st.integers(1, 15))
def test_counting_on_is_counting_in_one_go(day: date, m: int, n: int) -> None:
    assert bank_day_after(bank_day_after(day, m), n) == bank_day_after(day, m + n)


@pytest.mark.parametrize("count", [-1, 0, 367])
def test_a_count_out_of_reach_is_refused(count: int) -> None:
    with pytest.raises(OutsideBankCalendar, match="counted from 1 to 366"):
        bank_day_after(date(2026, 1, 1), count)


@pytest.mark.parametrize("day", [date(2011, 12, 31), date(2100, 1, 1)])
def test_a_year_out_of_reach_is_refused(day: date) -> None:
    with pytest.raises(OutsideBankCalendar, match="from 2012 to 2099"):
        is_bank_day(day)


def test_counting_over_the_calendars_end_is_refused() -> None:
    with pytest.raises(OutsideBankCalendar, match="not for 2100"):
        bank_day_after(date(2099, 12, 30), 1)
