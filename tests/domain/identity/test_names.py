"""Names and addresses are read strictly and are masked."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.identity.names import LINE_LENGTH_MAX, NAME_LENGTH_MAX, Address, PersonName
from tests.controls import ANNAS_ADDRESS, ANNAS_NAME


def test_a_name_may_have_a_middle_name_and_another_by_which_letters_address_the_person() -> None:
    whole = PersonName(given="Anna", middle="Berg", family="Prøve", addressing="A. Prøve")
    assert "Berg" not in repr(whole)
    assert PersonName.model_validate_json(whole.model_dump_json()) == whole
    with pytest.raises(ValidationError):
        PersonName(family="Prøve", middle=" ")


def test_blanks_around_a_name_are_dropped() -> None:
    assert PersonName(given=" Anna ", family=" Prøve ") == PersonName(given="Anna", family="Prøve")


@pytest.mark.parametrize("family", ["", "  ", "Prøve\nVej", "\x00", "x" * (NAME_LENGTH_MAX + 1)])
def test_a_name_that_no_envelope_can_show_is_refused(family: str) -> None:
    with pytest.raises(ValidationError):
        PersonName(given="Anna", family=family)


def test_names_and_addresses_are_always_masked() -> None:
    shown = f"{ANNAS_NAME!r} {ANNAS_NAME} {ANNAS_ADDRESS!r} {ANNAS_ADDRESS}"
    assert not [part for part in ("Anna", "Prøve", "2100", "København") if part in shown]


def test_a_refusal_does_not_quote_the_name_or_the_address() -> None:
    with pytest.raises(ValidationError) as name:
        PersonName(given="Anna", family="Hemmelig\nVej")
    with pytest.raises(ValidationError) as address:
        Address(street="Hemmelig 1", postal_code="21", city="København Ø")
    assert "Hemmelig" not in str(name.value) + str(address.value)


@pytest.mark.parametrize("postal_code", ["", "210", "21000", "21OO", "\uff12\uff11\uff10\uff10"])
def test_a_danish_postal_code_has_four_digits(postal_code: str) -> None:
    with pytest.raises(ValidationError, match="4 digits"):
        Address(street="Prøvevej 1", postal_code=postal_code, city="København Ø")


def test_other_countries_have_postal_codes_of_their_own_or_none() -> None:
    assert Address(street="1 Test Road", postal_code="", city="Dublin", country="IE").postal_code == ""
    assert Address(street="Testgøta 1", postal_code="100", city="Tórshavn", country="FO").postal_code == "100"


@pytest.mark.parametrize(
    "wrong",
    [{"street": " "}, {"city": ""}, {"country": "Danmark"}, {"care_of": ""}, {"street": "x" * (LINE_LENGTH_MAX + 1)}],
)
def test_an_address_with_an_impossible_line_is_refused(wrong: dict[str, Any]) -> None:
    whole = {"street": "Prøvevej 1", "postal_code": "2100", "city": "København Ø"}
    with pytest.raises(ValidationError):
        Address.model_validate(whole | wrong)


def test_an_address_is_the_same_after_json() -> None:
    lodger = Address(street="Prøvevej 1", postal_code="2100", city="København Ø", care_of="Bo Prøve")
    assert Address.model_validate_json(lodger.model_dump_json()) == lodger
