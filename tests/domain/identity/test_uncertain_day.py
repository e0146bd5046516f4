"""Days of which a part is unknown or uncertain: how they are written, and between which days they lie."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.identity.uncertain_day import DayPart, NotADay, UncertainDay

DAYS = st.dates(date(1800, 1, 1), date(2999, 12, 31))


@pytest.mark.parametrize(
    ("written", "day", "known", "earliest", "latest"),
    [
        ("1980-02-17", UncertainDay(1980, 2, 17), DayPart.DAY, date(1980, 2, 17), date(1980, 2, 17)),
        ("1980-02", UncertainDay(1980, 2), DayPart.MONTH, date(1980, 2, 1), date(1980, 2, 29)),
        ("1980", UncertainDay(1980), DayPart.YEAR, date(1980, 1, 1), date(1980, 12, 31)),
        ("1980-02?", UncertainDay(1980, 2, uncertain=True), DayPart.MONTH, date(1980, 2, 1), date(1980, 2, 29)),
    ],
)
def test_a_day_lies_within_what_is_known_of_it(
    written: str, day: UncertainDay, known: DayPart, earliest: date, latest: date
) -> None:
    assert (UncertainDay.of(written), str(day)) == (day, written)
    assert (day.known, day.earliest, day.latest) == (known, earliest, latest)


@pytest.mark.parametrize(
    "written",
    ["", "80", "1980-13", "1980-02-30", "1980-00-00", "1980--17", "1980-2-3", "0000", "1980-02-17T00", 1980],
)
def test_what_is_no_day_is_refused_with_how_one_is_written(written: object) -> None:
    with pytest.raises(NotADay, match="YYYY-MM-DD") as refused:
        UncertainDay.of(written)
    assert "1980" not in str(refused.value)


def test_a_day_without_its_month_and_an_instant_are_no_days() -> None:
    with pytest.raises(NotADay):
        UncertainDay(1980, None, 17)
    with pytest.raises(NotADay):
        UncertainDay.of(datetime(1980, 2, 17, tzinfo=UTC))


@for_all(DAYS, st.sampled_from(DayPart), st.booleans())
def test_every_day_is_read_again_as_it_is_written(day: date, known: DayPart, uncertain: bool) -> None:
    known_of_it = UncertainDay.within(day, known, uncertain=uncertain)
    adapter = TypeAdapter(UncertainDay)
    assert adapter.validate_json(adapter.dump_json(known_of_it)) == known_of_it
    assert known_of_it.earliest <= day <= known_of_it.latest
    assert (known_of_it.certain == day) is (known is DayPart.DAY and not uncertain)
