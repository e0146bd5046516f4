"""Exports the published log as files in the static layout of C2SP tlog-tiles.

The tiles hold only hashes, and any web server may serve them. The entries are everybody's records without their
encrypted parts: who wrote to whom, who died. They are exported for an auditor only, into a folder of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.atomic_file import FOR_ALL, OWNERS_ONLY, write_atomically
from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint
from adapters.seal.formats.note import NotANote, Note
from adapters.seal.formats.tiles import (
    CHECKPOINT_PATH,
    ENTRIES_PATH,
    WIDTH,
    Place,
    bundle,
    bundle_path,
    entries_in,
    path,
    tiles_of,
)
from adapters.seal.formats.tree import HASH_BYTES
from adapters.seal.writer.store import NotSealed, SealStore, SignedCheckpoint
from domain.errors import ErrorKind, RigsbogError

READ_TOGETHER = 64
"""Tiles or bundles of one query."""


Report = Callable[[int, int], None]
"""Called with the number of records written and their total."""


def record_nothing(done: int, total: int) -> None:
    del done, total


class AnotherLogsFolder(RigsbogError):
    """The folder holds files that this log did not publish: export into an empty folder."""

    kind = ErrorKind.BAD_INPUT


class ExportAltered(RigsbogError):
    """A file of the export is not what the log holds: find out who changed it, remove it, and export again."""

    kind = ErrorKind.CORRUPT

    def __init__(self, at: Path) -> None:
        super().__init__(
            f"{at} is not what the log holds: nothing was written over it. Run `rigsbog verify ledger` and `rigsbog "
            "verify --export` to see which of the two was changed. When it is the file, remove it and export again."
        )


class AnotherKindOfFolder(RigsbogError):
    """A folder is either published, without entries, or an auditor's, with them: export into another folder."""

    kind = ErrorKind.BAD_INPUT


@dataclass(frozen=True, slots=True)
class Exported:
    size: int
    files: int
    """The number of files written; existing files are not written again."""


def export(
    store: SealStore,
    folder: Path,
    since: int = 0,
    report: Report = record_nothing,
    *,
    record_entries: Callable[[int], None] | None = None,
) -> Exported:
    """Write what the newest published checkpoint covers, and then the checkpoint; existing files are compared and stay.

    Tiles that were full at the size `since` are not even looked for. Killed at any moment, the same call resumes.
    The entries are written only with `record_entries`, which is called with their number before anything is written.
    Raises NotSealed, AnotherLogsFolder, AnotherKindOfFolder, or ExportAltered for the first file that is not as sealed.
    """
    published = store.published()
    if published is None:
        raise NotSealed
    _check_kind(folder, with_entries=record_entries is not None)
    before = _exported(store, folder, published)
    places = [place for place in tiles_of(published.size) if place.width(since) < place.width(published.size)]
    files = 0
    if record_entries is not None:
        record_entries(published.size)
        (folder / ENTRIES_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
        leaves = [place for place in places if place.level == 0]
        bundles = _bundles(store, folder, published.size, leaves, report)
        files += sum(_written(folder / name, content, OWNERS_ONLY) for name, content in bundles)
    tiles = _tiles(store, folder, published.size, places, report if record_entries is None else record_nothing)
    files += sum(_written(folder / name, content) for name, content in tiles)
    if before < published.size or not (folder / CHECKPOINT_PATH).exists():
        write_atomically(folder / CHECKPOINT_PATH, published.note.encode(), FOR_ALL)
        files += 1
    return Exported(published.size, files)


def _check_kind(folder: Path, *, with_entries: bool) -> None:
    """Raise AnotherKindOfFolder for entries in a folder that is published, and for a published log among entries."""
    has_entries = (folder / ENTRIES_PATH).exists()
    if has_entries != with_entries and (has_entries or (folder / CHECKPOINT_PATH).exists()):
        holds = "the entries of a log" if has_entries else "a published log without entries"
        raise AnotherKindOfFolder(f"{folder} holds {holds}: export into another folder.")


def _exported(store: SealStore, folder: Path, newest: SignedCheckpoint) -> int:
    """The size exported before; raises AnotherLogsFolder unless it is the beginning of the published log.

    Raises ExportAltered when it is the newest checkpoint, and not as it is published.
    """
    at, published = folder / CHECKPOINT_PATH, newest.checkpoint
    if not at.exists():
        return 0
    try:
        written = at.read_text(encoding="utf-8")
        exported = Checkpoint.read(Note.read(written).text)
        if exported == published and written != newest.note:
            raise ExportAltered(at)
        if (
            exported.origin == published.origin
            and exported.size <= published.size
            and store.root(exported.size) == exported.root
        ):
            return exported.size
    except (NotANote, NotACheckpoint, UnicodeDecodeError) as error:
        raise AnotherLogsFolder(f"{at} is no checkpoint: export into an empty folder.") from error
    raise AnotherLogsFolder(
        f"{at} is of {exported.size} records of {exported.origin}, and not the beginning of the log: export into "
        "an empty folder, and find out how it came about."
    )


def _tiles(
    store: SealStore, folder: Path, size: int, chosen: Sequence[Place], report: Report
) -> Iterator[tuple[str, bytes]]:
    for places in _batches(chosen):
        tiles = store.tiles(places)
        for place in places:
            width = place.width(size)
            for each in (*_earlier_widths(folder / path(place, WIDTH), width), width):
                yield path(place, each), tiles[place][: each * HASH_BYTES]
            if place.level == 0:
                report(place.index * WIDTH + width, size)


def _batches(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    for start in range(0, len(places), READ_TOGETHER):
        yield places[start : start + READ_TOGETHER]


def _bundles(
    store: SealStore, folder: Path, size: int, chosen: Sequence[Place], report: Report
) -> Iterator[tuple[str, bytes]]:
    for places in _batches(chosen):
        packed = store.bundles(places[0].index, places[-1].index)
        for place in places:
            width = place.width(size)
            entries = entries_in(packed[place.index])
            for each in (*_earlier_widths(folder / bundle_path(place.index, WIDTH), width), width):
                yield bundle_path(place.index, each), bundle(entries[:each])
        report(places[-1].index * WIDTH + places[-1].width(size), size)


def _earlier_widths(full: Path, width: int) -> list[int]:
    """The widths at which the tile or bundle was exported while it was not yet full."""
    partial = full.with_name(f"{full.name}.p")
    names = [file.name for file in partial.iterdir()] if partial.is_dir() else []
    return sorted(int(name) for name in names if name.isdecimal() and 0 < int(name) < width)


def _written(at: Path, content: bytes, mode: int = FOR_ALL) -> bool:
    """Write a file atomically unless it exists; raises ExportAltered when it holds something else.

    An empty file is what a power failure leaves of one whose name had reached the disk before its content.
    """
    existing = at.read_bytes() if at.exists() else b""
    if existing == content:
        return False
    if existing:
        raise ExportAltered(at)
    at.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(at, content, mode, synced=False)
    return True
