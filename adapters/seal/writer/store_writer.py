"""Writes the seal in the only role that may: steps, publications and halts; `store.py` reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import uuid4

import psycopg
from psycopg.rows import TupleRow

from adapters.seal.formats.note import Signature
from adapters.seal.formats.tiles import Place
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.store import Log, SignedCheckpoint

LOG = "insert into seal.log (log, origin, begins) values (%s, %s, %s) on conflict do nothing"
TILE = """
insert into seal.tile (level, index, hashes) values (%s, %s, %b)
on conflict (level, index) do update set hashes = excluded.hashes
"""
BUNDLE = """
insert into seal.bundle (index, entries) values (%s, %b) on conflict (index) do update set entries = excluded.entries
"""
CHECKPOINT = "insert into seal.checkpoint (size, note, sealed_at) values (%s, %s, ledger.clock())"
COSIGNATURE = """
insert into seal.cosignature (size, witness, line, cosigned_at) values (%s, %s, %s, ledger.clock())
on conflict (size, witness) do nothing
"""
PUBLICATION = """
insert into seal.publication (size, published_at) values (%s, ledger.clock()) on conflict (size) do nothing
"""
WAITING = """
insert into seal.waiting (since, reasons) values (ledger.clock(), %s)
on conflict (one) do update set reasons = excluded.reasons
"""
WAITING_ENDED = "delete from seal.waiting"
HALT = "insert into seal.halt (halt, halted_at, size, cause) values (%s, ledger.clock(), %s, %s)"


class SealWriter:
    """Writes over the sealer's one connection."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection

    def log(self, log: Log) -> None:
        """Insert the log unless it is there."""
        self._connection.execute(LOG, [log.log, log.origin, log.begins])

    def step(self, tiles: Mapping[Place, bytes], bundles: Mapping[int, bytes], sealed: SignedCheckpoint) -> None:
        """Store changed tiles and their checkpoint in the caller's transaction; raises SealMismatch if refused."""
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(TILE, [(place.level, place.index, hashes) for place, hashes in tiles.items()])
                cursor.executemany(BUNDLE, list(bundles.items()))
                cursor.execute(CHECKPOINT, [sealed.size, sealed.note])
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityConstraintViolation) as error:
            raise SealMismatch(f"the database refuses the step: {error.diag.message_primary}") from error

    def publication(self, size: int, cosignatures: Iterable[Signature]) -> None:
        """Store the publication of that checkpoint and its cosignatures in one transaction; it waits no more."""
        with self._connection.transaction():
            self.waiting_ended()
            for cosignature in cosignatures:
                self._connection.execute(COSIGNATURE, [size, cosignature.name, str(cosignature)])
            self._connection.execute(PUBLICATION, [size])

    def waiting(self, reasons: str) -> None:
        """Store for whom it waits; since when is kept while it waits."""
        self._connection.execute(WAITING, [reasons])

    def waiting_ended(self) -> None:
        self._connection.execute(WAITING_ENDED)

    def halt(self, size: int, cause: str) -> None:
        """Store that sealing has halted, and why."""
        self._connection.execute(HALT, [uuid4(), size, cause])
