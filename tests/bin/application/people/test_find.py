"""A number finds its holder, and a number that nobody holds is an error that names the register."""

from __future__ import annotations

import pytest

from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.people.find import (
    NotRegistered,
    NumberHolder,
    NumberKind,
    find,
    find_registered,
    holders,
    key_of,
    kind_of_number,
)
from tests.bin.application.people.registered import register
from tests.bin.terminal import AUTHORITY, company, cpr, person


@pytest.mark.parametrize(
    ("number", "kind"),
    [("610190-0001", NumberKind.CPR), ("6101900001", NumberKind.CPR), ("99 99 99 93", NumberKind.CVR)],
)
def test_the_digits_show_the_kind_of_a_number(number: str, kind: NumberKind) -> None:
    assert kind_of_number(number) is kind


@pytest.mark.parametrize("number", ["", "abc", "123456789", "12345678901"])
def test_a_text_without_ten_or_eight_digits_is_bad_input(number: str) -> None:
    with pytest.raises(BadInput, match="10 digits"):
        kind_of_number(number)


def test_many_numbers_are_looked_up_at_once_and_unknown_ones_left_out(application: Application) -> None:
    anna, authority = register(application, person(1), company())
    keys = [
        key_of(application, "CPR", cpr(1)),
        key_of(application, "CVR", AUTHORITY),
        key_of(application, "CPR", cpr(2)),
        key_of(application, "CPR", cpr(1)),
    ]
    assert dict(holders(application, keys)) == {keys[0]: anna, keys[1]: authority}


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (cpr(3999), "No person is registered under this CPR number."),
        ("90000004", "No company is registered under this CVR number."),
    ],
)
def test_a_number_that_nobody_holds_is_said_so(application: Application, number: str, sentence: str) -> None:
    assert find(application, number) == NumberHolder(kind_of_number(number), None)
    with pytest.raises(NotRegistered) as missing:
        find_registered(application, number)
    assert str(missing.value) == sentence
