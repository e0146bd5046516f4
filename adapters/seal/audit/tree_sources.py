"""The candidate trees that records, bundles and tiles each lead to, and which of them the signed roots confirm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from adapters.seal.audit.compact_range import CompactRange, Completed
from adapters.seal.audit.places import NAMED_MAX, Places
from adapters.seal.formats.tiles import HEIGHT, WIDTH
from adapters.seal.formats.tree import whole

MISSING = bytes(32)
"""The hash of what is missing; nothing hashes to it."""
RECORDS, BUNDLES, TILES = SOURCES = ("record", "bundle", "tile")
SINCE = "since"
"""The label of the auditor's own root, which says nothing of what this ledger has signed."""
MOST = "most"
"""At each position the hash that two of the three agree on."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A root that was signed or is trusted, at its size."""

    size: int
    root: bytes
    label: str


class TreeSource:
    """One candidate tree: its roots are compared with the anchors, and its upper hashes with the upper tiles."""

    def __init__(self, name: str, completed: Completed) -> None:
        self.name = name
        self.right = self.right_until = 0
        self.last_is_right = True
        self.wrong: list[Anchor] = []
        self.wrong_count = 0
        self.since: bool | None = None
        """Whether the auditor's own root is right; None before it is reached."""
        self.upper = Places()
        self.compact_range = CompactRange(completed)

    def copy(self, name: str, completed: Completed) -> TreeSource:
        """A tree of another source, which was the same until now."""
        made = copy(self)
        made.name, made.wrong = name, list(self.wrong)
        made.upper = Places(self.upper.count, list(self.upper.first))
        made.compact_range = self.compact_range.copy(completed)
        return made

    @property
    def size(self) -> int:
        return self.compact_range.size

    def add(self, hashes: Sequence[bytes], anchors: Sequence[Anchor]) -> None:
        """Add the leaves under one tile; the anchors lie within it, in order."""
        if len(hashes) == WIDTH and all(anchor.size == self.compact_range.size + WIDTH for anchor in anchors):
            self.compact_range.add(whole(b"".join(hashes)), HEIGHT)
            self._hold(anchors)
            return
        begin = self.compact_range.size
        by_size: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            by_size.setdefault(anchor.size - begin, []).append(anchor)
        for number, digest in enumerate(hashes, 1):
            self.compact_range.add(digest)
            self._hold(by_size.get(number, ()))

    def _hold(self, anchors: Sequence[Anchor]) -> None:
        if not anchors:
            return
        root = self.compact_range.root()
        for anchor in anchors:
            if anchor.label == SINCE:
                self.since = anchor.root == root
                continue
            self.last_is_right = anchor.root == root
            if self.last_is_right:
                self.right, self.right_until = self.right + 1, anchor.size
            else:
                self.wrong_count += 1
                if len(self.wrong) < NAMED_MAX:
                    self.wrong.append(anchor)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A position at which record, bundle and tile do not agree."""

    position: int
    digests: Mapping[str, bytes]
    """The leaf's hash by each source, and the one that most agree on."""
    parts: str | None
    """Which parts of the record differ from the bundle; None when the two do not differ, or one of them is missing."""

    def at_fault(self, tree: str) -> tuple[str, ...]:
        """The sources that the tree contradicts, or that lack something that was sealed."""
        right = self.digests[tree]
        return tuple(
            name for name in SOURCES if self.digests.get(name, right) != right or self.digests.get(name) == MISSING
        )


def most_agreed(hashes: Sequence[bytes]) -> bytes:
    """The hash that two of the sources agree on, not counting what is missing; otherwise that of the last of them."""
    present = [digests for digests in hashes if digests != MISSING]
    digests, times = Counter(present).most_common(1)[0] if present else (MISSING, 0)
    return digests if times > 1 or hashes[-1] == MISSING else hashes[-1]


def confirmed(trees: Sequence[TreeSource]) -> TreeSource | None:
    """The tree that the newest root confirms; None if it confirms none."""
    right = [tree for tree in trees if tree.right and tree.last_is_right]
    return min(right, key=lambda tree: tree.wrong_count, default=None)
