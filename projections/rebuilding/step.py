"""The options of a rebuild, and the report of each of its steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from projections.engine.digest import StateDigest
from projections.rebuilding.pace import Pace

PATIENCE_SECONDS = 60.0
"""How long a swap is retried while readers hold the table."""
RETRY_SECONDS = 0.5


class RebuildAction(StrEnum):
    BEGAN = "began"
    RESUMED = "resumed"
    LOADED = "loaded"
    INDEXED = "indexed"
    CAUGHT_UP = "caught up"
    FOLLOWED = "followed"
    """The live table followed the ledger, because the two are compared at one position."""
    COMPARED = "compared"
    GAVE_WAY = "gave way"
    """The registers that follow the ledger lag too far: the rebuild rests."""
    WAITED = "waited"
    """Readers hold the table: the swap is tried again."""
    SWAPPED = "swapped"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True)
class RebuildStep:
    """One step: the position of the rows, the position to reach, and how long to rest before the next step."""

    register: str
    did: RebuildAction
    position: int
    total: int
    facts_per_second: float | None = None
    rest_seconds: float = 0.0
    note: str = ""
    digest: StateDigest | None = None
    """The digest of both tables, when the step found them equal."""

    @property
    def seconds_left(self) -> float | None:
        """How long the remaining facts take at this rate; None when the rate is unknown."""
        return None if not self.facts_per_second else max(0, self.total - self.position) / self.facts_per_second


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of a rebuild. `despite_differences` swaps although the live rows differ."""

    pace: Pace = field(default_factory=Pace)
    workers: int = 1
    postpone_swap: bool = False
    despite_differences: bool = False
    patience_seconds: float = PATIENCE_SECONDS
