"""Accounts that a NemKonto may point to: Danish ones by registration and account number, others by IBAN.

The types check what stays true (form and the remainder of 97), because facts are read again later. The list
of countries and their lengths changes with the years, so only `parse_account`, at the entry, asks it.
"""

import re
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from stdnum import iban as iban_registry
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from domain.errors import ErrorKind, RigsbogError

ACCOUNT_DIGITS = 10
MASKED_DIGITS_SHOWN = 4
TEXT_LENGTH_MAX = 64
"""The longest IBAN has 34 signs; with blanks between all its groups of four it stays under this."""

IBAN_FORM = r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"
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
    def masked(self) -> str:
        """The account as a notice to the citizen shows it."""
        return _masked(self.iban)


def account_kind(account: DanishAccount | IbanAccount) -> AccountKind:
    """The kind of an account; a Danish IBAN that was not read as the Danish account it names is Danish too."""
    return AccountKind.DANISH if account.iban.startswith("DK") else AccountKind.FOREIGN


Account = Annotated[DanishAccount | IbanAccount, Field(discriminator="kind")]


def parse_account(text: str) -> DanishAccount | IbanAccount:
    """Read an account as people write it; a Danish IBAN is read as the Danish account that it names.

    Raises NotAnAccount. Blanks, hyphens and (in an IBAN) dots may group the signs; small letters will do.
    """
    if len(text) > TEXT_LENGTH_MAX or not text.isascii():
        raise NotAnAccount("An account number is short and has only digits and letters A to Z. Write it again.")
    text = text.strip()
    if text[:2].isalpha():
        return _parse_iban(iban_registry.compact(text))
    if match := DANISH_TEXT.fullmatch(text):
        return _danish(match)
    raise NotAnAccount(
        "A Danish account is 4 digits of registration number, then 1 to 10 digits of account number. "
        "Write both, or write the IBAN."
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


def _danish(match: re.Match[str]) -> DanishAccount:
    account = re.sub(r"[ -]", "", match["account"])
    return DanishAccount(registration_number=match["registration"], account_number=account)


def _masked(number: str) -> str:
    return f"•••• {number[-MASKED_DIGITS_SHOWN:]}"
