"""The CPR number: every century, every border of the day, and the number is never shown."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from domain.identity.cpr import CprNumber, NotACprNumber, parse_cpr

REPLACEMENT = "6101901234"
BORN_2040 = "010140"
"""The first six digits of numbers that nobody has yet."""

FIRST_RANGE, SECOND_RANGE, THIRD_RANGE = (0, 36), (37, 57), (58, 99)
CENTURY_BY_SEVENTH_DIGIT = {
    "0": (1900, 1900, 1900),
    "1": (1900, 1900, 1900),
    "2": (1900, 1900, 1900),
    "3": (1900, 1900, 1900),
    "4": (2000, 1900, 1900),
    "5": (2000, 2000, 1800),
    "6": (2000, 2000, 1800),
    "7": (2000, 2000, 1800),
    "8": (2000, 2000, 1800),
    "9": (2000, 1900, 1900),
}
CELLS = [
    (seventh, year, century)
    for seventh, centuries in CENTURY_BY_SEVENTH_DIGIT.items()
    for years, century in zip((FIRST_RANGE, SECOND_RANGE, THIRD_RANGE), centuries, strict=True)
    for year in years
]


@pytest.mark.parametrize(("seventh", "year", "century"), CELLS)
def test_the_seventh_digit_and_the_year_give_the_century(seventh: str, year: int, century: int) -> None:
    assert parse_cpr(f"6601{year:02}{seventh}000").birth_date == date(century + year, 1, 6)


def test_the_borders_of_all_thirty_century_cells_are_tested() -> None:
    assert len(CELLS) == len(set(CELLS)) == 60


@pytest.mark.parametrize(
    ("year", "seventh", "born"),
    [("04", "0", date(1904, 2, 29)), ("00", "4", date(2000, 2, 29)), ("40", "5", date(2040, 2, 29))],
)
def test_29_february_exists_in_a_leap_year_of_the_derived_century(year: str, seventh: str, born: date) -> None:
    assert parse_cpr(f"8902{year}{seventh}000").birth_date == born


@pytest.mark.parametrize(("year", "seventh"), [("00", "0"), ("03", "0"), ("03", "4"), ("41", "5")])
def test_29_february_does_not_exist_in_a_common_year_of_the_derived_century(year: str, seventh: str) -> None:
    with pytest.raises(NotACprNumber, match="name no day"):
        parse_cpr(f"8902{year}{seventh}000")


def test_every_serial_of_1_january_1990_is_accepted_with_or_without_modulus_11() -> None:
    numbers = [parse_cpr(f"010190{serial:04}") for serial in range(4000)]
    assert {number.birth_date for number in numbers} == {date(1990, 1, 1)}


@pytest.mark.parametrize(("day", "born_on"), [("61", 1), ("67", 7), ("91", 31)])
def test_days_61_to_91_mark_a_replacement_number(day: str, born_on: int) -> None:
    number = parse_cpr(f"{day}01901234")
    assert number.is_replacement
    assert number.birth_date == date(1990, 1, born_on)


@pytest.mark.parametrize("day", ["00", "32", "59", "60", "92", "99"])
def test_other_days_are_no_days(day: str) -> None:
    with pytest.raises(NotACprNumber, match="name no day"):
        parse_cpr(f"{day}01901234")


@pytest.mark.parametrize("start", ["9104", "3104", "9002", "6100", "6113", "6161"])
def test_a_day_or_month_that_is_not_in_the_calendar_is_refused(start: str) -> None:
    with pytest.raises(NotACprNumber, match="name no day"):
        parse_cpr(f"{start}901234")


def test_a_number_of_a_real_day_is_no_replacement_number() -> None:
    assert not parse_cpr(f"{BORN_2040}-5001").is_replacement


@pytest.mark.parametrize("text", ["6101901234", "610190-1234", "610190 1234", " 61 01 90 - 1234 "])
def test_blanks_and_hyphens_do_not_matter(text: str) -> None:
    assert parse_cpr(text) == CprNumber(REPLACEMENT)


@pytest.mark.parametrize("text", ["", "610190123", "61019012345", "6" * 100_000])
def test_too_few_or_too_many_digits_are_refused_and_counted(text: str) -> None:
    with pytest.raises(NotACprNumber, match=f"not {len(text)}"):
        parse_cpr(text)


@pytest.mark.parametrize(
    "text", ["٦١٠١٩٠١٢٣٤", "6101\uff1901234", "61019012³4", "610190123O", "610190/1234", "6101901234\n", "+610190123"]
)
def test_signs_other_than_ascii_digits_are_refused(text: str) -> None:
    with pytest.raises(NotACprNumber, match="digits 0 to 9 only"):
        parse_cpr(text)


def test_a_number_is_always_masked() -> None:
    number = parse_cpr(REPLACEMENT)
    shown = f"{number} {number!s} {number!r} {[number]} {(number,)!r}"
    assert not any(REPLACEMENT[i : i + 3] in shown for i in range(8))
    assert repr(number) == "CprNumber(••••••••••)"
    assert number.value == REPLACEMENT


def test_a_number_cannot_be_made_without_the_check_or_changed_afterwards() -> None:
    with pytest.raises(NotACprNumber):
        CprNumber("610190-1234")
    with pytest.raises(AttributeError):
        setattr(parse_cpr(REPLACEMENT), "value", "6101901235")  # noqa: B010 - the assignment is what is tested


def test_equal_numbers_are_one_key() -> None:
    assert {parse_cpr(REPLACEMENT), parse_cpr("610190-1234")} == {CprNumber(REPLACEMENT)}


class Bearer(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)
    number: CprNumber


def test_a_number_is_plain_in_a_dump_and_masked_in_a_repr() -> None:
    bearer = Bearer(number=parse_cpr(REPLACEMENT))
    assert bearer.model_dump_json() == f'{{"number":"{REPLACEMENT}"}}'
    assert Bearer.model_validate_json(bearer.model_dump_json()) == bearer
    assert Bearer.model_validate(bearer.model_dump()) == bearer
    assert REPLACEMENT not in repr(bearer)


def test_json_is_checked_when_read() -> None:
    for wrong in ("610190-1234", "6001901234", "x"):
        with pytest.raises(ValidationError) as refused:
            Bearer.model_validate_json(f'{{"number":"{wrong}"}}')
        assert wrong not in str(refused.value)


def test_the_json_schema_names_the_form() -> None:
    assert TypeAdapter(CprNumber).json_schema(mode="validation") == {
        "type": "string",
        "pattern": "^[0-9]{10}$",
    }


@given(st.dates(date(1858, 1, 1), date(2057, 12, 31)), st.integers(0, 999), st.data())
def test_every_birth_date_comes_back_from_a_replacement_number(born: date, serial: int, data: st.DataObject) -> None:
    fitting = [seventh for seventh, year, _ in CELLS if _century_of(seventh, born.year % 100) == born.year // 100]
    seventh = data.draw(st.sampled_from(fitting))
    number = parse_cpr(f"{born.day + 60:02}{born:%m%y}-{seventh}{serial:03}")
    assert (number.birth_date, number.is_replacement) == (born, True)


@given(st.one_of(st.text(max_size=20), st.from_regex(r"[0-9]{8,12}", fullmatch=True)))
def test_any_text_is_a_number_or_refused_without_repeating_it(text: str) -> None:
    try:
        number = parse_cpr(text)
    except NotACprNumber as refused:
        said = str(refused)
    else:
        said = ""
        assert number.value == text.replace(" ", "").replace("-", "")
    assert not re.search(r"[0-9]{3}", said)


def _century_of(seventh: str, year: int) -> int:
    place = 0 if year <= FIRST_RANGE[1] else 1 if year <= SECOND_RANGE[1] else 2
    return CENTURY_BY_SEVENTH_DIGIT[seventh][place] // 100
