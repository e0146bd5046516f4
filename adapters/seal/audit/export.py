"""The audit of an export: a folder of tiles, one checkpoint, and the entries if it has any; it needs no database."""

from __future__ import annotations

from pathlib import Path

from adapters.seal.audit.audit import STRIDE, Audit, AuditRequest, Report, scan_checks
from adapters.seal.audit.checkpoints import SignatureAudit
from adapters.seal.audit.earlier_checkpoint import earlier_checkpoint_check
from adapters.seal.audit.log_scan import LogScan
from adapters.seal.audit.tile_source import FolderTiles
from adapters.seal.audit.tree_sources import BUNDLES, TILES, Anchor
from adapters.seal.audit.trust import LogPeriod, Trust
from adapters.seal.formats.checkpoint import UNFIT, Checkpoint, opened
from adapters.seal.formats.tiles import CHECKPOINT_PATH, ENTRIES_PATH
from domain.check import Check
from domain.errors import ErrorKind, RigsbogError


class NoExport(RigsbogError):
    """The folder holds no checkpoint, so it is no export of a log: name a folder that `rigsbog seal export` wrote."""

    kind = ErrorKind.BAD_INPUT


def audit_export(folder: Path, request: AuditRequest, report: Report) -> Audit:
    """Hash the tiles again, and every entry that is there, up to the root that one of the auditor's keys has signed.

    Raises NoExport.
    """
    try:
        stored = (folder / CHECKPOINT_PATH).read_bytes()
    except OSError as error:
        raise NoExport(f"{folder} holds no checkpoint that can be read: {error}.") from error
    try:
        written = stored.decode()
        checkpoint, note = opened(written, request.keys)
    except UnicodeDecodeError:
        return _checkpoint_fails("it is not UTF-8")
    except UNFIT as error:
        return _checkpoint_fails(str(error))
    if str(note) != written:
        return _checkpoint_fails("it is not written as it was signed")
    trust = Trust(request.keys, logs=(LogPeriod("", checkpoint.origin),))
    signed = SignatureAudit(trust, request.witnesses, request.quorum, checkpoints=1)
    with_entries = (folder / ENTRIES_PATH).exists()
    scan = LogScan(FolderTiles(folder), checkpoint.size, (BUNDLES, TILES) if with_entries else (TILES,))
    _scan(scan, checkpoint, request, report)
    signed.hold_note(checkpoint.size, note)
    checks = [*scan_checks(scan, signed), signed.cosignature_check(checkpoint.size)]
    if not with_entries:
        checks.append(Check("entries", ok=True, detail="the folder has none: only hashes were compared"))
    if request.since is not None:
        mismatch = request.since.mismatch(trust)
        checks.append(earlier_checkpoint_check(request.since, mismatch, checkpoint, None, scan))
    return Audit(checks, checkpoint, written, witnesses=signed.coverage)


def _checkpoint_fails(reason: str) -> Audit:
    return Audit([Check("checkpoints", ok=False, detail=f"the checkpoint does not hold: {reason}")])


def _scan(scan: LogScan, checkpoint: Checkpoint, request: AuditRequest, report: Report) -> None:
    anchors = [Anchor(checkpoint.size, checkpoint.root, "the checkpoint")]
    if request.since is not None:
        anchors = sorted([request.since.anchor, *anchors], key=lambda anchor: anchor.size)
    while scan.done < scan.size:
        until = min(scan.done + STRIDE, scan.size)
        scan.stride(until, None, [anchor for anchor in anchors if scan.done < anchor.size <= until])
        report(scan.done, scan.size)
