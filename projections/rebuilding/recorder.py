"""What a rebuild tells whoever answers for it, before it does it: nothing goes on until the one told has returned.

Registers know no ledger to write to. So a rebuild is given a function, which records each act as a fact and then
returns; what it raises stops the rebuild before the act, and the same call takes it up again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from projections.engine.digest import StateDigest


@dataclass(frozen=True, slots=True)
class Beginning:
    """A rebuild is about to begin from nothing."""

    name: str
    declaration: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The live table and the rebuilt one were compared; they are about to be swapped when `swapping`."""

    name: str
    declaration: str
    started_at: datetime
    """When the rebuild began: with the rest it tells one comparison from another."""
    position: int
    equal: StateDigest | None
    """The digest of both; None when they differ or could not be compared."""
    not_compared: str | None
    """Why the live table could not be compared; None when it was."""
    swapping: bool


@dataclass(frozen=True, slots=True)
class PuttingBack:
    """The table put aside by the last swap is about to be live again."""

    name: str


@dataclass(frozen=True, slots=True)
class GivingUp:
    """A rebuild that was begun is about to be given up."""

    name: str


Act: TypeAlias = Beginning | Compared | PuttingBack | GivingUp
Tell: TypeAlias = Callable[[Act], None]


def untold(_: Act) -> None:
    """For those who answer to nobody: tests and measurements."""
