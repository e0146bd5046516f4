"""Checks that the database still holds what was sealed, before more is sealed."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg.rows import TupleRow

from adapters.seal.formats import canonical
from adapters.seal.formats.checkpoint import UNFIT, Checkpoint, opened
from adapters.seal.formats.note import Key
from adapters.seal.formats.tiles import WIDTH, last_tiles
from adapters.seal.writer.frontier import Frontier, SealMismatch
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.store import Log, SealStore, SignedCheckpoint
from migrations.positions import HEAD


def checked_frontier(
    connection: psycopg.Connection[TupleRow], log: Log, local_checkpoints: LocalCheckpoints
) -> Frontier:
    """The frontier of the stored tiles; raises SealMismatch unless all parts agree.

    It is compared with the last checkpoint, with the records under the last tile as the ledger has them now, and with
    what this home published before.
    """
    store = SealStore(connection)
    last = store.last()
    size = 0 if last is None else last.size
    remembered = _remembered(log, size, local_checkpoints)
    head = connection.execute(f"select {HEAD}").fetchall()[0][0]
    if head < size:
        raise SealMismatch(f"the ledger ends at position {head}, and {size} records were sealed: records are gone")
    frontier = Frontier(size, store.tiles(last_tiles(size)), store.bundle((size - 1) // WIDTH))
    keys = store.keys()
    if last is not None and frontier.root != of_log(last, keys, log).root:
        raise SealMismatch(f"the tiles do not lead to the root of the checkpoint of {size} records")
    _compare_with_records(connection, frontier)
    if remembered is not None:
        _compare_with_published(store, remembered, of_log(remembered, keys, log))
    return frontier


def _compare_with_records(connection: psycopg.Connection[TupleRow], frontier: Frontier) -> None:
    """Raise SealMismatch unless the records under the last tile are what was sealed."""
    records = dict(canonical.records(connection, frontier.first, frontier.size))
    for position in range(frontier.first + 1, frontier.size + 1):
        if position not in records:
            raise SealMismatch(f"the record at position {position} was sealed and is gone")
        frontier.check(position, records[position])


def of_log(sealed: SignedCheckpoint, keys: Sequence[Key], log: Log) -> Checkpoint:
    """The checkpoint, if one of the log's keys signed it; raises SealMismatch otherwise."""
    try:
        checkpoint, _ = opened(sealed.note, keys, log.origin)
    except UNFIT as error:
        raise SealMismatch(f"the checkpoint of {sealed.size} records is not this log's: {error}") from error
    if checkpoint.size != sealed.size:
        raise SealMismatch(f"the checkpoint of {sealed.size} records states {checkpoint.size}")
    return checkpoint


def _remembered(log: Log, size: int, local_checkpoints: LocalCheckpoints) -> SignedCheckpoint | None:
    """The checkpoint that this home published; raises SealMismatch when the database holds less, or another log."""
    other = local_checkpoints.of_another_log(log)
    if other is not None:
        raise SealMismatch(
            f"this home published {other.size} records of another log of the origin {log.origin}: the database was "
            "made anew, or restored from before it was sealed"
        )
    remembered = local_checkpoints.load(log.log)
    if remembered is not None and remembered.size > size:
        raise SealMismatch(
            f"this home published {remembered.size} records, and the database was sealed up to {size}: an older backup "
            "was restored"
        )
    return remembered


def _compare_with_published(store: SealStore, remembered: SignedCheckpoint, published: Checkpoint) -> None:
    """Raise SealMismatch unless the tree begins with what this home published."""
    try:
        stored_root = store.root(remembered.size)
    except ValueError as error:
        raise SealMismatch(f"the tree of the {remembered.size} published records is broken: {error}") from error
    if stored_root != published.root:
        raise SealMismatch(
            f"the tree of the {remembered.size} published records has another root now: this ledger is a fork of the "
            "published one"
        )
