"""The kinds of text in MeMo elements, and how each becomes a value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from domain.errors import ErrorKind, RigsbogError

XML_SPACE: Final = " \t\r\n"
TEXT_CHARACTERS_MAX: Final = 256
COMMENT_CHARACTERS_MAX: Final = 512
NOTIFICATION_CHARACTERS_MAX: Final = 150
ADDRESS_CHARACTERS_MAX: Final = 256
LICENSE_NUMBER_CHARACTERS_MAX: Final = 7
PRODUCTION_UNIT_MAX: Final = 9_999_999_999
GLOBAL_LOCATION_MAX: Final = 9_999_999_999_999
END_OF_DAY_HOUR: Final = 24

_SPACES = re.compile(f"[{XML_SPACE}]+")
_UUID4 = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_DATE_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?Z")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,2}")
_WHOLE_NUMBER = re.compile(r"\+?[0-9]{1,32}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class ValueNotAllowed(RigsbogError):
    """The text of an element is not allowed; the message names the rule and never quotes the text."""

    kind = ErrorKind.BAD_INPUT

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of text: a simple type in XML Schema.

    A kind that collapses ignores white space around the value; `empty` is the value of an empty element.
    """

    read: Callable[[str], object]
    collapses: bool = False
    ignores_case: bool = False
    empty: object = None

    def canonical(self, text: str) -> str:
        """The text, equal for equal values."""
        if self.collapses:
            text = collapsed(text)
        return text.lower() if self.ignores_case else text


def collapsed(text: str) -> str:
    """The text with its XML white space collapsed; any other white space is content."""
    return _SPACES.sub(" ", text).strip(" ")


def _text(characters_max: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > characters_max:
            raise ValueNotAllowed("text.too.long", f"The text is longer than {characters_max} characters.")
        return text

    return read


def _uuid(text: str) -> UUID:
    if not _UUID4.fullmatch(text):
        raise ValueNotAllowed("uuid.format.not.allowed", "The text is not a UUID of version 4.")
    return UUID(text)


def _date_time(text: str) -> datetime:
    wrong = ValueNotAllowed("date.time.format.not.allowed", "The text is not a time in UTC that ends with Z.")
    if not (match := _DATE_TIME.fullmatch(text)):
        raise wrong
    day, hour, minute, second, fraction = match.groups()
    microsecond = int(((fraction or "") + "000000")[:6])
    try:
        midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
        if int(hour) == END_OF_DAY_HOUR and int(minute) == int(second) == microsecond == 0:
            return midnight + timedelta(days=1)
        return midnight.replace(hour=int(hour), minute=int(minute), second=int(second), microsecond=microsecond)
    except (ValueError, OverflowError) as cause:
        raise wrong from cause


def _date(text: str) -> date:
    wrong = ValueNotAllowed("date.format.not.allowed", "The text is not a date of the form 2026-11-21.")
    if not (match := _DATE.fullmatch(text)):
        raise wrong
    try:
        return date.fromisoformat(match.group(1))
    except ValueError as cause:
        raise wrong from cause


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise ValueNotAllowed("boolean.format.not.allowed", "The text is neither true nor false.")
    return _BOOLEANS[text]


def _message_type(text: str) -> str:
    if text not in {"DIGITALPOST", "NEMSMS"}:
        raise ValueNotAllowed("message.type.not.allowed", "The message type is neither DIGITALPOST nor NEMSMS.")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueNotAllowed("language.format.not.allowed", "The language is not a code of at most two letters.")
    return text


def _whole_number(value_max: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _WHOLE_NUMBER.fullmatch(text) or int(text) > value_max:
            digits = len(str(value_max))
            raise ValueNotAllowed("number.format.not.allowed", f"The text is not a number of at most {digits} digits.")
        return int(text)

    return read


TEXT = Kind(_text(TEXT_CHARACTERS_MAX))
COMMENT = Kind(_text(COMMENT_CHARACTERS_MAX))
NOTIFICATION = Kind(_text(NOTIFICATION_CHARACTERS_MAX))
LICENSE_NUMBER = Kind(_text(LICENSE_NUMBER_CHARACTERS_MAX))
MESSAGE_TYPE = Kind(_message_type)
UUID4 = Kind(_uuid, ignores_case=True)
ADDRESS = Kind(_text(ADDRESS_CHARACTERS_MAX), collapses=True)
DATE_TIME = Kind(_date_time, collapses=True)
DATE = Kind(_date, collapses=True)
FALSE_WHEN_EMPTY = Kind(_boolean, collapses=True, empty=False)
LANGUAGE = Kind(_language, collapses=True)
PRODUCTION_UNIT = Kind(_whole_number(PRODUCTION_UNIT_MAX), collapses=True)
GLOBAL_LOCATION = Kind(_whole_number(GLOBAL_LOCATION_MAX), collapses=True)
# The contents of a file are decoded part by part (adapters/memo/contents.py), never read as one text.
CONTENT = Kind(_text(0), collapses=True)
