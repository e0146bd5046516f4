"""A compact range: a Merkle tree built from the left of which only the roots of its full subtrees are held."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from adapters.seal.formats.tiles import HEIGHT
from adapters.seal.formats.tree import EMPTY_ROOT, node_hash

Completed = Callable[[int, int, bytes], None]
"""Called with each hash of a tile above the lowest level: the level, the index within the level, the hash."""


class CompactRange:
    """The full subtrees of the tree so far: at most one for each height, the highest first."""

    def __init__(self, completed: Completed) -> None:
        self.size = 0
        self._subtrees: list[tuple[int, bytes]] = []
        self._completed = completed

    def add(self, digest: bytes, height: int = 0) -> None:
        """Add a whole subtree of 2^height leaves; the tree's size must be a multiple of that."""
        self.size += 1 << height
        self._complete(height, digest)
        while self._subtrees and self._subtrees[-1][0] == height:
            digest = node_hash(self._subtrees.pop()[1], digest)
            height += 1
            self._complete(height, digest)
        self._subtrees.append((height, digest))

    def root(self) -> bytes:
        hashes = [digest for _, digest in reversed(self._subtrees)]
        return reduce(lambda right, left: node_hash(left, right), hashes) if hashes else EMPTY_ROOT

    def copy(self, completed: Completed) -> CompactRange:
        made = CompactRange(completed)
        made.size, made._subtrees = self.size, list(self._subtrees)
        return made

    def _complete(self, height: int, digest: bytes) -> None:
        if height and height % HEIGHT == 0:
            self._completed(height // HEIGHT, (self.size >> height) - 1, digest)
