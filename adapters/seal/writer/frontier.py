"""The frontier of the tree: it grows there, and its hashes show whether a sealed record was changed."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.seal.formats.tiles import ENTRY_BYTES_MAX, WIDTH, Growing, NotABundle, Place, bundle, entries_in, node_of
from adapters.seal.formats.tree import HASH_BYTES, leaf_hash, root
from domain.errors import ErrorKind, RigsbogError


class SealMismatch(RigsbogError):
    """The database does not hold what was sealed: run `rigsbog verify ledger` to see what differs."""

    kind = ErrorKind.CORRUPT


class Frontier:
    """The tree's rightmost tiles and its last bundle, held in memory while it grows."""

    def __init__(self, size: int = 0, tiles: Mapping[Place, bytes] | None = None, last_bundle: bytes = b"") -> None:
        """Begin with the stored tiles and bundle of a tree of that size; raises SealMismatch when they do not fit."""
        try:
            self._growing = Growing(size, dict(tiles or {}))
            self._entries = entries_in(last_bundle)
        except (ValueError, NotABundle) as error:
            raise SealMismatch(f"what is stored at the right edge of {size} records is broken: {error}") from error
        self._hashed = len(self._entries)
        """Of the entries under the last tile, those that the tree holds; the others are hashed together."""
        if len(self._entries) != (size and size - self.first):
            raise SealMismatch(f"the bundle under the last of {size} records holds {len(self._entries)} entries")
        self._bundles: dict[int, bytes] = {}
        for position, entry in enumerate(self._entries, self.first + 1):
            self.check(position, entry, "the entry in the bundle")

    @property
    def size(self) -> int:
        return self._growing.size + len(self._entries) - self._hashed

    @property
    def first(self) -> int:
        """How many records precede the last tile."""
        return max(0, self.size - 1) // WIDTH * WIDTH

    @property
    def root(self) -> bytes:
        self._hash()
        return root(self.size, node_of(self._growing.tile))

    def check(self, position: int, content: bytes, what: str = "the record in the ledger") -> None:
        """Raise SealMismatch unless the content is what was sealed at a position under the last tile."""
        self._hash()
        start = (position - 1) % WIDTH * HASH_BYTES
        if self._growing.tile(Place(0, self.first // WIDTH))[start : start + HASH_BYTES] != leaf_hash(content):
            raise SealMismatch(f"{what} at position {position} is not what was sealed there")

    def add(self, content: bytes) -> None:
        """Add the next record; raises SealMismatch for one that is too long for a bundle."""
        if len(content) > ENTRY_BYTES_MAX:
            raise SealMismatch(
                f"the record at position {self.size + 1} cannot be sealed: it has {len(content)} bytes, and a sealed "
                f"record has at most {ENTRY_BYTES_MAX}"
            )
        if len(self._entries) == WIDTH:
            self._entries, self._hashed = [], 0
        self._entries.append(content)
        if len(self._entries) == WIDTH:
            self._hash()
            self._bundles[self.first // WIDTH] = bundle(self._entries)

    def take_changed(self) -> tuple[dict[Place, bytes], dict[int, bytes]]:
        """The tiles and the bundles that have grown since they were last taken, as they are now."""
        self._hash()
        bundles, self._bundles = self._bundles, {}
        if self._entries:
            bundles[self.first // WIDTH] = bundle(self._entries)
        return self._growing.take_changed(), bundles

    def _hash(self) -> None:
        """Add to the tree the entries that it does not hold yet."""
        self._growing.add(*self._entries[self._hashed :])
        self._hashed = len(self._entries)
