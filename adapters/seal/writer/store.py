"""Reads the seal from the database: the log, its tiles and bundles, and what was signed, witnessed and published.

Every role that reads the ledger may read the seal; only `rigsbog_seal` writes it, and the database lets nothing shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from adapters.postgres.pool import Pool, ask
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Key, NotAKey, Note
from adapters.seal.formats.proof import Proof
from adapters.seal.formats.tiles import WIDTH, Place, entries_in, node_of, place_of
from adapters.seal.formats.tree import HASH_BYTES, Node, consistency_path, inclusion_path, root
from adapters.seal.writer.frontier import SealMismatch
from domain.errors import ErrorKind, RigsbogError

TILES = """
select t.level, t.index, t.hashes
  from unnest(%s::smallint[], %s::bigint[]) as w(level, index) join seal.tile t using (level, index)
"""
LOGS = "select log, origin, begins from seal.log order by begins"
CHECKPOINT = "select size, note from seal.checkpoint order by size desc limit 1"
PUBLISHED = """
select c.size, c.note, array(select x.line from seal.cosignature x where x.size = c.size order by x.witness)
  from seal.publication p join seal.checkpoint c using (size)
 where p.size >= %s and (%s or exists (select from seal.time_stamp t where t.size = p.size))
 order by p.size desc limit 1
"""
PUBLISHED_BEFORE = """
select size, note from seal.publication join seal.checkpoint using (size) where size < %s order by size desc limit 1
"""
COVERING = """
select size, note from seal.publication join seal.checkpoint using (size) where size >= %s order by size limit %s
"""
COVERING_MAX = 64
"""Checkpoints searched for a handover: the old key signs together with the new one from its adoption on."""
KEY_FACTS = """
select n.name, r.position, r.payload->>'vkey', r.payload->>'replaces'
  from ledger.subject concerned
  join ledger.fact_name n on n.fact = concerned.fact and n.name in ('SealingKeyAdopted', 'SealingKeyRetired')
  join ledger.record r on r.position = concerned.position
 where concerned.subject = %s
 order by r.position
"""
NOTHING = b"\0" * HASH_BYTES


class NotSealed(RigsbogError):
    """Nothing is sealed yet: run `rigsbog seal once`, or wait for `rigsbog run`."""

    kind = ErrorKind.BUSY


@dataclass(frozen=True, slots=True)
class Log:
    log: UUID
    origin: str
    begins: int = 0
    """Its checkpoints are of that many records or more: the position of the fact that began it, 0 for the first log."""


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint: the number of records, and its signed note."""

    size: int
    note: str

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.read(Note.read(self.note).text)


@dataclass(frozen=True, slots=True)
class AdoptedKey:
    key: Key
    position: int
    replaces: str | None
    retired_at: int | None
    """The position of the fact that retired it."""


@dataclass(frozen=True, slots=True)
class Halt:
    halt: UUID
    halted_at: datetime
    size: int
    cause: str


