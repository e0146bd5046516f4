"""The auditor's own last checkpoint: the ledger of today must begin with the ledger of that day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.seal.audit.log_scan import LogScan
from adapters.seal.audit.tile_source import TileSource
from adapters.seal.audit.tree_sources import SINCE, Anchor
from adapters.seal.audit.trust import Trust
from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint
from adapters.seal.formats.note import BadSignature, Key, NotANote, Note, UnknownSigner
from adapters.seal.formats.proof import FIRST_LINE, NotAProof, Proof
from adapters.seal.formats.tiles import node_of
from adapters.seal.formats.tree import ProofFails, check_consistency, consistency_path
from domain.check import Check
from domain.errors import ErrorKind, RigsbogError


class NotACheckpointOfYours(RigsbogError):
    """The auditor's own file cannot be read, or was altered: give the checkpoint that was kept, as it was written."""

    kind = ErrorKind.BAD_INPUT


@dataclass(frozen=True, slots=True)
class EarlierCheckpoint:
    """The auditor's own checkpoint of an earlier time."""

    checkpoint: Checkpoint
    note: Note

    @property
    def anchor(self) -> Anchor:
        """Its root, to be compared with what is recorded now."""
        return Anchor(self.checkpoint.size, self.checkpoint.root, SINCE)

    def mismatch(self, trust: Trust) -> str | None:
        """Why this ledger cannot be the one that the checkpoint is of; None when it can."""
        if self.checkpoint.origin not in trust.origins:
            return f"the checkpoint is of {self.checkpoint.origin}, and this ledger is {trust.logs[-1].origin}"
        try:
            self.note.opened(trust.at(self.checkpoint.size))
        except (UnknownSigner, BadSignature) as error:
            return f"{error}, so it is of another ledger, or of this one before its history was rewritten"
        return None


def read_earlier_checkpoint(written: str, trusted: tuple[Key, ...]) -> EarlierCheckpoint:
    """Read a signed checkpoint, or the one that a proof carries; raises NotACheckpointOfYours.

    It may be signed by a key that was replaced since, which the ledger itself still knows.
    """
    try:
        signed = Proof.read(written).checkpoint if written.startswith(FIRST_LINE) else written
        note = Note.read(signed)
        checkpoint = Checkpoint.read(note.text)
        note.signed_by(trusted)
    except (NotAProof, NotANote, NotACheckpoint, BadSignature) as error:
        raise NotACheckpointOfYours(
            f"The checkpoint to begin from cannot be used: {error}. Give it as it was kept."
        ) from error
    return EarlierCheckpoint(checkpoint, note)


def earlier_checkpoint_check(
    since: EarlierCheckpoint, mismatch: str | None, newest: Checkpoint | None, head: int | None, scan: LogScan
) -> Check:
    """That the log begins with what the auditor saw, by what is stored and by a proof made of the tiles.

    `head` is the ledger's own, None for an export.
    """
    wrong = [] if mismatch is None else [mismatch]
    wrong += _apart(since.checkpoint, newest, head, scan)
    if wrong and newest is not None and since.checkpoint.origin != newest.origin:
        wrong.append(f"{since.checkpoint.origin} has ended, and {newest.origin} signs in its place: see logs")
    if wrong:
        return Check(SINCE, ok=False, detail="the ledger does not begin with what you saw", differing=tuple(wrong))
    holds = f"it begins with the {since.checkpoint.size:,} records of your checkpoint, and a proof leads on from there"
    return Check(SINCE, ok=True, detail=f"{holds} to {scan.size:,}")


def _apart(since: Checkpoint, newest: Checkpoint | None, head: int | None, scan: LogScan) -> Iterator[str]:
    """In what the log is not the one that the auditor saw."""
    size = since.size
    if head is not None and size > head:
        yield f"you saw {size:,} records, and there are {head:,}: an older backup was restored, or records were removed"
        return
    if size > scan.size:
        yield f"you saw {size:,} records sealed, and here {scan.size:,} are: newer checkpoints were taken away"
        return
    if size and not scan.trees[0].since:
        right = [tree.name for tree in scan.trees[1:] if tree.since]
        but = f"; the {right[0]}s still lead to yours" if right else ""
        yield f"the first {size:,} {scan.trees[0].name}s lead to another root than your checkpoint's{but}"
    if newest is None:
        yield "no checkpoint here is signed by a key that is trusted"
    elif size:
        yield from _unproved(since, newest, scan.tile_source)


def _unproved(since: Checkpoint, newest: Checkpoint, tile_source: TileSource) -> Iterator[str]:
    node = node_of(lambda place: tile_source.tile(place, place.width(newest.size)))
    try:
        path = consistency_path(since.size, newest.size, node)
        check_consistency(since.size, newest.size, since.root, newest.root, path)
    except (ProofFails, ValueError) as error:
        yield f"no proof leads by the tiles from your checkpoint to the newest, of {newest.size:,}: {error}"
