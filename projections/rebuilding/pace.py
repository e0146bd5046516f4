"""Limits the rate of a rebuild: facts a second, and the lag of the registers that follow the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, func, select

from projections.engine.follow import FollowState
from projections.engine.position import head
from projections.engine.register_tables import progress

RANGE_FACTS_MAX = 2_000_000
"""Facts loaded in one transaction: a kill loses at most so many, and progress is reported after each transaction."""
RANGE_SECONDS = 2
"""A throttled rebuild loads ranges that take about this long, so that its load is even."""
LAG_FACTS_MAX = 50_000
LOOK_SECONDS = 1.0
"""How long to rest before the lag is checked again."""
MOVED_SECONDS = 5
"""A register whose position has not changed for so long has no follower, and a rebuild does not wait for it."""


@dataclass(frozen=True, slots=True)
class Pace:
    facts_per_second_max: int | None = None
    lag_facts_max: int = LAG_FACTS_MAX
    range_facts_max: int = RANGE_FACTS_MAX

    def __post_init__(self) -> None:
        assert self.facts_per_second_max is None or self.facts_per_second_max > 0, "a rebuild must move"
        assert self.range_facts_max > 0, "a range holds at least one fact"

    @property
    def range_facts(self) -> int:
        if self.facts_per_second_max is None:
            return self.range_facts_max
        return min(self.range_facts_max, self.facts_per_second_max * RANGE_SECONDS)

    def rest(self, facts: int, seconds: float) -> float:
        """How many seconds to rest after that many facts took that many seconds."""
        return 0.0 if self.facts_per_second_max is None else max(0.0, facts / self.facts_per_second_max - seconds)

    def overtaxed(self, connection: Connection) -> list[str]:
        """The registers with a follower that lag further than the limit."""
        behind = select(progress.c.name).where(
            progress.c.state == FollowState.FOLLOWING.value,
            progress.c.position < head(connection) - self.lag_facts_max,
            progress.c.updated_at > func.clock_timestamp() - timedelta(seconds=MOVED_SECONDS),
        )
        return list(connection.execute(behind.order_by(progress.c.name)).scalars())
