"""Compares the live table with the rebuilt one by their state digests, and row by row only when these differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, literal

from projections.declare import Register
from projections.engine.diff import Difference, differences
from projections.engine.digest import StateDigest, digests
from projections.engine.verify import DIFFERING_MAX, named
from projections.rebuilding.job import Job
from projections.rebuilding.recorder import Compared
from projections.rebuilding.shadow import shadow

TWICE = "a row stands more than once, which the key of a register forbids"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the two stand to each other at the position of the rebuild's `job`."""

    job: Job
    equal: StateDigest | None = None
    differing: tuple[Difference, ...] = ()
    not_compared: str | None = None
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether they were compared and found different; perhaps only in how often a row stands there."""
        return self.equal is None and self.not_compared is None

    def told(self, *, swapping: bool) -> Compared:
        job = self.job
        return Compared(
            job.name, job.declaration, job.started_at, job.position, self.equal, self.not_compared, swapping
        )


def not_compared(job: Job, reason: str) -> Comparison:
    return Comparison(job, not_compared=reason, note=f"not compared, for the live table is {reason}")


def compare(connection: Connection, register: Register, job: Job) -> Comparison:
    """The two tables, both at the job's position, in the snapshot of the transaction."""
    live, told = register.table.alias("live"), shadow(register).alias("told")
    of_live, of_told = digests(connection, register, literal(job.position), live, told)
    if of_live == of_told:
        return Comparison(job, equal=of_live, note="equal")
    found = tuple(differences(connection, register, live, told, DIFFERING_MAX))
    return Comparison(job, differing=found, note=f"different: {in_words(register, found)}")


def in_words(register: Register, found: Sequence[Difference]) -> str:
    """The rows that differ. When the digests differ and no row does, one stands there more often than it may."""
    return "; ".join(named(register, one) for one in found) or TWICE
