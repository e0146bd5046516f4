"""The audit of a sealed ledger: from the stored bytes of every record to leaves, tiles, roots and signatures.

Nothing that was computed before is trusted: a changed record is found although every tile and root is unchanged.
Everything is read in the caller's snapshot, and the use of memory does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from adapters.seal.audit.checkpoints import (
    POSITION_MAX,
    SignatureAudit,
    WitnessCoverage,
    published_size,
    sealed_size,
    with_cosignatures,
)
from adapters.seal.audit.damaged import comparable, read_damaged_texts
from adapters.seal.audit.earlier_checkpoint import EarlierCheckpoint, earlier_checkpoint_check
from adapters.seal.audit.log_scan import LogScan, Records
from adapters.seal.audit.logs import LogCoverage, log_coverage, logs_check
from adapters.seal.audit.on_record import steered_on_record
from adapters.seal.audit.places import NAMED_MAX
from adapters.seal.audit.publications import no_gaps, published
from adapters.seal.audit.stamps import stamped
from adapters.seal.audit.tables import plain_tables
from adapters.seal.audit.tile_source import DatabaseTiles
from adapters.seal.audit.tree_sources import BUNDLES, SINCE, TILES
from adapters.seal.audit.trust import NAME, Trust, adopted, logs
from adapters.seal.audit.verdict import ScanVerdict
from adapters.seal.audit.witness_policy import policy_check
from adapters.seal.formats.canonical import NotCanonical, of_row, rows
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Key
from adapters.seal.formats.tiles import WIDTH
from domain.check import Check
from migrations.positions import HEAD

STRIDE = 32 * WIDTH
"""Records read at a time."""
LOST_MAX = 2**20
"""Missing records after the last stored one that are named; of more, the audit only says that they are gone."""
UNSEALED_NAME = "unsealed"
EXTENT_SQL = f"select {HEAD}, (select count(*) from seal.checkpoint)"  # noqa: S608 - only literals
UNSEALED = """
select count(*), min(position),
       extract(epoch from ledger.clock() - min(recorded_at) filter (where isfinite(recorded_at)))::float8
  from ledger.record where position > %s
"""

Report = Callable[[int, int], object]
"""Called with the number of records done and their total."""


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """The keys and the earlier checkpoint that the auditor trusts."""

    keys: tuple[Key, ...] = ()
    witnesses: tuple[Key, ...] = ()
    since: EarlierCheckpoint | None = None
    witnesses_needed: int | None = None
    """How many of the witnesses must cover all that is published; None: all of them."""

    @property
    def quorum(self) -> int:
        return len(self.witnesses) if self.witnesses_needed is None else self.witnesses_needed


@dataclass(slots=True)
class Audit:
    checks: list[Check] = field(default_factory=list)
    newest: Checkpoint | None = None
    note: str | None = None
    """The newest checkpoint that is well signed: the auditor keeps it for the next audit."""
    witnesses: tuple[WitnessCoverage, ...] = ()
    logs: tuple[LogCoverage, ...] = ()

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)


def audit(connection: psycopg.Connection[Any], request: AuditRequest, report: Report) -> Audit:
    """Check the ledger in the connection's snapshot against its seal, and against what the auditor trusts."""
    # Functions are PostgreSQL's own, whatever the database's settings say.
    connection.execute("set local search_path = pg_catalog")
    read_damaged_texts(connection)
    head, checkpoints = connection.execute(EXTENT_SQL).fetchone() or (0, 0)
    keys, unfit = adopted(connection)
    trust = Trust(request.keys, tuple(keys), logs(connection))
    if not trust.logs or not checkpoints:
        return _nothing_sealed(connection, request, trust, head)
    size, newest, note = sealed_size(connection, trust, head)
    signed = SignatureAudit(trust, request.witnesses, request.quorum)
    scan = LogScan(DatabaseTiles(connection), size, reach=head + LOST_MAX)
    _scan_records(connection, scan, signed, request.since, report)
    for late in signed.anchors(connection, size, POSITION_MAX):
        signed.unfit.add(f"{late.label} covers more records than the newest")
    checks = [plain_tables(connection), *scan_checks(scan, signed), published(connection)]
    checks += [no_gaps(connection), stamped(connection), *steered_on_record(connection)]
    checks += [signed.cosignature_check(published_size(connection)), policy_check(connection)]
    checks += [trust.check(unfit, newest, note), logs_check(connection, trust), _open_records(connection, size, head)]
    if request.since is not None:
        mismatch = request.since.mismatch(trust)
        checks.append(earlier_checkpoint_check(request.since, mismatch, newest, head, scan))
    if newest is not None and note is not None:
        note = with_cosignatures(connection, newest.size, note)
    return Audit(checks, newest, note, signed.coverage, log_coverage(connection, trust))


