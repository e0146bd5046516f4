"""A register's column: the law by which it combines values, and the facts that set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from domain.fact import Event
from projections.sources import SUBJECT, Source

Row: TypeAlias = Mapping[str, Any]
"""A row of a register: a value by column. Each register declares its own columns, so no class can name their types."""


class Law(StrEnum):
    """How a column combines the values of several facts."""

    LAST = "last"
    FIRST = "first"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Setter:
    """One fact that sets one column of the row under `key`, which has one source for each key column."""

    fact: type[Event]
    key: tuple[Source, ...]
    source: Source

    @property
    def once(self) -> bool:
        """Whether the fact sets the column at most once in a row, so that its records need no order."""
        return self.fact.once and self.key == (SUBJECT,)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its law, and every fact that sets it."""

    name: str
    law: Law
    setters: tuple[Setter, ...]
