"""Compares two tables of a register by their state digests, and row by row only when these differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, FromClause, literal

from projections.declare import Register
from projections.engine.diff import Difference, differences
from projections.engine.digest import StateDigest, digests
from projections.engine.verify import DIFFERING_MAX, named
from projections.rebuilding.job import Job
from projections.rebuilding.recorder import Compared
from projections.rebuilding.shadow import shadow

TWICE = "a row occurs more than once, which the key of a register forbids"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing the two tables at the position of the rebuild's `job`."""

    job: Job
    equal: StateDigest | None = None
    differing: tuple[Difference, ...] = ()
    not_compared: str | None = None
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether they were compared and differ, perhaps only in how often a row occurs."""
        return self.equal is None and self.not_compared is None

    def act(self, *, swapping: bool) -> Compared:
        job = self.job
        return Compared(
            job.name, job.declaration, job.started_at, job.position, self.equal, self.not_compared, swapping
        )


def not_compared(job: Job, reason: str) -> Comparison:
    return Comparison(job, not_compared=reason, note=f"not compared, for the live table is {reason}")


def compare(connection: Connection, register: Register, job: Job) -> Comparison:
    """Compare the live table and the shadow, both at the job's position, in the snapshot of the transaction."""
    live, rebuilt = register.table.alias("live"), shadow(register).alias("rebuilt")
    equal, differing = compare_rows(connection, register, job.position, live, rebuilt)
    return Comparison(job, equal, differing, note=in_words(register, equal, differing))


def compare_rows(
    connection: Connection, register: Register, position: int, compared: FromClause, right: FromClause
) -> tuple[StateDigest | None, tuple[Difference, ...]]:
    """The digest of both at that position when they are equal, else None; and the first rows that differ."""
    of_compared, of_right = digests(connection, register, literal(position), compared, right)
    if of_compared == of_right:
        return of_right, ()
    return None, tuple(differences(connection, register, compared, right, DIFFERING_MAX))


def in_words(register: Register, equal: StateDigest | None, differing: Sequence[Difference]) -> str:
    """The rows that differ. When only the digests differ, some row occurs more than once."""
    if equal is not None:
        return "equal"
    return f"different: {'; '.join(named(register, difference) for difference in differing) or TWICE}"