def scan_checks(scan: LogScan, signed: SignatureAudit) -> list[Check]:
    """The checks of records, bundles, tiles and checkpoints after a scan of the whole log."""
    for place in scan.tile_source.foreign(scan.size, NAMED_MAX):
        scan.forms[BUNDLES if place.startswith(BUNDLES) else TILES].add(
            f"{place} is of no tree of {scan.size:,} records"
        )
    verdict = ScanVerdict(scan)
    checks = verdict.checks()
    verdict.note_roots(signed.unfit)
    holds = f"{signed.checkpoints:,}, each signed and with the root of its tree; the newest is of {scan.size:,} records"
    return [*checks, signed.unfit.check("checkpoints", holds, "these do not hold")]


def _scan_records(
    connection: psycopg.Connection[Any],
    scan: LogScan,
    signed: SignatureAudit,
    since: EarlierCheckpoint | None,
    report: Report,
) -> None:
    while scan.done < scan.reach:
        after, until = scan.done, min(scan.done + STRIDE, scan.size)
        anchors = list(signed.anchors(connection, after, until))
        if since is not None and after < since.checkpoint.size <= until:
            anchors = sorted([*anchors, since.anchor], key=lambda anchor: anchor.size)
        scan.stride(until, _by_tile(rows(connection, after, until)), anchors)
        report(scan.done, scan.size)


def _content(row: TupleRow) -> bytes | None:
    try:
        return of_row(row)
    except NotCanonical:
        return comparable(row)


def _by_tile(stored: Iterator[TupleRow]) -> Records:
    for index, group in groupby(stored, lambda row: (int(row[0]) - 1) // WIDTH):
        contents: dict[int, bytes | None] = {}
        for row in group:
            # A position that occurs twice is not what was sealed.
            contents[row[0]] = None if row[0] in contents else _content(row)
        yield index, contents


def _open_records(connection: psycopg.Connection[Any], size: int, head: int) -> Check:
    count, first, seconds = connection.execute(UNSEALED, [size]).fetchone() or (0, None, None)
    if head < size:
        detail = f"the ledger ends at position {head:,}, and its newest checkpoint is of {size:,} records"
        return Check(UNSEALED_NAME, ok=False, detail=detail)
    if not count:
        return Check(UNSEALED_NAME, ok=True, detail="none: every record is sealed")
    detail = f"{count:,} records from position {first:,} on, the oldest for {seconds or 0:.1f} s"
    return Check(UNSEALED_NAME, ok=True, detail=detail)


def _nothing_sealed(connection: psycopg.Connection[Any], request: AuditRequest, trust: Trust, head: int) -> Audit:
    """A ledger may have no seal, unless it has adopted a key or an auditor has seen it sealed."""
    checks = [plain_tables(connection), *steered_on_record(connection), _open_records(connection, 0, head)]
    if trust.adopted:
        detail = "the ledger has adopted a key, and there is no checkpoint at all"
        checks.append(Check("checkpoints", ok=False, detail=detail))
    if request.keys or request.witnesses:
        detail = "you named a key by which it was sealed, and there is no checkpoint at all"
        checks.append(Check(NAME, ok=False, detail=detail))
    if request.since is not None:
        seen = f"you saw {request.since.checkpoint.size:,} records sealed, and there is no checkpoint at all"
        checks.append(Check(SINCE, ok=False, detail=seen))
    return Audit(checks)
