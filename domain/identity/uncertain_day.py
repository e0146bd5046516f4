"""Days of births and deaths as CPR knows them: a day or a month may be unknown, and what is known uncertain.

Written as in ISO 8601-2 (EDTF): 1980-05-17, 1980-05, 1980, and with ? at the end where it is uncertain.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from domain.errors import ErrorKind, RigsbogError

WRITTEN = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?P<uncertain>\?)?")


class DayPart(StrEnum):
    """How much of a day is known."""

    DAY = "day"
    MONTH = "month"
    """The month and the year (the day is 00 in CPR)."""
    YEAR = "year"
    """The year only (day and month are 00 in CPR)."""


class NotADay(RigsbogError, ValueError):
    """A day that exists is needed here, written YYYY-MM-DD.

    Leave out the day, or month and day, that nobody knows; end with ? what is uncertain.
    """

    kind = ErrorKind.BAD_INPUT


@dataclass(frozen=True, slots=True)
class UncertainDay:
    """A day, or the month or year in which it was (*usikker eller ufuldstændig dato*). Raises NotADay."""

    year: int
    month: int | None = None
    day: int | None = None
    uncertain: bool = False

    def __post_init__(self) -> None:
        try:
            date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError:
            raise NotADay from None
        if self.day is not None and self.month is None:
            raise NotADay

    @classmethod
    def of(cls, value: object) -> Self:
        """A day, or a day as it is written. Raises NotADay."""
        if isinstance(value, cls):
            return value
        if isinstance(value, date) and not isinstance(value, datetime):
            return cls(value.year, value.month, value.day)
        written = WRITTEN.fullmatch(value) if isinstance(value, str) else None
        if written is None:
            raise NotADay
        year, month, day = (None if part is None else int(part) for part in written.group("year", "month", "day"))
        assert year is not None, "what is written has a year"
        return cls(year, month, day, uncertain=written["uncertain"] is not None)

    @classmethod
    def within(cls, day: date, known: DayPart, *, uncertain: bool) -> Self:
        """What is known of a day, if so much of it is known."""
        month = None if known is DayPart.YEAR else day.month
        return cls(day.year, month, day.day if known is DayPart.DAY else None, uncertain)

    @property
    def known(self) -> DayPart:
        if self.day is not None:
            return DayPart.DAY
        return DayPart.YEAR if self.month is None else DayPart.MONTH

    @property
    def earliest(self) -> date:
        """The first day that it may have been."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that it may have been."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def certain(self) -> date | None:
        """The day, if all of it is known for certain."""
        return None if self.uncertain or self.day is None else self.latest

    def __str__(self) -> str:
        parts = (f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None))
        return "-".join(parts) + ("?" if self.uncertain else "")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.of, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": f"^{re.sub(r'[?]P<[a-z]+>', '?:', WRITTEN.pattern)}$"}