class SealStore:
    """Reads the seal, over a pool or over one connection."""

    def __init__(self, connections: Pool | psycopg.Connection[TupleRow]) -> None:
        self._connections = connections

    def log(self) -> Log | None:
        """The log that signs now; None before the first sealing."""
        logs = self.logs()
        return logs[-1] if logs else None

    def logs(self) -> list[Log]:
        """Every log of this ledger, the first one first: each later one began where the one before it lost records."""
        return [Log(*row) for row in self._ask(LOGS)]

    def log_at(self, size: int) -> Log:
        """The log whose checkpoint of that many records it is; raises NotSealed before the first sealing."""
        logs = [log for log in self.logs() if log.begins <= size]
        if not logs:
            raise NotSealed
        return logs[-1]

    def last(self) -> SignedCheckpoint | None:
        """The newest checkpoint, which may not be published yet."""
        rows = self._ask(CHECKPOINT)
        return SignedCheckpoint(*rows[0]) if rows else None

    def published(self, at_least: int = 0, *, stamped: bool = False) -> SignedCheckpoint | None:
        """The newest published checkpoint of that many records with all its cosignatures; None when there is none.

        When it is to be `stamped`, the newest of those that have a time stamp.
        """
        rows = self._ask(PUBLISHED, [at_least, not stamped])
        if not rows:
            return None
        ((size, note, lines),) = rows
        return SignedCheckpoint(size, str(Note.read(note).with_lines(lines)))

    def published_before(self, size: int) -> Checkpoint | None:
        """The newest published checkpoint of fewer records; None when there is none."""
        rows = self._ask(PUBLISHED_BEFORE, [size])
        return SignedCheckpoint(*rows[0]).checkpoint if rows else None

    def published_size(self) -> int:
        """How many records the newest published checkpoint covers; nothing of it is read."""
        ((size,),) = self._ask("select coalesce(max(size), 0) from seal.publication")
        return int(size)

    def halt(self) -> Halt | None:
        """The halt that is not acknowledged; None if there is none."""
        rows = self._ask(
            "select halt, halted_at, size, cause from seal.halt h"
            " where not exists (select from seal.halt_acknowledged a where a.halt = h.halt) order by halted_at limit 1"
        )
        return Halt(*rows[0]) if rows else None

    def adopted(self, log: Log | None = None) -> list[AdoptedKey]:
        """The keys of the log, by default of the one that signs now, as the ledger's facts adopt them, oldest first."""
        log = log or self.log()
        facts = self._ask(KEY_FACTS, [log.log]) if log else []
        retired = {vkey: position for name, position, vkey, _ in facts if name == "SealingKeyRetired"}
        return [
            AdoptedKey(_adopted_key(position, vkey), position, replaces, retired.get(vkey))
            for name, position, vkey, replaces in facts
            if name == "SealingKeyAdopted"
        ]

    def keys(self, log: Log | None = None) -> list[Key]:
        """The log's keys, oldest first; what a retired one signed stays valid."""
        return [one.key for one in self.adopted(log)]

    def handovers(self, log: Log) -> Iterator[tuple[int, SignedCheckpoint]]:
        """For each key that replaced another, oldest first: its position, and a checkpoint that the old one signed.

        A verifier that trusts an earlier key follows them to the present key, and verifies each. A handover that no
        published checkpoint covers yet is left out: until then the old key signs.
        """
        for adoption in self.adopted(log):
            if adoption.replaces is not None:
                old, rows = Key.read(adoption.replaces), self._ask(COVERING, [adoption.position, COVERING_MAX])
                vouched = next(
                    (SignedCheckpoint(size, note) for size, note in rows if Note.read(note).times(old)), None
                )
                if vouched is not None:
                    yield adoption.position, vouched

    def tiles(self, places: Iterable[Place]) -> dict[Place, bytes]:
        """The stored tiles of those places, in one query."""
        wanted = list(places)
        rows = self._ask(TILES, [[one.level for one in wanted], [one.index for one in wanted]])
        return {Place(level, index): bytes(hashes) for level, index, hashes in rows}

    def node(self, size: int, tiles: Mapping[Place, bytes] | None = None) -> Node:
        """The nodes of the tree of that size; each tile that is not given is read once.

        They raise ValueError where a tile is missing.
        """
        known = dict(tiles or {})

        def tile(place: Place) -> bytes:
            if place not in known:
                known[place] = self.tiles([place]).get(place, b"")
            return known[place][: place.width(size) * HASH_BYTES]

        return node_of(tile)

    def nodes_over(self, indexes: Iterable[int], size: int) -> Node:
        """The nodes of these leaves and of their paths, read in one query; they raise ValueError as `node`."""

        def walk(guess: Node) -> None:
            for index in indexes:
                guess(0, index)
                inclusion_path(index, size, guess)

        return self._fetched(size, walk)

    def entries(self, first_index: int, last_index: int) -> list[bytes]:
        """The entries from one index to another, both included, as they are in the bundles (position P is P - 1)."""
        bundles = self.bundles(first_index // WIDTH, last_index // WIDTH)
        entries = {
            index * WIDTH + number: entry
            for index, packed in bundles.items()
            for number, entry in enumerate(entries_in(packed))
        }
        missing = [number for number in range(first_index, last_index + 1) if number not in entries]
        if missing:
            raise NotSealed(f"Position {missing[0] + 1} is not sealed yet: run `rigsbog seal once`.")
        return [entries[number] for number in range(first_index, last_index + 1)]

    def prove(self, position: int, checkpoint: SignedCheckpoint) -> Proof:
        """The proof that the record is in the tree of that checkpoint, in one query; raises NotSealed."""
        index, size = position - 1, checkpoint.size
        if not 0 <= index < size:
            raise NotSealed(f"Position {position} is not sealed yet: run `rigsbog seal once`.")
        node = self.nodes_over([index], size)
        return Proof(index, tuple(inclusion_path(index, size, node)), checkpoint.note)

    def consistency(self, earlier: int, later: int) -> list[bytes]:
        """The proof that a later tree begins with an earlier one; raises ValueError for sizes that cannot."""
        node = self._fetched(later, lambda guess: consistency_path(earlier, later, guess))
        return consistency_path(earlier, later, node)

    def root(self, size: int) -> bytes:
        """The root of the tree of that size, computed from the tiles; raises ValueError where one is missing."""
        return root(size, self._fetched(size, lambda guess: root(size, guess)))

    def bundle(self, index: int) -> bytes:
        """A stored bundle; empty when there is none."""
        return self.bundles(index, index).get(index, b"")

    def bundles(self, first: int, last: int) -> dict[int, bytes]:
        """The stored bundles from one index to another, both included."""
        statement = "select index, entries from seal.bundle where index between %s and %s"
        return {index: bytes(entries) for index, entries in self._ask(statement, [first, last])}

    def _fetched(self, size: int, walk: Callable[[Node], object]) -> Node:
        """The nodes that a walk over the tree needs, in one query: a first walk collects their places."""
        places: set[Place] = set()

        def note_down(height: int, index: int) -> bytes:
            places.add(place_of(height, index)[0])
            return NOTHING

        walk(note_down)
        tiles = self.tiles(places)
        return node_of(lambda place: tiles.get(place, b"")[: place.width(size) * HASH_BYTES])

    def _ask(self, statement: str, parameters: Sequence[Any] = ()) -> list[TupleRow]:
        try:
            if isinstance(self._connections, psycopg.Connection):
                return self._connections.execute(statement, parameters, binary=True).fetchall()
            return ask(self._connections, statement, parameters, binary=True)
        except UnicodeDecodeError as error:
            raise SealMismatch(
                "a stored text of the seal or of a fact about its keys is damaged: it is not UTF-8 "
                "(`rigsbog verify ledger` names the place)"
            ) from error


def _adopted_key(position: int, vkey: str | None) -> Key:
    try:
        return Key.read(vkey or "")
    except NotAKey as error:
        raise SealMismatch(f"the key that the fact at position {position} adopts cannot be read: {error}") from error
