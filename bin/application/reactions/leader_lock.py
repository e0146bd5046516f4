"""Whose turn it is to run reactions, one process at a time, and how far they have been run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import TupleRow

from migrations.advisory_locks import AdvisoryLock


@dataclass(frozen=True, slots=True)
class Progress:
    """All reactions to records up to `position`, and to what fell due by them until `due_until`, were asked for."""

    position: int
    due_until: datetime | None
    """None: no due time was looked at yet."""


class LeaderLock:
    """The turn, and the progress, on the one connection that holds the turn: who lost it can note no progress."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection

    def progress(self) -> Progress:
        """How far the reactions were run."""
        return progress(self._connection)

    def note(self, reached: Progress) -> None:
        """Note that they were run so far; raises psycopg.OperationalError when the turn is lost."""
        self._connection.execute(
            "update reaction.progress set position = %s, due_until = coalesce(%s, due_until)",
            [reached.position, reached.due_until],
        )


@contextmanager
def turn(conninfo: str) -> Iterator[LeaderLock | None]:
    """Take the turn for the length of a with statement; None when another process has it."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        row = connection.execute("select pg_try_advisory_lock(%s)", [AdvisoryLock.REACTIONS]).fetchone()
        yield LeaderLock(connection) if row is not None and row[0] else None


def progress(connection: psycopg.Connection[TupleRow]) -> Progress:
    """How far the reactions were run, for whoever has no turn."""
    row = connection.execute("select position, nullif(due_until, '-infinity') from reaction.progress").fetchone()
    assert row is not None, "the migration made the row"
    return Progress(*row)
