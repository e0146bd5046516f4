"""Checks that the database still holds what was sealed, before more is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import psycopg
from psycopg.rows import TupleRow

from adapters.seal.formats import canonical
from adapters.seal.formats.checkpoint import UNFIT, Checkpoint, opened
from adapters.seal.formats.note import Key
from adapters.seal.formats.tiles import WIDTH, last_tiles
from adapters.seal.writer.frontier import Frontier, SealMismatch
from adapters.seal.writer.local_checkpoint import LocalCheckpoints, LocalCheckpointUnreadable
from adapters.seal.writer.store import Log, SealStore, SignedCheckpoint
from domain.errors import ErrorKind, RigsbogError
from migrations.positions import HEAD


class NothingRemembered(RigsbogError):
    """This home remembers no published checkpoint: compare the database with one from elsewhere, and acknowledge it."""

    kind = ErrorKind.CONFIGURATION
    NO_WITNESS: ClassVar[str] = "no witness policy names anybody who could be asked"

    def __init__(self, published: int, reasons: str = NO_WITNESS) -> None:
        super().__init__(
            f"This home remembers no published checkpoint, and the database says that {published} records are "
            f"published. It could be an older backup ({reasons}), so this home signs nothing. Compare the database "
            "with a checkpoint from elsewhere by `rigsbog verify ledger --since FILE`, and let this home begin by "
            "`rigsbog seal acknowledge --reason TEXT`."
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The database as this home remembers it: the error with which sealing would end here, if any."""

    error: SealMismatch | LocalCheckpointUnreadable | NothingRemembered | None = None
    remembered: int = 0
    """How many records the remembered checkpoint covers."""


def checked_frontier(
    connection: psycopg.Connection[TupleRow], log: Log, local_checkpoints: LocalCheckpoints
) -> Frontier:
    """The frontier of the stored tiles; raises SealMismatch unless all parts agree.

    It is compared with the last checkpoint, with the records under the last tile as the ledger has them now, and with
    what this home published before, if it remembers anything.
    """
    store = SealStore(connection)
    _compare_size(log, store, local_checkpoints)
    frontier = stored_frontier(connection)
    _compare_root(log, store, local_checkpoints)
    return frontier


def stored_frontier(connection: psycopg.Connection[TupleRow]) -> Frontier:
    """The frontier of the stored tiles, compared with the last checkpoint and the records under the last tile.

    Raises SealMismatch.
    """
    store = SealStore(connection)
    last = store.last()
    size = 0 if last is None else last.size
    head = connection.execute(f"select {HEAD}").fetchall()[0][0]
    if head < size:
        raise SealMismatch(f"the ledger ends at position {head}, and {size} records were sealed: records are gone")
    frontier = Frontier(size, store.tiles(last_tiles(size)), store.bundle((size - 1) // WIDTH))
    if last is not None:
        signing = store.log_at(size)
        if frontier.root != of_log(last, store.keys(signing), signing).root:
            raise SealMismatch(f"the tiles do not lead to the root of the checkpoint of {size} records")
    _compare_with_records(connection, frontier)
    return frontier


def compared_with_home(store: SealStore, log: Log, local_checkpoints: LocalCheckpoints) -> Comparison:
    """Compare the database with what this home remembers; nothing remembered is right only while nothing is published.

    It only reads.
    """
    try:
        _compare_size(log, store, local_checkpoints)
        remembered = _compare_root(log, store, local_checkpoints)
    except (SealMismatch, LocalCheckpointUnreadable) as error:
        return Comparison(error)
    published = store.published_size()
    if remembered is None and published >= max(log.begins, 1):
        return Comparison(NothingRemembered(published))
    return Comparison(remembered=remembered.size if remembered else 0)


def published_by(store: SealStore, log: Log) -> SignedCheckpoint | None:
    """The newest published checkpoint, if it is of this log and not of one before it."""
    published = store.published()
    return published if published is not None and published.size >= log.begins else None


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


def _compare_size(log: Log, store: SealStore, local_checkpoints: LocalCheckpoints) -> None:
    """Raise SealMismatch when the database holds less than this home published, or another log of the same name."""
    other = local_checkpoints.of_another_log(log)
    if other is not None:
        raise SealMismatch(
            f"this home published {other.size} records of another log of the origin {log.origin}: the database was "
            "made anew, or restored from before it was sealed"
        )
    remembered, last = local_checkpoints.load(log.log), store.last()
    size = 0 if last is None else last.size
    if remembered is not None and remembered.size > size:
        raise SealMismatch(
            f"this home published {remembered.size} records, and the database was sealed up to {size}: an older backup "
            "was restored"
        )


def _compare_root(log: Log, store: SealStore, local_checkpoints: LocalCheckpoints) -> SignedCheckpoint | None:
    """The remembered checkpoint; raises SealMismatch unless the tree begins with what this home published."""
    remembered = local_checkpoints.load(log.log)
    if remembered is None:
        return None
    published = of_log(remembered, store.keys(log), log)
    try:
        stored_root = store.root(remembered.size)
    except ValueError as error:
        raise SealMismatch(f"the tree of the {remembered.size} published records is broken: {error}") from error
    if stored_root != published.root:
        raise SealMismatch(
            f"the tree of the {remembered.size} published records has another root now: this ledger is a fork of the "
            "published one"
        )
    return remembered
