"""Where a register's column gets its value: a field of the fact, a header column of its record, or a constant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Header(Enum):
    """A header column of the record, the same for every fact."""

    RECORDED_AT = "recorded_at"
    POSITION = "position"
    EFFECTIVE_FROM = "effective_from"
    """The effective time (*virkningstid*); the registration time when the record names no other."""
    AUTHORITY = "authority"
    ACTOR = "actor"
    LEGAL_BASIS = "legal_basis"
    SEALED = "sealed"
    """All the fact's personal fields together, as ciphertext; a permitted reader decrypts them after the query."""
    SUBJECT = "subject"
    """The fact's own subject."""


RECORDED_AT = Header.RECORDED_AT
POSITION = Header.POSITION
SEALED = Header.SEALED
SUBJECT = Header.SUBJECT


@dataclass(frozen=True, slots=True)
class Field:
    name: str


@dataclass(frozen=True, slots=True)
class StartOfDay:
    """The instant at which the Copenhagen day in a field begins."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | bool | int | None


Source: TypeAlias = Field | StartOfDay | Constant | Header


YES = Constant(value=True)
NO = Constant(value=False)
EMPTY = Constant(value=None)
"""The fact empties the column."""


def constant(value: str | int) -> Constant:
    return Constant(str(value) if isinstance(value, str) else value)


def source(given: str | Source) -> Source:
    """A text names a field."""
    return Field(given) if isinstance(given, str) else given
