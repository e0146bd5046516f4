"""The CPR number (*personnummer*): read, checked and understood by the rules of the CPR office.

Sources: cpr.dk, "Personnummerets opbygning", "Personnumre uden kontrolciffer" (10 May 2023) and
"Erstatningspersonnummer i eksterne systemer". A number that a person truly has must never be refused:
modulus 11 is no rule since 1 October 2007.
"""

import re
import unicodedata
from datetime import date
from typing import ClassVar, NamedTuple

from domain.errors import ErrorKind, RigsbogError
from domain.masked import MaskedText

DIGITS = 10
_APART = r"(?:[^\w:]|_){0,3}"
_BEFORE_THE_SERIAL = r"[\W_]{0,3}"
_DATE = rf"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]){_APART}(?:0[1-9]|1[0-2]){_APART}(?:1[89]|20)?\d\d"
"""A real day, also with four digits of the year. A colon is of a time, and of no date."""
_CASE = r"(?:19|20)\d\d[-/.]\d{6}"
_SPELLINGS = (
    rf"\d{{6}}{_BEFORE_THE_SERIAL}\d{{4}}",
    rf"\d\d(?:{_APART.replace('0,3', '1,3')}\d\d){{2}}{_BEFORE_THE_SERIAL}\d{{4}}",
    rf"(?!{_CASE}){_DATE}{_BEFORE_THE_SERIAL}\d{{4}}",
    r"\d(?:[\W_]{1,3}\d){9}",
)
_COULD_BE_CPR = re.compile(rf"(?<!\d)(?:{'|'.join(_SPELLINGS)})(?!\d)")
REPLACEMENT_DAYS = 60
"""A replacement number (*erstatningspersonnummer*) adds 60 to the day: the 7th is written 67."""


class CenturyRow(NamedTuple):
    """Which century a seventh digit means, for a range of two-digit years (both ends included)."""

    seventh_digits: str
    year_first: int
    year_last: int
    century: int


CENTURIES = (
    CenturyRow("0123", 0, 99, 1900),
    CenturyRow("49", 0, 36, 2000),
    CenturyRow("49", 37, 99, 1900),
    CenturyRow("5678", 0, 57, 2000),
    CenturyRow("5678", 58, 99, 1800),
)


class NotACprNumber(RigsbogError, ValueError):
    """The text is no CPR number. The message says why and what to do, and never holds the number."""

    kind = ErrorKind.BAD_INPUT


class CprNumber(MaskedText):
    """Ten digits, DDMMYYSSSS, whose first six name a real day in the century that the seventh digit gives."""

    __slots__ = ()

    form: ClassVar[str] = r"^[0-9]{10}$"

    @classmethod
    def check(cls, value: str) -> None:
        if not re.fullmatch(r"[0-9]*", value):
            raise NotACprNumber(
                "A CPR number has the digits 0 to 9 only. Write it as DDMMYY-SSSS, without other signs."
            )
        if len(value) != DIGITS:
            raise NotACprNumber(f"A CPR number has {DIGITS} digits, not {len(value)}. Write all of DDMMYY-SSSS.")
        _birth_date(value)

    @property
    def birth_date(self) -> date:
        """The date of birth in the number; the register may hold a better one."""
        return _birth_date(self.value)

    @property
    def is_replacement(self) -> bool:
        """True of a number made for somebody who has none: not real, never found in the CPR register."""
        return int(self.value[:2]) > REPLACEMENT_DAYS


def parse_cpr(text: str) -> CprNumber:
    """Read a CPR number as people write it, with or without blanks and a hyphen; raises NotACprNumber."""
    return CprNumber(text.replace(" ", "").replace("-", ""))


def could_be_cpr(text: str) -> bool:
    """Whether a text has ten digits of any script, alone or grouped as a CPR number is.

    Blanks and signs of every kind may be between them, also such as nobody sees. A longer run of digits is none, nor is
    a time, nor the case 2026-123456.
    """
    seen = (character for character in text if unicodedata.category(character) != "Cf")
    return _COULD_BE_CPR.search("".join(str(unicodedata.decimal(each, each)) for each in seen)) is not None


def _birth_date(digits: str) -> date:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if day > REPLACEMENT_DAYS:
        day -= REPLACEMENT_DAYS
    try:
        return date(_century(digits[6], year) + year, month, day)
    except ValueError:
        raise NotACprNumber(
            "The first six digits of this number name no day. Compare them with the health card."
        ) from None


def _century(seventh_digit: str, year: int) -> int:
    return next(
        row.century
        for row in CENTURIES
        if seventh_digit in row.seventh_digits and row.year_first <= year <= row.year_last
    )
