"""Estimates a rebuild: how many facts it reads, how long it takes, and how much disk it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean

from sqlalchemy import Connection, func, select

from projections.declare import SCHEMA, Register
from projections.engine.position import head
from projections.rebuilding.job import Job, Phase, read_jobs
from projections.rebuilding.swap import PREVIOUS, read_live

ASSUMED_FACTS_PER_SECOND = 200_000
"""Used before the first rebuild in this database; two cores with a laptop's disk reached more."""
ASSUMED_BYTES_PER_FACT = 150
"""Used while the register has no table."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The estimate for rebuilding one register, or for resuming its rebuild at `position`."""

    register: str
    phase: Phase | None
    """Where an earlier rebuild stopped; None when this one starts from the beginning."""
    position: int
    head: int
    not_compared: str | None
    """Why the live table is replaced without comparison; None when the two must be equal."""
    seconds: float
    bytes: int
    """Disk for the new table; the live one stays as the previous table for `--rollback`."""
    previous_bytes: int
    """Disk released when the present previous table is dropped."""

    @property
    def facts(self) -> int:
        return self.head - self.position


def plan(connection: Connection, registers: Iterable[Register]) -> list[Plan]:
    jobs, top = read_jobs(connection), head(connection)
    return [_plan(connection, register, jobs, top) for register in registers]


def _plan(connection: Connection, register: Register, jobs: dict[str, Job], top: int) -> Plan:
    job = jobs.get(register.name)
    begun = None if job is None or job.phase is Phase.SWAPPED or job.declaration != register.declaration else job
    position = 0 if begun is None else begun.position
    return Plan(
        register=register.name,
        phase=None if begun is None else begun.phase,
        position=position,
        head=top,
        not_compared=read_live(connection, register).incomparable(register),
        seconds=(top - position) / _facts_per_second(job, jobs),
        bytes=_bytes(connection, register.name) or top * ASSUMED_BYTES_PER_FACT,
        previous_bytes=_bytes(connection, register.name + PREVIOUS),
    )


def _facts_per_second(job: Job | None, jobs: dict[str, Job]) -> float:
    """The register's last rate, else the mean of the others' rates."""
    if job is not None and job.facts_per_second is not None:
        return job.facts_per_second
    known = [job.facts_per_second for job in jobs.values() if job.facts_per_second is not None]
    return mean(known) if known else ASSUMED_FACTS_PER_SECOND


def _bytes(connection: Connection, name: str) -> int:
    table = func.to_regclass(f"{SCHEMA}.{name}")
    size: int = connection.execute(select(func.coalesce(func.pg_total_relation_size(table), 0))).scalar_one()
    return size
