"""Turns a scan into checks of records, bundles and tiles: which of them the signed roots confirm."""

from __future__ import annotations

from adapters.seal.audit.log_scan import LogScan
from adapters.seal.audit.places import Places
from adapters.seal.audit.tree_sources import BUNDLES, MISSING, MOST, RECORDS, TILES, Disagreement, confirmed
from adapters.seal.formats.tiles import WIDTH
from domain.check import Check

UNSUPPORTED = "no signed root confirms any of them"
CONFIRMED = {
    RECORDS: "the signed roots confirm the records",
    BUNDLES: "the signed roots confirm the bundles",
    TILES: "the signed roots confirm the tiles",
    MOST: "the signed roots confirm what two of record, bundle and tile agree on",
}


class ScanVerdict:
    """The checks that follow from a scan of the whole log."""

    def __init__(self, scan: LogScan) -> None:
        self._scan = scan
        self._confirmed = confirmed(scan.trees)
        # Without a root, what most of them agree on is the best guess, and is reported as a guess.
        self._tree = self._confirmed or next((tree for tree in scan.trees if tree.name == MOST), scan.trees[0])
        self._parting = None if self._confirmed else self._part()

    def checks(self) -> list[Check]:
        """Of the records, the bundles and the tiles."""
        scan = self._scan
        guess = f"; {UNSUPPORTED if self._confirmed is None else CONFIRMED[self._confirmed.name]}"
        tiles = self._faulty(TILES)
        for place in self._tree.upper.first:
            tiles.add(place)
        tiles.count += self._tree.upper.count - len(self._tree.upper.first)
        broken = f"these are not what was sealed{guess}"
        checks = [tiles.check("tiles", "each hash of each level is as sealed", broken)]
        if BUNDLES in scan.sources:
            checks.insert(0, self._faulty(BUNDLES).check("bundles", "each entry is as sealed", broken))
        return [self._records(guess), *checks] if RECORDS in scan.sources else checks

    def note_roots(self, into: Places) -> None:
        """Note the checkpoints whose root is not that of the tree, and where the history parts from it."""
        if self._parting is not None:
            after, until = self._parting
            into.add(
                f"size {until:,}: neither records, bundles nor tiles lead to its root; "
                f"they part from it within positions {after + 1:,} to {until:,}"
            )
        elif self._confirmed is not None:
            for anchor in self._confirmed.wrong:
                into.add(f"{anchor.label}: its root is not that of the tree")

    def _part(self) -> tuple[int, int] | None:
        """The last size at which a tree leads to the root, and the first at which none does."""
        best = max(self._scan.trees, key=lambda tree: tree.right_until)
        if not best.wrong_count:
            return None
        return best.right_until, min(
            (anchor.size for anchor in best.wrong if anchor.size > best.right_until), default=best.size
        )

    def _records(self, guess: str) -> Check:
        count = self._scan.faults[self._tree.name, RECORDS]
        if count:
            detail = f"{count:,} are not what was sealed{guess}"
        elif self._parting is not None:
            after, until = self._parting
            detail = f"they were rewritten within positions {after + 1:,} to {until:,}, and bundles and tiles with them"
        else:
            detail = f"{self._scan.done:,} hashed again, each as sealed"
        return Check("records", not count and self._parting is None, detail, self._named_records(count))

    def _named_records(self, count: int) -> tuple[str, ...]:
        places = Places()
        for disagreement in (disagreement for tile in self._scan.disagreements for disagreement in tile):
            if RECORDS in disagreement.at_fault(self._tree.name):
                places.add(f"position {disagreement.position}: {self._changed(disagreement)}")
        places.count = count
        return places.named

    def _changed(self, disagreement: Disagreement) -> str:
        if disagreement.digests[RECORDS] == MISSING:
            return "the record is missing or cannot be read"
        if BUNDLES in disagreement.at_fault(self._tree.name) or disagreement.parts is None:
            return "the record was changed; its bundle was changed too, so the changed part is unknown"
        return f"the record was changed: {disagreement.parts}"

    def _faulty(self, source: str) -> Places:
        """Bundles or tiles of level 0, each with the first position at which it differs from what was sealed."""
        form = self._scan.forms[source]
        places = Places(form.count, list(form.first))
        named = 0
        for tile in self._scan.disagreements:
            wrong = [disagreement for disagreement in tile if source in disagreement.at_fault(self._tree.name)]
            present = [disagreement for disagreement in wrong if disagreement.digests[source] != MISSING]
            named += len(wrong)
            if present:
                index = (present[0].position - 1) // WIDTH
                what = f"bundle {index}: the entry" if source == BUNDLES else f"tile 0/{index}: the hash"
                more = f" and {len(present) - 1} more under it" if len(present) > 1 else ""
                places.add(f"{what} of position {present[0].position}{more}")
        places.count += self._scan.faults[self._tree.name, source] - named
        return places
