"""The leader lock: one process at a time executes reactions, and stores how far it came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import TupleRow

from adapters.logs import logger
from adapters.postgres.connections import Database
from migrations.advisory_locks import AdvisoryLock

PROGRESS = """
select position, case when isfinite(due_until) and due_until <= ledger.clock() then due_until end, held_from,
       due_until > ledger.clock()
  from reaction.progress
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """All reactions to records up to `position`, and to what fell due by them until `due_until`, were executed."""

    position: int
    due_until: datetime | None
    """None: no due time was processed yet."""
    held_from: int | None = None
    """The first record whose reactions were not all executed, because a newer version must decide."""


class LeaderLock:
    """The lock and the progress, on the one connection that holds the lock: without the lock no progress is stored."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection

    def progress(self) -> Progress:
        """The stored progress; what it claims of the future is false, so all that fell due is executed again."""
        reached, claims_the_future = _stored(self._connection)
        if claims_the_future:
            logger().warning("reactions_claim_the_future")
        return reached

    def note(self, reached: Progress) -> None:
        """Store the progress. Raises psycopg.OperationalError when the lock is lost."""
        self._connection.execute(
            "update reaction.progress set position = %s, due_until = coalesce(%s::timestamptz, '-infinity')",
            [reached.position, reached.due_until],
        )

    def hold(self, position: int) -> None:
        """Store from which record on reactions are to be executed again."""
        self._connection.execute("update reaction.progress set held_from = %s", [position])

    def resume(self) -> None:
        """Go back to before the record from which reactions are held, and hold none."""
        self._connection.execute(
            "update reaction.progress set position = least(position, held_from - 1), held_from = null"
        )


@contextmanager
def leader_lock(database: Database) -> Iterator[LeaderLock | None]:
    """Hold the lock for the length of a with statement; None when another process holds it.

    Raises DatabaseUnavailable when the database cannot be reached.
    """
    with database.leader() as connection:
        row = connection.execute("select pg_try_advisory_lock(%s)", [AdvisoryLock.REACTIONS]).fetchone()
        yield LeaderLock(connection) if row is not None and row[0] else None


def progress(connection: psycopg.Connection[TupleRow]) -> Progress:
    """How far reactions were executed; it can be read without the lock."""
    return _stored(connection)[0]


def _stored(connection: psycopg.Connection[TupleRow]) -> tuple[Progress, bool]:
    row = connection.execute(PROGRESS).fetchone()
    assert row is not None, "the migration made the row"
    position, due_until, held_from, claims_the_future = row
    return Progress(position, due_until, held_from), claims_the_future
