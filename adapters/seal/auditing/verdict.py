"""What the walk makes of records, bundles, tiles and roots, told in words: which of them the signed roots bear out."""

from __future__ import annotations

from adapters.seal.auditing.claim import Claim, Places
from adapters.seal.auditing.telling import (
    BUNDLES,
    MISSING,
    RECORDS,
    TILES,
    Disagreement,
    borne_out,
)
from adapters.seal.auditing.walk import Walk
from adapters.seal.tiles import WIDTH

UNSUPPORTED = "no signed root bears out any of them"


class Verdict:
    """The outcome of a whole walk."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._borne_out = borne_out(walk.tellings)
        # Without a root, what most of them agree on is the best guess, and is told as one.
        self._telling = self._borne_out or next((one for one in walk.tellings if one.name == "most"), walk.tellings[0])

    def claims(self) -> list[Claim]:
        """Of the records, the bundles, the tiles, and the roots."""
        walk = self._walk
        guess = "" if self._borne_out or not walk.disagreements else f"; {UNSUPPORTED}"
        found = []
        if RECORDS in walk.sources:
            count = walk.faults[self._telling.name, RECORDS]
            holds, broken = f"{walk.size:,} hashed again, each as sealed", f"{count:,} are not what was sealed{guess}"
            found.append(Claim("records", not count, broken if count else holds, self._named_records(count)))
        bundles, tiles = self._faulty(BUNDLES), self._faulty(TILES)
        for one in self._telling.upper.first:
            tiles.add(one)
        tiles.count += self._telling.upper.count - len(self._telling.upper.first)
        found.append(bundles.claim("bundles", "each entry is as sealed", f"these are not what was sealed{guess}"))
        found.append(
            tiles.claim("tiles", "each hash of each level is as sealed", f"these are not what was sealed{guess}")
        )
        return found

    def note_roots(self, into: Places) -> None:
        """Note the checkpoints whose root is not that of the tree, and where the history parts from it."""
        best = self._telling
        if self._borne_out is None and best.right + best.wrong_count:
            best = max(self._walk.tellings, key=lambda one: one.right_until)
            first = min((one.size for one in best.wrong if one.size > best.right_until), default=self._walk.size)
            into.add(
                f"size {first:,}: neither records, bundles nor tiles lead to its root; "
                f"they part from it within positions {best.right_until + 1:,} to {first:,}"
            )
            return
        for one in best.wrong:
            into.add(f"{one.label}: its root is not that of the tree")

    def _named_records(self, count: int) -> tuple[str, ...]:
        places = Places()
        for one in (one for tile in self._walk.disagreements for one in tile):
            if RECORDS in one.at_fault(self._telling.name):
                places.add(f"position {one.position}: {self._changed(one)}")
        places.count = count
        return places.named

    def _changed(self, one: Disagreement) -> str:
        if one.told[RECORDS] == MISSING:
            return "the record is missing or has no canonical form"
        if BUNDLES in one.at_fault(self._telling.name) or one.parts is None:
            return "the record was changed; in what it cannot be told, for its bundle is not as sealed either"
        return f"the record was changed: {one.parts}"

    def _faulty(self, source: str) -> Places:
        """Bundles or tiles of level 0 with the first position that each tells otherwise than was sealed."""
        form = self._walk.forms[source]
        places = Places(form.count, list(form.first))
        named = 0
        for tile in self._walk.disagreements:
            wrong = [one for one in tile if source in one.at_fault(self._telling.name)]
            present = [one for one in wrong if one.told[source] != MISSING]
            named += len(wrong)
            if present:
                index = (present[0].position - 1) // WIDTH
                what = f"bundle {index}: the entry" if source == BUNDLES else f"tile 0/{index}: the hash"
                more = f" and {len(present) - 1} more under it" if len(present) > 1 else ""
                places.add(f"{what} of position {present[0].position}{more}")
        places.count += self._walk.faults[self._telling.name, source] - named
        return places
