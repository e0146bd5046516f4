"""A tree that is built from the left and forgets what it has hashed: it keeps its peaks and tells of tiles."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from adapters.seal.formats.tiles import HEIGHT
from adapters.seal.formats.tree import EMPTY_ROOT, node_hash

Completed = Callable[[int, int, bytes], None]
"""Hears of each hash that stands in a tile above the lowest level: the level, its index among all there, the hash."""


class CompactRange:
    """The peaks of the tree so far: at most one for each height, the highest first."""

    def __init__(self, completed: Completed) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []
        self._completed = completed

    def add(self, digest: bytes, height: int = 0) -> None:
        """Add a whole subtree of 2^height leaves; the tree's size must be a multiple of that."""
        self.size += 1 << height
        self._tell(height, digest)
        while self._peaks and self._peaks[-1][0] == height:
            digest = node_hash(self._peaks.pop()[1], digest)
            height += 1
            self._tell(height, digest)
        self._peaks.append((height, digest))

    def root(self) -> bytes:
        """The root of what was added."""
        hashes = [digest for _, digest in reversed(self._peaks)]
        return reduce(lambda right, left: node_hash(left, right), hashes) if hashes else EMPTY_ROOT

    def copy(self, completed: Completed) -> CompactRange:
        """The same tree, which goes on by itself."""
        made = CompactRange(completed)
        made.size, made._peaks = self.size, list(self._peaks)
        return made

    def _tell(self, height: int, digest: bytes) -> None:
        if height and height % HEIGHT == 0:
            self._completed(height // HEIGHT, (self.size >> height) - 1, digest)
