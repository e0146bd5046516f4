"""Compares stored records with the seal: each leaf hash with its tile, and each tile with the root that was signed.

It is the short form of the audit, for those who must not use an altered record: it reads no bundle and only the newest
checkpoint, so it names positions, and `rigsbog verify ledger` says what was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from adapters.seal.audit.places import Places
from adapters.seal.audit.tables import plain_tables
from adapters.seal.audit.tree_sources import MISSING
from adapters.seal.formats.canonical import NotCanonical, of_row, rows
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.tiles import WIDTH, Place
from adapters.seal.formats.tree import HASH_BYTES, Node, ProofFails, check_inclusion, inclusion_path, leaf_hash
from adapters.seal.writer.consistency import of_log
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.key_adoption import ANY_ADOPTION
from adapters.seal.writer.store import SealStore

Extent = tuple[int, int]
"""Positions without a hole: the first and the last."""


class RecordsDiffer(SealMismatch):
    """Stored records and the seal differ: run `rigsbog verify ledger` to see what was changed."""

    def __init__(self, differing: Sequence[Extent]) -> None:
        places = Places()
        for first, last in differing:
            places.add(str(first) if first == last else f"{first} to {last}")
        positions = "position" if len(differing) == 1 and differing[0][0] == differing[0][1] else "positions"
        super().__init__(f"records and seal differ at {positions} {', '.join(places.named)}")


def newest_checkpoint(connection: psycopg.Connection[Any]) -> Checkpoint | None:
    """The newest checkpoint; None while nothing is sealed.

    Raises SealMismatch when none of the log's keys signed it, and when the ledger was sealed under a log that is gone.
    """
    store = SealStore(connection)
    last = store.last()
    if store.log() is None:
        ((adoption,),) = connection.execute(ANY_ADOPTION).fetchall()
        if adoption is not None:
            raise SealMismatch(f"by the fact at position {adoption} the ledger was sealed, and its log is gone")
        return None
    if last is None:
        return None
    signing = store.log_at(last.size)
    return of_log(last, store.keys(signing), signing)


def check_tables(connection: psycopg.Connection[Any]) -> None:
    """Raise SealMismatch when a view, a rule or row security could show others something else than is compared here."""
    tables = plain_tables(connection)
    if not tables.ok:
        raise SealMismatch(f"{tables.detail}: {', '.join(tables.differing)}")


def differing_in(connection: psycopg.Connection[Any], checkpoint: Checkpoint, after: int, until: int) -> list[Extent]:
    """Where records in (after, until] are not what was sealed, or a tile over them is not what was signed.

    The bounds are ends of whole tiles; `until` may be the checkpoint's size.
    """
    places = [Place(0, index) for index in range(after // WIDTH, -(-until // WIDTH))]
    store = SealStore(connection)
    tiles = store.tiles(places)
    node = store.node(checkpoint.size, tiles)
    stored = _leaf_hashes(rows(connection, after, until))
    differing: list[int] = []
    for place in places:
        first = place.index * WIDTH + 1
        positions = range(first, first + place.width(checkpoint.size))
        sealed = tiles.get(place, b"").ljust(len(positions) * HASH_BYTES, b"\0")
        now = [stored.get(position, MISSING) for position in positions]
        if not sealed.startswith(b"".join(now)):
            pairs = zip(positions, now, strict=True)
            differing += [position for position, digest in pairs if digest != _hash_of(position, sealed)]
        elif not _leads_to_root(checkpoint, first, now[0], node):
            differing += positions
    return list(extents(differing))


def check_positions(connection: psycopg.Connection[Any], positions: Iterable[int]) -> None:
    """Raise SealMismatch unless the records at these positions are what was sealed; later ones cannot be compared."""
    checkpoint = newest_checkpoint(connection)
    if checkpoint is None:
        return
    wanted = sorted({position for position in positions if position <= checkpoint.size})
    stored: dict[int, bytes] = {}
    for first, last in extents(wanted):
        stored |= _leaf_hashes(rows(connection, first - 1, last))
    node = SealStore(connection).nodes_over([position - 1 for position in wanted], checkpoint.size)
    leaves = {position: stored.get(position, MISSING) for position in wanted}
    # An altered hash breaks the paths of its neighbours too, which are named only when nothing else differs.
    differing = [position for position, leaf in leaves.items() if not _is_in_tile(position, leaf, node)] or [
        position for position, leaf in leaves.items() if not _leads_to_root(checkpoint, position, leaf, node)
    ]
    if differing:
        raise RecordsDiffer(list(extents(differing)))


def extents(positions: Iterable[int]) -> Iterator[Extent]:
    """Rising positions as ranges without holes."""
    first = last = 0
    for position in positions:
        if position != last + 1 or not first:
            if first:
                yield first, last
            first = position
        last = position
    if first:
        yield first, last


def _leaf_hashes(stored: Iterator[TupleRow]) -> dict[int, bytes]:
    hashes: dict[int, bytes] = {}
    for row in stored:
        # A position that occurs twice is not what was sealed.
        hashes[row[0]] = MISSING if row[0] in hashes else _leaf_hash(row)
    return hashes


def _leaf_hash(row: TupleRow) -> bytes:
    try:
        return leaf_hash(of_row(row))
    except NotCanonical:
        return MISSING


def _hash_of(position: int, tile: bytes) -> bytes:
    at = (position - 1) % WIDTH * HASH_BYTES
    return tile[at : at + HASH_BYTES]


def _is_in_tile(position: int, leaf: bytes, node: Node) -> bool:
    try:
        return node(0, position - 1) == leaf
    except ValueError:
        return False


def _leads_to_root(checkpoint: Checkpoint, position: int, leaf: bytes, node: Node) -> bool:
    """Whether the leaf, and with it all leaves of its tile, lead to the signed root."""
    try:
        path = inclusion_path(position - 1, checkpoint.size, node)
        check_inclusion(position - 1, checkpoint.size, leaf, path, checkpoint.root)
    except (ValueError, ProofFails):
        return False
    return True
