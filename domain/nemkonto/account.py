"""Accounts that a NemKonto may point to: Danish ones by registration and account number, others by IBAN or without.

The types check what stays true (form and the remainder of 97), because facts are read again later. The lists of
countries and their lengths change with the years, so only `parse_account`, at the entry, asks them.
"""

import re
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from stdnum import iban as iban_registry
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from domain.errors import ErrorKind, RigsbogError
from domain.nemkonto.countries import has_iban, is_country

ACCOUNT_DIGITS = 10
MASKED_DIGITS_SHOWN = 4
TEXT_LENGTH_MAX = 128
"""Of the longest account without an IBAN, with blanks between the groups of its signs."""

IBAN_FORM = r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"
BIC_FORM = r"^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$"
"""ISO 9362: the bank, its country, its place, and the branch if one is named."""
PRIMARY_OFFICE = "X" * 3
"""The branch of a BIC that names none."""
WITHOUT_IBAN_PARTS = 4
DANISH_TEXT = re.compile(r"(?P<registration>[0-9]{4})[ -]{0,3}(?P<account>[0-9](?:[ -]?[0-9]){0,9})")
DANISH_IBAN = re.compile(r"DK[0-9]{2}(?P<registration>[0-9]{4})(?P<account>[0-9]{10})")


class AccountKind(StrEnum):
    """Whether a bank in Denmark holds the account: § 10(3) of BEK 788/2025 gives others more time."""

    DANISH = "danish"
    FOREIGN = "foreign"


class NotAnAccount(RigsbogError, ValueError):
    """The text is no account number. The message says why and what to do, and never holds the number."""

    kind = ErrorKind.BAD_INPUT


