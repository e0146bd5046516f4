"""The CVR number: eight digits whose check digit fits, and the number is never shown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.identity.cvr import CvrNumber, NotACvrNumber, parse_cvr

WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
VALID = "99999993"


def _with_check_digit(stem: str) -> str | None:
    check = -sum(w * int(d) for w, d in zip(WEIGHTS, stem, strict=True)) % 11
    return None if check == 10 else f"{stem}{check}"


@given(st.integers(1_000_000, 9_999_999))
def test_a_number_is_valid_exactly_with_its_check_digit(stem: int) -> None:
    right = _with_check_digit(str(stem))
    for last in range(10):
        text = f"{stem}{last}"
        if text == right:
            assert parse_cvr(text).value == text
        else:
            with pytest.raises(NotACvrNumber, match="last digit"):
                parse_cvr(text)


@pytest.mark.parametrize("text", [VALID, "DK99999993", "dk 99 99 99 93", " 9999 9993 ", "99-99-99-93"])
def test_blanks_hyphens_and_the_vat_prefix_do_not_matter(text: str) -> None:
    assert parse_cvr(text) == CvrNumber(VALID)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "digits only"),
        ("DK", "digits only"),
        ("9999999X", "digits only"),
        ("09999993", "does not begin with 0"),
        ("9999999", "8 digits"),
        ("999999931", "8 digits"),
        ("99999994", "last digit"),
        ("٩٩٩٩٩٩٩٣", "0 to 9 only"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_never_the_number(text: str, reason: str) -> None:
    with pytest.raises(NotACvrNumber, match=reason) as refused:
        parse_cvr(text)
    assert len(text) < 3 or text not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("text", ["DK99999993", "9999 9993", "99999994"])
def test_a_number_cannot_be_made_without_the_check(text: str) -> None:
    with pytest.raises(NotACvrNumber):
        CvrNumber(text)


def test_a_number_is_masked_in_python_and_plain_in_json() -> None:
    number = parse_cvr(VALID)
    assert VALID not in f"{number} {number!r}"
    adapter = TypeAdapter(CvrNumber)
    assert adapter.dump_json(number) == f'"{VALID}"'.encode()
    assert adapter.validate_json(f'"{VALID}"') == number


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_cvr(text)
    except NotACvrNumber as refused:
        said = str(refused)
    else:
        said = ""
        assert len(number.value) == 8
    assert not re.search(r"[0-9]{3}", said)
