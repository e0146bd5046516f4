"""The acts of a rebuild, which a callback records as facts before each is done.

Projections do not write to the ledger. A rebuild is given a function that records each act and then returns. An error
that it raises stops the rebuild before the act, and the next call resumes it.
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
    """When the rebuild began: with the other fields it identifies the comparison."""
    position: int
    equal: StateDigest | None
    """The digest of both; None when they differ or could not be compared."""
    not_compared: str | None
    """Why the live table could not be compared; None when it was."""
    swapping: bool


@dataclass(frozen=True, slots=True)
class RollingBack:
    """A swap is about to be rolled back: the previous table becomes the live one."""

    name: str
    despite_differences: bool
    """Whether the previous table differs from the ledger, and the operator chose to make it live."""


@dataclass(frozen=True, slots=True)
class Aborting:
    """A rebuild that was begun is about to be aborted."""

    name: str


Act: TypeAlias = Beginning | Compared | RollingBack | Aborting
Recorder: TypeAlias = Callable[[Act], None]


def record_nothing(_: Act) -> None:
    """For tests and measurements."""
