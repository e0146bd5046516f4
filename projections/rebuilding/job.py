"""The state of a rebuild, kept in the database beside its rows, so that a killed one is taken up where it stopped."""

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
    """The job is known; its shadow table is not there yet."""
    LOADING = "loading"
    """The shadow has its key, and the rows of the first ranges."""
    CATCHING_UP = "catching_up"
    """The shadow has every index, and is brought to the live table's position."""
    READY = "ready"
    """The shadow was found equal to the live table, or there was none to compare with."""
    SWAPPED = "swapped"
    """The shadow is the live table; the job is kept for its rate."""


@dataclass(frozen=True, slots=True)
class Job:
    """A rebuild as the database knows it; `position` is where the shadow's rows stand, `busy_seconds` its own time."""

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
        """The rate of its statements; None while nothing was timed."""
        return self.position / self.busy_seconds if self.busy_seconds > 0 and self.position > 0 else None


def read_job(connection: Connection, name: str) -> Job | None:
    """The register's rebuild, under way or finished; None when there never was one."""
    row = connection.execute(select(rebuild).where(rebuild.c.name == name)).mappings().one_or_none()
    return None if row is None else Job(**{**row, "phase": Phase(row["phase"])})


def read_jobs(connection: Connection) -> dict[str, Job]:
    rows = connection.execute(select(rebuild).order_by(rebuild.c.name)).mappings()
    return {row["name"]: Job(**{**row, "phase": Phase(row["phase"])}) for row in rows}


def begin(connection: Connection, register: Register, total: int, workers: int) -> Job:
    """A job at its beginning, in place of any earlier one."""
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
    assert begun is not None, "it was written a moment ago"
    return begun


def advance(
    connection: Connection, job: Job, *, phase: Phase | None = None, position: int | None = None, seconds: float = 0.0
) -> Job:
    """The job a step further, in the very transaction that takes the step."""
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
