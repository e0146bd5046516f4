"""The CVR number of a legal entity (*juridisk enhed*): eight digits with a check digit, the first never zero.

Source: Danmarks Statistik, "CVRNR"; the arithmetic is python-stdnum's. A sole trader's number points to a
person, so this value is masked like a CPR number.
"""

from typing import ClassVar

from stdnum.dk import cvr
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from domain.errors import ErrorKind, RigsbogError
from domain.masked import MaskedText

DIGITS = 8


class NotACvrNumber(RigsbogError, ValueError):
    """The text is no CVR number. The message says why and what to do, and never holds the number."""

    kind = ErrorKind.BAD_INPUT


class CvrNumber(MaskedText):
    """Eight digits: seven that are serial and one that checks them (modulus 11, weights 2 7 6 5 4 3 2 1)."""

    __slots__ = ()

    form: ClassVar[str] = r"^[1-9][0-9]{7}$"

    @classmethod
    def check(cls, value: str) -> None:
        if _read(value) != value:
            raise NotACvrNumber(
                f"A CVR number is stored as {DIGITS} digits and nothing else. Use parse_cvr to read it."
            )


def parse_cvr(text: str) -> CvrNumber:
    """Read a CVR number as people write it, with blanks or the VAT prefix DK; raises NotACvrNumber."""
    return CvrNumber(_read(text))


def _read(text: str) -> str:
    # python-stdnum turns foreign dashes into ours; a sign that is not ASCII is refused instead.
    if not text.isascii():
        raise NotACvrNumber("A CVR number has the digits 0 to 9 only. Write the digits without other signs.")
    try:
        return str(cvr.validate(text))
    except InvalidLength:
        raise NotACvrNumber(f"A CVR number has {DIGITS} digits. Write all of them, and no more.") from None
    except InvalidChecksum:
        raise NotACvrNumber("The last digit does not fit the others. Compare the number with virk.dk.") from None
    except ValidationError:
        raise NotACvrNumber("A CVR number has digits only and does not begin with 0. Write the digits.") from None
