"""What a rebuild may be asked for, and what it says of each thing that it has done."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from projections.engine.digest import StateDigest
from projections.rebuilding.pace import Pace

PATIENCE_SECONDS = 60.0
"""How long a swap is tried while readers are at work."""
RETRY_SECONDS = 0.5


class RebuildAction(StrEnum):
    BEGAN = "began"
    RESUMED = "resumed"
    LOADED = "loaded"
    INDEXED = "indexed"
    CAUGHT_UP = "caught up"
    FOLLOWED = "followed"
    """The live table was brought forward, for the two are compared at one position."""
    COMPARED = "compared"
    GAVE_WAY = "gave way"
    """Those who follow the ledger lag too far behind: they go first."""
    WAITED = "waited"
    """Readers are at work: the swap is tried again."""
    SWAPPED = "swapped"
    PUT_BACK = "put back"


@dataclass(frozen=True, slots=True)
class RebuildStep:
    """One thing done: where the rows stand now and where they are to come, and how long to rest before going on."""

    register: str
    did: RebuildAction
    position: int
    total: int
    facts_per_second: float | None = None
    rest_seconds: float = 0.0
    note: str = ""
    digest: StateDigest | None = None
    """Of both tables, when they were just found equal."""

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate; None while there is none."""
        return None if not self.facts_per_second else max(0, self.total - self.position) / self.facts_per_second


@dataclass(frozen=True, slots=True)
class Choices:
    """How to rebuild. `despite_differences` swaps although the live rows differ; they stay in the table put aside."""

    pace: Pace = field(default_factory=Pace)
    workers: int = 1
    postpone_swap: bool = False
    despite_differences: bool = False
    patience_seconds: float = PATIENCE_SECONDS
