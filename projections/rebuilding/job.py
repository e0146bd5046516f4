"""The state of a rebuild, stored in the database with its rows, so that a killed rebuild resumes where it stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from projections.declare import Register
from projections.engine.register_tables import rebuild


class Phase(StrEnum):
    BEGUN = "begun"
    """The job is stored; its shadow table does not exist yet."""
    LOADING = "loading"
    """The shadow has its key and the rows of the first ranges."""
    CATCHING_UP = "catching_up"
    """The shadow has every index, and is catching up with the live table."""
    READY = "ready"
    """The shadow equals the live table, or the live table could not be compared."""
    SWAPPED = "swapped"
    """The shadow is the live table; the job stays stored for its rate."""


@dataclass(frozen=True, slots=True)
class Job:
    """A stored rebuild; the shadow holds the rows up to `position`, which took `busy_seconds`."""

    name: str
    declaration: str
    phase: Phase
    position: int
    total: int
    workers: int
    busy_seconds: float
    started_at: datetime
    updated_at: datetime

    @property
    def facts_per_second(self) -> float | None:
        """The rate of its statements; None before the first."""
        return self.position / self.busy_seconds if self.busy_seconds > 0 and self.position > 0 else None


def read_job(connection: Connection, name: str) -> Job | None:
    """The register's last rebuild, running or finished; None when there was none."""
    row = connection.execute(select(rebuild).where(rebuild.c.name == name)).mappings().one_or_none()
    return None if row is None else Job(**{**row, "phase": Phase(row["phase"])})


def read_jobs(connection: Connection) -> dict[str, Job]:
    rows = connection.execute(select(rebuild).order_by(rebuild.c.name)).mappings()
    return {row["name"]: Job(**{**row, "phase": Phase(row["phase"])}) for row in rows}


def begin(connection: Connection, register: Register, total: int, workers: int) -> Job:
    """Store a new job in place of any earlier one."""
    fresh = {
        "declaration": register.declaration,
        "phase": Phase.BEGUN.value,
        "position": 0,
        "total": total,
        "workers": workers,
        "busy_seconds": 0.0,
        "started_at": func.clock_timestamp(),
        "updated_at": func.clock_timestamp(),
    }
    statement = insert(rebuild).values(name=register.name, **fresh)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=fresh))
    begun = read_job(connection, register.name)
    assert begun is not None, "the job was inserted in this transaction"
    return begun


def advance(
    connection: Connection, job: Job, *, phase: Phase | None = None, position: int | None = None, seconds: float = 0.0
) -> Job:
    """Store the job's progress, in the transaction that makes it."""
    further = replace(
        job,
        phase=phase or job.phase,
        position=job.position if position is None else position,
        busy_seconds=job.busy_seconds + seconds,
    )
    connection.execute(
        rebuild.update()
        .where(rebuild.c.name == job.name)
        .values(
            phase=further.phase.value,
            position=further.position,
            busy_seconds=further.busy_seconds,
            updated_at=func.clock_timestamp(),
        )
    )
    return further


def forget(connection: Connection, name: str) -> None:
    connection.execute(delete(rebuild).where(rebuild.c.name == name))
