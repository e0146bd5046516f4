"""The format in which a tree is stored and served: hash tiles and entry bundles (C2SP tlog-tiles).

A tile of level L and index N holds up to 256 hashes, each over 256^L leaves; only a full tile is hashed into the next
level. A bundle holds the entries under one tile of level 0, each after its length in two bytes. Both only ever grow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from adapters.seal.formats.tree import HASH_BYTES, Node, leaf_hash, whole
from domain.errors import ErrorKind, RigsbogError

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of a full tile."""
ENTRY_BYTES_MAX = 65_535
"""The greatest length that two bytes can hold."""
PATH_DIGITS = 1_000
CHECKPOINT_PATH = "checkpoint"
ENTRIES_PATH = "tile/entries"
"""Where the newest published checkpoint is served, below the log's prefix."""


class NotABundle(RigsbogError):
    """The bytes are no bundle of entries, because a length exceeds the bundle: run `rigsbog verify ledger`."""

    kind = ErrorKind.CORRUPT


class TooLong(RigsbogError):
    """A record's canonical form is longer than an entry may be: record less in one fact."""

    kind = ErrorKind.BAD_INPUT


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Which tile: its level and its index within the level."""

    level: int
    index: int

    def width(self, size: int) -> int:
        """How many hashes the tile has in a tree of that size."""
        return max(0, min(WIDTH, (size >> (HEIGHT * self.level)) - self.index * WIDTH))


def tiles_of(size: int) -> Iterator[Place]:
    """Every tile of a tree of that size, level by level."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        for index in range(-(-hashes // WIDTH)):
            yield Place(level, index)
        level += 1


def last_tiles(size: int) -> Iterator[Place]:
    """The rightmost tile of each level, from which every later tile can be made."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        yield Place(level, (hashes - 1) // WIDTH)
        level += 1


def path(place: Place, width: int = WIDTH) -> str:
    """Where a tile of that width is served, below the log's prefix."""
    return f"tile/{place.level}/{_digits(place.index)}{_partial(width)}"


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Where a bundle of that many entries is served, below the log's prefix."""
    return f"{ENTRIES_PATH}/{_digits(index)}{_partial(width)}"


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle; raises TooLong."""
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise TooLong(f"an entry of {len(entry)} bytes is longer than {ENTRY_BYTES_MAX}")
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def entries_in(packed: bytes) -> list[bytes]:
    """The entries of a bundle; raises NotABundle."""
    entries: list[bytes] = []
    at = 0
    while at < len(packed):
        begin = at + 2
        at = begin + int.from_bytes(packed[at:begin], "big")
        if begin > len(packed) or at > len(packed):
            raise NotABundle(f"entry {len(entries)} exceeds the bundle")
        entries.append(packed[begin:at])
    return entries


def place_of(height: int, index: int) -> tuple[Place, int, int]:
    """The place of a whole subtree's hash: its tile, and the first and the number of the hashes that it is made of."""
    level, within = divmod(height, HEIGHT)
    many = 1 << within
    tile, first = divmod(index * many, WIDTH)
    return Place(level, tile), first, many


def node_of(tile: Callable[[Place], bytes]) -> Node:
    """The tree's nodes, read from tiles; `tile` gives at least the hashes that the asked-for subtrees need."""

    def node(height: int, index: int) -> bytes:
        place, first, many = place_of(height, index)
        packed = tile(place)[first * HASH_BYTES : (first + many) * HASH_BYTES]
        if len(packed) != many * HASH_BYTES:
            raise ValueError(f"the tile {place.level}/{place.index} is too short for its tree")
        return whole(packed)

    return node


class Growing:
    """A tree that grows to the right: begun with its rightmost tiles, it collects the tiles that changed."""

    def __init__(self, size: int = 0, edge: dict[Place, bytes] | None = None) -> None:
        """Begin with the tree of that size, whose rightmost tiles are `edge`; raises ValueError when one is missing."""
        self.size = size
        self.changed: dict[Place, bytes] = {}
        self._edge: dict[int, tuple[int, bytearray]] = {}
        for place in last_tiles(size):
            hashes = (edge or {}).get(place, b"")
            if len(hashes) != place.width(size) * HASH_BYTES:
                raise ValueError(f"the tile {place.level}/{place.index} does not belong to a tree of {size} leaves")
            self._edge[place.level] = (place.index, bytearray(hashes))
        self._taken = {place: len(hashes) for place, hashes in self._rightmost()}

    def add(self, *contents: bytes) -> None:
        """Add leaves in order; many at once are hashed quicker."""
        while contents:
            left = WIDTH - self.size % WIDTH
            within, contents = contents[:left], contents[left:]
            self.size += len(within)
            self._push(0, b"".join([leaf_hash(content) for content in within]))

    def take_changed(self) -> dict[Place, bytes]:
        """The tiles that have grown since they were last taken, as they are now."""
        for place, hashes in self._rightmost():
            if len(hashes) != self._taken.get(place):
                self.changed[place] = bytes(hashes)
        taken, self.changed = self.changed, {}
        self._taken = {place: len(hashes) for place, hashes in self._rightmost()}
        return taken

    def tile(self, place: Place) -> bytes:
        """A tile of the right edge; raises KeyError for any other."""
        index, hashes = self._edge[place.level]
        if index != place.index:
            raise KeyError(place)
        return bytes(hashes)

    def _rightmost(self) -> Iterator[tuple[Place, bytearray]]:
        for level, (index, hashes) in self._edge.items():
            yield Place(level, index), hashes

    def _push(self, level: int, digests: bytes) -> None:
        """Add hashes to the last tile of a level, or to a new one if that is full; they must fit into it."""
        index, hashes = self._edge.get(level, (0, bytearray()))
        if len(hashes) == WIDTH * HASH_BYTES:
            index, hashes = index + 1, bytearray()
        hashes += digests
        self._edge[level] = (index, hashes)
        if len(hashes) == WIDTH * HASH_BYTES:
            self.changed[Place(level, index)] = bytes(hashes)
            self._push(level + 1, whole(bytes(hashes)))


def _digits(index: int) -> str:
    """The index in groups of three digits, all but the last behind an x."""
    groups = [f"{index % PATH_DIGITS:03}"]
    while index := index // PATH_DIGITS:
        groups.append(f"x{index % PATH_DIGITS:03}")
    return "/".join(reversed(groups))


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
