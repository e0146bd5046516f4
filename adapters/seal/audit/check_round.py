"""Compares all sealed records with the seal again and again, in small steps, and stores how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from adapters.postgres.pool import Pool, ask
from adapters.seal.audit.record_check import RecordsDiffer, check_tables, differing_in, newest_checkpoint
from adapters.seal.formats.tiles import WIDTH

STEP_MAX = 32 * WIDTH
"""Records compared by one statement, so that no transaction is long."""
PROGRESS = "select compared, last_size, last_ended_at from seal.record_check"
SINCE_END = "select extract(epoch from clock_timestamp() - last_ended_at)::float8 from seal.record_check"
STORE = """
insert into seal.record_check (compared) values (%s) on conflict (one) do update set compared = excluded.compared
"""
STORE_END = """
insert into seal.record_check (compared, last_size, last_ended_at) values (0, %s, clock_timestamp())
on conflict (one) do update
   set compared = 0, last_size = excluded.last_size, last_ended_at = excluded.last_ended_at
"""


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """As it is stored, for people; no guarantee rests on it."""

    compared: int = 0
    """Records of the present round; 0 between two rounds."""
    last_size: int | None = None
    """Records of the last whole round; None before the first."""
    last_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did."""

    records: int
    ended: bool
    """Whether the round came to the end of what is sealed; False when nothing is sealed."""


def round_progress(connections: Pool) -> RoundProgress:
    rows = ask(connections, PROGRESS)
    return RoundProgress(*rows[0]) if rows else RoundProgress()


class CheckRound:
    """Goes on where an earlier process was, over one connection in the role rigsbog_seal and in autocommit."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        connection.execute("set search_path = pg_catalog")
        stored = connection.execute(PROGRESS).fetchone()
        self._compared = 0 if stored is None else stored[0] // WIDTH * WIDTH

    def seconds_since_end(self) -> float | None:
        """How long ago the last round ended; None while one is under way, and before the first."""
        row = None if self._compared else self._connection.execute(SINCE_END).fetchone()
        return None if row is None else row[0]

    def step(self, records: int) -> Step:
        """Compare about so many of the next records, at least those of one tile.

        Raises RecordsDiffer, or SealMismatch when the seal itself cannot be trusted; the next step is then the same.
        """
        check_tables(self._connection)
        checkpoint = newest_checkpoint(self._connection)
        if checkpoint is None:
            return Step(0, ended=False)
        after = self._compared if self._compared < checkpoint.size else 0
        wanted = min(max(records, WIDTH), STEP_MAX) // WIDTH * WIDTH
        until = min(after + wanted, checkpoint.size)
        differing = differing_in(self._connection, checkpoint, after, until)
        if differing:
            raise RecordsDiffer(differing)
        ended = until == checkpoint.size
        self._compared = 0 if ended else until
        self._connection.execute(*((STORE_END, [until]) if ended else (STORE, [until])))
        return Step(until - after, ended)
