"""How far the seal is behind the ledger, and how far it may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.postgres.pool import Pool, ask
from adapters.seal.writer.store import Halt, SealStore
from migrations.positions import CLOCK, HEAD

LAG = f"""
with s as (select coalesce(max(size), 0) as published from seal.publication)
select {HEAD}, (select coalesce(max(size), 0) from seal.checkpoint),
       s.published, (select r.recorded_at from ledger.record r where r.position = s.published + 1), {CLOCK},
       (select max_age from seal.age_limit), w.since, w.reasons
  from s left join seal.waiting w on true
"""  # noqa: S608 - only literals


@dataclass(frozen=True, slots=True)
class Waiting:
    """Sealing or publishing waits for witnesses: since when, and why each of them does not count."""

    since: datetime
    reasons: str


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the seal is behind the ledger."""

    head: int
    size: int
    """Records sealed."""
    published: int
    """Records in the newest published checkpoint."""
    age: timedelta
    """The age of the oldest record that no published checkpoint covers; zero if there is none."""
    age_max: timedelta | None
    """The age from which nothing more is recorded; None when there is no limit."""
    halt: Halt | None
    """Why sealing halted, if it did and the halt is not acknowledged."""
    waiting: Waiting | None = None
    """For which witnesses it waits; None when for nobody."""

    @property
    def too_old(self) -> bool:
        """Whether nothing more is recorded until it is sealed."""
        return self.age_max is not None and self.age > self.age_max


def lag(connections: Pool) -> Lag:
    ((head, size, published, oldest, now, age_max, since, reasons),) = ask(connections, LAG)
    age = timedelta() if oldest is None else max(now - oldest, timedelta())
    waiting = None if since is None else Waiting(since, reasons)
    return Lag(head, size, published, age, age_max, SealStore(connections).halt(), waiting)
