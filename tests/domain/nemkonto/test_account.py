"""Accounts: one canonical text for one account, and none of it in an error or a repr."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from stdnum import iban as iban_registry

from domain.nemkonto.account import (
    Account,
    AccountWithoutIban,
    AnyAccount,
    DanishAccount,
    IbanAccount,
    NotAnAccount,
    parse_account,
)
from domain.nemkonto.countries import ISO_3166

# The IBAN registry's own published examples, not accounts of anybody.
DANISH_IBAN = "DK5000400440116243"
GERMAN_IBAN = "DE89370400440532013000"
MALTESE_IBAN = "MT84MALT011000012345MTLCAST001S"
WITHOUT_IBAN = "US/PRVEUS33/021000021/000123456789"
"""A bank that does not exist."""

ACCOUNT: TypeAdapter[AnyAccount] = TypeAdapter(Account)

danish_accounts = st.builds(
    DanishAccount,
    registration_number=st.from_regex(r"[0-9]{4}", fullmatch=True),
    account_number=st.from_regex(r"[0-9]{1,10}", fullmatch=True),
)


@pytest.mark.parametrize(
    "text",
    ["0040 0440116243", "0040440116243", "0040-440116243", "0040 - 440 11 62 43", " 00400440116243 "],
)
def test_a_danish_account_is_read_as_people_write_it(text: str) -> None:
    assert parse_account(text) == DanishAccount(registration_number="0040", account_number="0440116243")


def test_an_account_number_is_padded_to_ten_digits_from_the_left() -> None:
    account = parse_account("0040 1")
    assert isinstance(account, DanishAccount)
    assert account.account_number == "0000000001"


def test_a_danish_account_knows_its_iban() -> None:
    assert DanishAccount(registration_number="0040", account_number="0440116243").iban == DANISH_IBAN


@pytest.mark.parametrize("text", [DANISH_IBAN, "DK50 0040 0440 1162 43", "dk50-0040-0440-1162-43"])
def test_a_danish_iban_is_read_as_the_danish_account_that_it_names(text: str) -> None:
    assert parse_account(text) == parse_account("0040 440116243")


@pytest.mark.parametrize("text", [GERMAN_IBAN, "de89 3704 0044 0532 0130 00"])
def test_a_foreign_iban_is_read_with_any_grouping(text: str) -> None:
    assert parse_account(text) == IbanAccount(iban=GERMAN_IBAN)


def test_an_iban_with_letters_is_read() -> None:
    assert parse_account(MALTESE_IBAN) == IbanAccount(iban=MALTESE_IBAN)


@given(danish_accounts)
def test_a_danish_account_and_its_own_iban_have_one_canonical_text(account: DanishAccount) -> None:
    assert account.iban == IbanAccount(iban=account.iban).iban
    assert iban_registry.is_valid(account.iban)
    assert parse_account(account.iban) == account
    assert parse_account(f"{account.registration_number} {account.account_number}") == account


@given(danish_accounts, danish_accounts)
def test_different_accounts_have_different_canonical_texts(one: DanishAccount, other: DanishAccount) -> None:
    assert (one == other) == (one.iban == other.iban)


@pytest.mark.parametrize(
    "text",
    ["", "0040", "004 0440116243", "40 440116243", "0040 12345678901", "0040/440116243", "٠٠٤٠ 440116243"],
)
def test_what_is_no_danish_account_is_refused(text: str) -> None:
    with pytest.raises(NotAnAccount) as refused:
        parse_account(text)
    assert "440116243" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "DK5100400440116243",
        "DE8937040044053201300",
        "DE88370400440532013000",
        "ZZ89370400440532013000",
        "DK50",
        "DK",
        "DE89370400440532013000" * 2,
        GERMAN_IBAN + "\u0660",
        "X" * 1_000_000,
    ],
)
def test_a_wrong_iban_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(NotAnAccount) as refused:
        parse_account(text)
    assert "400440" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_country_with_another_length_is_refused_at_the_entry_but_an_old_fact_is_still_read() -> None:
    number = "DE370400440532013"
    changed_since = f"DE{iban_registry.calc_check_digits('DE00' + number[2:])}{number[2:]}"
    with pytest.raises(NotAnAccount):
        parse_account(changed_since)
    assert ACCOUNT.validate_python({"kind": "iban", "iban": changed_since}).canonical == changed_since


@pytest.mark.parametrize(
    "text", [WITHOUT_IBAN, "us / prveus33 / 021-000-021 / 0001 2345 6789", "US/PRVEUS33XXX/021000021/000123456789"]
)
def test_an_account_without_an_iban_is_its_number_with_a_bank_code_a_bic_and_a_country(text: str) -> None:
    assert parse_account(text) == AccountWithoutIban(
        country="US", bic="PRVEUS33", bank_code="021000021", account_number="000123456789"
    )
    assert parse_account(text).canonical == WITHOUT_IBAN


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("DE/PRVEDE33/37040044/532013000", "Write the IBAN."),
        ("GL/PRVEGL21/6471/1000206", "Write the IBAN."),
        ("DK/PRVEDK22/0040/440116243", "Write the IBAN."),
        ("ZZ/PRVEZZ33/021000021/123456789", "two letters of ISO 3166"),
        ("USA/PRVEUS33/021000021/123456789", "two letters of ISO 3166"),
        ("/PRVEUS33/021000021/123456789", "two letters of ISO 3166"),
        ("US/PRVEJPJT/021000021/123456789", "names the same country"),
        ("US/PRVEUS3/021000021/123456789", "8 or 11 signs"),
        ("US/PRVEUS33AB/021000021/123456789", "8 or 11 signs"),
        ("US/PRVEUS33//123456789", "COUNTRY/BIC/BANK CODE/NUMBER"),
        ("US/PRVEUS33/021000021/", "COUNTRY/BIC/BANK CODE/NUMBER"),
        ("US/PRVEUS33/021000021/12345+6789", "COUNTRY/BIC/BANK CODE/NUMBER"),
        ("US/PRVEUS33/021000021/" + "1" * 35, "COUNTRY/BIC/BANK CODE/NUMBER"),
    ],
)
def test_an_account_without_an_iban_is_refused_where_its_parts_do_not_fit(text: str, says: str) -> None:
    with pytest.raises(NotAnAccount) as refused:
        parse_account(text)
    assert says in str(refused.value)
    assert "12345" not in str(refused.value)


def test_the_countries_are_those_of_the_published_table() -> None:
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text()
    assert {line[:2] for line in table.splitlines() if line[:1] != "#"} == ISO_3166


def test_of_a_short_number_at_most_half_is_shown() -> None:
    assert parse_account("US/PRVEUS33/021000021/12345").masked == "•••• 45"
    assert parse_account("US/PRVEUS33/021000021/1").masked == "•••• "


@given(st.text(max_size=40))
def test_any_text_is_an_account_or_refused(text: str) -> None:
    try:
        account = parse_account(text)
    except NotAnAccount as refused:
        said = str(refused)
    else:
        said = ""
        assert isinstance(account, AccountWithoutIban) or iban_registry.is_valid(account.iban, check_country=False)
    assert not re.search(r"[0-9]{3}", said)


@pytest.mark.parametrize("text", [DANISH_IBAN, GERMAN_IBAN, WITHOUT_IBAN])
def test_an_account_shows_at_most_its_last_four_signs(text: str) -> None:
    account = parse_account(text)
    assert account.masked == f"•••• {text[-4:]}"
    assert text[-4:] not in f"{account} {account!r}"


@pytest.mark.parametrize("text", [DANISH_IBAN, GERMAN_IBAN, WITHOUT_IBAN])
def test_an_account_comes_back_from_json_as_the_kind_it_was(text: str) -> None:
    account = parse_account(text)
    assert ACCOUNT.validate_json(ACCOUNT.dump_json(account)) == account


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "danish", "registration_number": "40", "account_number": "440116243"},
        {"kind": "danish", "registration_number": "0040", "account_number": ""},
        {"kind": "danish", "registration_number": "0040", "account_number": "04401162433"},
        {"kind": "iban", "iban": "DE88370400440532013000"},
        {"kind": "iban", "iban": "de89370400440532013000"},
        {"kind": "iban", "iban": GERMAN_IBAN, "bank": "Deutsche"},
        {"kind": "without_iban", "country": "US", "bic": "PRVEJPJT", "bank_code": "1", "account_number": "1"},
        {"kind": "without_iban", "country": "US", "bic": "prveus33", "bank_code": "1", "account_number": "1"},
        {"kind": "cash"},
    ],
)
def test_the_types_refuse_what_is_never_an_account(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ACCOUNT.validate_python(wrong)


def test_an_account_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        setattr(parse_account(GERMAN_IBAN), "iban", DANISH_IBAN)  # noqa: B010 - the assignment is what is tested