class _Account(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DanishAccount(_Account):
    """*Reg.nr.* and *kontonr.* Check digits differ from bank to bank and are not checked."""

    kind: Literal["danish"] = "danish"
    registration_number: str = Field(pattern=r"^[0-9]{4}$", repr=False)
    account_number: str = Field(pattern=r"^[0-9]{10}$", repr=False)

    @field_validator("account_number", mode="before")
    @classmethod
    def _pad(cls, number: object) -> object:
        return number.zfill(ACCOUNT_DIGITS) if isinstance(number, str) and number else number

    @property
    def canonical(self) -> str:
        """One text for one account, however it was written: from it comes the keyed index."""
        return self.iban

    @property
    def iban(self) -> str:
        """DK, two check digits, registration number, account number: the same text however it was written."""
        number = self.registration_number + self.account_number
        return f"DK{iban_registry.calc_check_digits(f'DK00{number}')}{number}"

    @property
    def masked(self) -> str:
        """The account as a notice to the citizen shows it."""
        return _masked(self.account_number)


class IbanAccount(_Account):
    """An account by its International Bank Account Number (ISO 13616), without blanks, in capitals."""

    kind: Literal["iban"] = "iban"
    iban: str = Field(pattern=IBAN_FORM, repr=False)

    @field_validator("iban")
    @classmethod
    def _checked(cls, iban: str) -> str:
        if not mod_97_10.is_valid(iban[4:] + iban[:4]):
            raise NotAnAccount("The check digits of this IBAN do not fit the rest. Copy it again from the bank.")
        return iban

    @property
    def canonical(self) -> str:
        """One text for one account, however it was written."""
        return self.iban

    @property
    def masked(self) -> str:
        """The account as a notice to the citizen shows it."""
        return _masked(self.iban)


class AccountWithoutIban(_Account):
    """An account in a country that has no IBAN: the bank's BIC and national bank code, and the account's number."""

    kind: Literal["without_iban"] = "without_iban"
    country: str = Field(pattern=r"^[A-Z]{2}$")
    """ISO 3166-1 alpha-2."""
    bic: str = Field(pattern=BIC_FORM)
    """ISO 9362."""
    bank_code: str = Field(pattern=r"^[A-Z0-9]{1,15}$")
    """The number of the bank in its country, such as a routing number, a sort code or a BSB number."""
    account_number: str = Field(pattern=r"^[A-Z0-9]{1,34}$", repr=False)

    @model_validator(mode="after")
    def _in_one_country(self) -> Self:
        if self.bic[4:6] != self.country:
            raise NotAnAccount("The BIC is of a bank in another country. Copy both again from the bank.")
        return self

    @property
    def canonical(self) -> str:
        """One text for one account, however it was written; no IBAN has a slash."""
        return f"{self.country}/{self.bic}/{self.bank_code}/{self.account_number}"

    @property
    def masked(self) -> str:
        """The account as a notice to the citizen shows it."""
        return _masked(self.account_number)


AnyAccount: TypeAlias = DanishAccount | IbanAccount | AccountWithoutIban
Account = Annotated[AnyAccount, Field(discriminator="kind")]


def account_kind(account: AnyAccount) -> AccountKind:
    """The kind of an account; a Danish IBAN that was not read as the Danish account it names is Danish too."""
    return AccountKind.DANISH if account.canonical.startswith("DK") else AccountKind.FOREIGN


def parse_account(text: str) -> AnyAccount:
    """Read an account as people write it; a Danish IBAN is read as the Danish account that it names.

    One without an IBAN is COUNTRY/BIC/BANK CODE/NUMBER. Raises NotAnAccount. Blanks, hyphens and (in an IBAN) dots may
    group the signs; small letters will do.
    """
    if len(text) > TEXT_LENGTH_MAX or not text.isascii():
        raise NotAnAccount("An account number is short and has only digits and letters A to Z. Write it again.")
    text = text.strip()
    parts = text.split("/")
    if len(parts) == WITHOUT_IBAN_PARTS:
        return _parse_without_iban(*(re.sub(r"[ -]", "", part).upper() for part in parts))
    if text[:2].isalpha():
        return _parse_iban(iban_registry.compact(text))
    if match := DANISH_TEXT.fullmatch(text):
        return _danish(match)
    raise NotAnAccount(
        "A Danish account is 4 digits of registration number, then 1 to 10 digits of account number. Write both, or"
        " write the IBAN, or COUNTRY/BIC/BANK CODE/NUMBER of an account in a country that has no IBAN."
    )


def _parse_iban(iban: str) -> DanishAccount | IbanAccount:
    # National check digits inside an IBAN are the foreign bank's concern, as they are for Danish accounts.
    try:
        iban_registry.validate(iban, check_country=False)
        account = IbanAccount(iban=iban)
    except (ValidationError, ValueError):
        raise NotAnAccount(
            "This IBAN has a country, a length or check digits that do not fit. Copy it again from the bank."
        ) from None
    match = DANISH_IBAN.fullmatch(iban)
    return _danish(match) if match else account


def _parse_without_iban(country: str, bic: str, bank_code: str, number: str) -> AccountWithoutIban:
    if not is_country(country):
        raise NotAnAccount("There is no such country. Write its two letters of ISO 3166, such as US.")
    if has_iban(country):
        raise NotAnAccount("Accounts in this country have an IBAN. Write the IBAN.")
    try:
        return AccountWithoutIban(
            country=country, bic=bic.removesuffix(PRIMARY_OFFICE), bank_code=bank_code, account_number=number
        )
    except ValueError:
        raise NotAnAccount(
            "An account without an IBAN is COUNTRY/BIC/BANK CODE/NUMBER: a BIC has 8 or 11 signs and names the same"
            " country; the code of the bank has at most 15 signs, and the number of the account at most 34."
        ) from None


def _danish(match: re.Match[str]) -> DanishAccount:
    account = re.sub(r"[ -]", "", match["account"])
    return DanishAccount(registration_number=match["registration"], account_number=account)


def _masked(number: str) -> str:
    """At most half of a short number is shown."""
    shown = min(MASKED_DIGITS_SHOWN, len(number) // 2)
    return f"•••• {number[len(number) - shown :]}"
