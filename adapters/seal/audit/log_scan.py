"""Scans the whole log once, from the left, and hashes everything again, in memory that does not grow with the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from adapters.seal.audit.differing_parts import differing_parts
from adapters.seal.audit.places import NAMED_MAX, Places
from adapters.seal.audit.tile_source import TileSource
from adapters.seal.audit.tree_sources import (
    BUNDLES,
    MISSING,
    MOST,
    RECORDS,
    SOURCES,
    TILES,
    Anchor,
    Disagreement,
    TreeSource,
    most_agreed,
)
from adapters.seal.formats.tiles import HEIGHT, WIDTH, Place
from adapters.seal.formats.tree import HASH_BYTES, leaf_hash

LENGTH_BYTES = 2
Contents = Mapping[int, bytes | None]
"""Canonical bytes by position; None for a record that cannot have any."""
Records = Iterator[tuple[int, Contents]]
"""The contents under one tile after the other."""


class LogScan:
    """The state of a scan of a log of that size."""

    def __init__(
        self, tile_source: TileSource, size: int, sources: Sequence[str] = SOURCES, reach: int | None = None
    ) -> None:
        self.size = size
        self.reach = size if reach is None else min(size, reach)
        """How far to go; nothing is read beyond it."""
        self.sources = sources
        """What is compared at each position; always the tiles."""
        self.trees: list[TreeSource] = []
        self.trees.append(self._tree(self.sources[0]))
        self.disagreements: list[list[Disagreement]] = []
        """By tiles, those of the first few."""
        self.faults: Counter[tuple[str, str]] = Counter()
        """For each candidate tree and source, the number of positions at which the tree contradicts the source."""
        self.forms = {BUNDLES: Places(), TILES: Places()}
        """Bundles and tiles that are missing, too short or too long, whatever they hold."""
        self.tile_source = tile_source
        self._upper: dict[int, tuple[int, bytes]] = {}

    @property
    def done(self) -> int:
        return self.trees[0].compact_range.size

    def stride(self, until: int, records: Records | None, anchors: Sequence[Anchor]) -> None:
        """Scan on to that size, at most to the end of a tile of level 1; no tile is read while records are."""
        first, last = self.done // WIDTH, -(-until // WIDTH)
        bundles, tiles = (
            self.tile_source.bundles(first, last, self.size),
            self.tile_source.tiles(first, last, self.size),
        )
        self._look_up()
        coming = next(records, None) if records is not None else None
        for index in range(first, last):
            contents: Contents | None = None if records is None else {}
            if coming is not None and coming[0] == index:
                contents = coming[1]
                coming = next(records, None) if records is not None else None
            within = [anchor for anchor in anchors if index * WIDTH < anchor.size <= (index + 1) * WIDTH]
            self._step(contents, bundles.get(index), tiles.get(index), within)

    def _step(
        self, contents: Contents | None, packed: bytes | None, tile: bytes | None, anchors: Sequence[Anchor]
    ) -> None:
        """Take the leaves of the next tile: records, bundle and tile; the anchors within it, in order."""
        width = min(WIDTH, self.size - self.done)
        positions = range(self.done + 1, self.done + width + 1)
        if BUNDLES not in self.sources and tile and len(tile) == width * HASH_BYTES:
            for tree in self.trees:
                tree.add(_hashes(tile, width), anchors)
            return
        now = None if contents is None else [contents.get(position) for position in positions]
        entries, read = _entries(packed or b"", width)
        if packed and tile and read == len(packed) and now in (None, entries):
            hashes = [_hash(entry) for entry in entries]
            if b"".join(hashes) == tile:
                for tree in self.trees:
                    tree.add(hashes, anchors)
                return
        self._note_forms(packed, read if entries[-1] is not None else None, tile, width)
        by_source = {TILES: _hashes(tile or b"", width)}
        if BUNDLES in self.sources:
            by_source[BUNDLES] = [_hash(entry) for entry in entries]
        if now is not None:
            by_source[RECORDS] = [_hash(content) for content in now]
        digests = [by_source[source] for source in self.sources]
        by_source[MOST] = [most_agreed(hashes) for hashes in zip(*digests, strict=True)]
        self._disagree(positions, by_source, contents or {}, entries)
        for tree in self.trees:
            tree.add(by_source[tree.name], anchors)

    def _disagree(
        self,
        positions: range,
        by_source: Mapping[str, Sequence[bytes]],
        contents: Contents,
        entries: Sequence[bytes | None],
    ) -> None:
        if len(self.trees) == 1:
            others = [name for name in (*self.sources, MOST) if name != self.trees[0].name]
            self.trees += [self._tree(name, self.trees[0]) for name in others]
        named: list[Disagreement] = []
        for number, position in enumerate(positions):
            digests = {name: hashes[number] for name, hashes in by_source.items()}
            if set(digests.values()) != {MISSING} and len(set(digests.values())) == 1:
                continue
            now, entry = contents.get(position), entries[number]
            parts = None if now is None or entry is None or now == entry else differing_parts(entry, now)
            disagreement = Disagreement(position, digests, parts)
            named.append(disagreement)
            self.faults.update((name, source) for name in by_source for source in disagreement.at_fault(name))
        if named and len(self.disagreements) < NAMED_MAX:
            self.disagreements.append(named)

    def _note_forms(self, packed: bytes | None, read: int | None, tile: bytes | None, width: int) -> None:
        """Bundle and tile: whether they are there at all, and neither longer nor shorter than they were signed."""
        under = f"positions {self.done + 1:,} to {self.done + width:,}"
        forms = ((BUNDLES, "bundle ", packed, read), (TILES, "tile 0/", tile, width * HASH_BYTES))
        for source, name, stored, should in forms:
            if source not in self.sources:
                continue
            if not stored:
                wrong = "is missing"
            elif should is None or len(stored) < should:
                wrong = "breaks off before its end"
            elif len(stored) > should:
                wrong = "holds more than was signed"
            else:
                continue
            self.forms[source].add(f"{name}{self.done // WIDTH} {wrong} ({under})")

    def _tree(self, name: str, of: TreeSource | None = None) -> TreeSource:
        made: TreeSource

        def completed(level: int, index: int, digest: bytes) -> None:
            self._hold_upper(made, level, index, digest)

        made = TreeSource(name, completed) if of is None else of.copy(name, completed)
        return made

    def _look_up(self) -> None:
        """Read the upper tiles that hold the hashes over the next stride."""
        level = 1
        while self.size >> (HEIGHT * level):
            place = Place(level, (self.done >> (HEIGHT * level)) // WIDTH)
            width = place.width(self.size)
            if self._upper.get(level, (-1, b""))[0] != place.index and width:
                stored = self.tile_source.tile(place, width)
                self._upper[level] = (place.index, stored)
                if not stored or len(stored) > width * HASH_BYTES:
                    wrong = "holds more than was signed" if stored else "is missing"
                    self.forms[TILES].add(f"tile {place.level}/{place.index} {wrong}")
            level += 1

    def _hold_upper(self, tree: TreeSource, level: int, index: int, digest: bytes) -> None:
        tile, nth = divmod(index, WIDTH)
        read, hashes = self._upper[level]
        assert read == tile, "a stride ends with the tile above"
        if hashes and hashes[nth * HASH_BYTES : (nth + 1) * HASH_BYTES] != digest:
            leaves = WIDTH**level
            under = f"positions {index * leaves + 1:,} to {(index + 1) * leaves:,}"
            tree.upper.add(f"tile {level}/{tile}: the hash over {under}")


def _hash(content: bytes | None) -> bytes:
    return MISSING if content is None else leaf_hash(content)


def _hashes(tile: bytes, width: int) -> list[bytes]:
    """As many hashes as the tile has of those that it should have."""
    parts = [tile[at : at + HASH_BYTES] for at in range(0, width * HASH_BYTES, HASH_BYTES)]
    return [one if len(one) == HASH_BYTES else MISSING for one in parts]


def _entries(packed: bytes, width: int) -> tuple[list[bytes | None], int]:
    """As many entries as can be read of a bundle that should hold so many, None for the others; and up to where."""
    entries: list[bytes | None] = []
    at = 0
    for _ in range(width):
        begin = at + LENGTH_BYTES
        at = begin + int.from_bytes(packed[at:begin], "big")
        entries.append(packed[begin:at] if begin <= len(packed) >= at else None)
    return entries, at
