"""An export is verified alone, and a backup by restoring it: one flipped bit in either is found."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.database import connect
from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.audit.audit import AuditRequest
from adapters.seal.audit.earlier_checkpoint import read_earlier_checkpoint
from adapters.seal.audit.export import NoExport, audit_export
from adapters.seal.formats.tiles import CHECKPOINT_PATH, bundle_path
from adapters.seal.writer.export import export
from adapters.seal.writer.store import SealStore
from bin.cli.db import connection_variables
from tests.adapters.seal.audit.flips import flipped
from tests.adapters.seal.sealed_ledger import (
    LOG,
    SEALED,
    WITNESSING,
    attacked,
    audited,
    broken,
    checking,
    differing,
    forge_seal,
)
from tests.conftest import fresh_database

few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TRUSTED = AuditRequest((LOG.key,), (WITNESSING.key,))
COPIED = re.compile(
    rb"^COPY (ledger\.(?:record|subject|command)|seal\.(?:tile|bundle)) \(.*\) FROM stdin;$", re.MULTILINE
)
ROWS = re.compile(rb"^COPY .*?^\\\.$", re.MULTILINE | re.DOTALL)
END = b"\n\\.\n"


@pytest.fixture(scope="module")
def folder(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log as static files."""
    made = tmp_path_factory.mktemp("export")
    with connect(url) as connection:
        export(SealStore(connection), made, record_entries=unrecorded)
    return made


def unrecorded(_size: int) -> None:
    """The entries are exported for a test."""


def silent(_done: int, _total: int) -> None:
    """Reports no progress."""


def test_an_untouched_export_holds_with_no_database(folder: Path) -> None:
    result = audit_export(folder, TRUSTED, silent)

    assert broken(result) == []
    assert result.newest is not None
    assert result.newest.size == SEALED
    assert {one.name for one in result.checks} == {"bundles", "tiles", "checkpoints", "cosignatures"}


@contextmanager
def holding(file: Path, content: bytes) -> Iterator[None]:
    """The file holds this content instead of its own."""
    before = file.read_bytes()
    file.write_bytes(content)
    try:
        yield
    finally:
        file.write_bytes(before)


@pytest.fixture(scope="module")
def published(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log as static files, without its entries."""
    made = tmp_path_factory.mktemp("published")
    with connect(url) as connection:
        export(SealStore(connection), made)
    return made


@few
@given(data=st.data())
def test_a_flipped_bit_in_any_published_tile_is_found(published: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(file for file in published.glob("tile/**/*") if file.is_file())))
    with holding(file, flipped(file.read_bytes(), data)):
        wrong = broken(audit_export(published, TRUSTED, silent))

    assert wrong in (["tiles"], ["checkpoints"], ["tiles", "checkpoints"])


@few
@given(data=st.data())
def test_a_flipped_bit_in_any_exported_tile_or_bundle_is_found(folder: Path, data: st.DataObject) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != CHECKPOINT_PATH)
    file = data.draw(st.sampled_from(files))
    with holding(file, flipped(file.read_bytes(), data)):
        wrong = [check for check in audit_export(folder, TRUSTED, silent).checks if not check.ok]

    kind = "bundle" if "entries" in str(file.relative_to(folder)) else "tile"
    assert [check.name for check in wrong] == [f"{kind}s"]
    assert "position" in wrong[0].differing[0]


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_anywhere_in_an_exported_checkpoint_is_found(folder: Path, bit: int) -> None:
    file = folder / CHECKPOINT_PATH
    content = file.read_bytes()
    # Each byte once, and every bit of the last signature's end, where base64 leaves bits unused.
    for at in {*range(bit, len(content), 8), *range(len(content) - 4, len(content))}:
        with holding(file, content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]):
            result = audit_export(folder, TRUSTED, silent)

        assert broken(result) in (["checkpoints"], ["cosignatures"], ["checkpoints", "cosignatures"]), at


def test_an_exported_file_that_is_missing_is_named(folder: Path) -> None:
    file = folder / bundle_path(1)
    before = file.read_bytes()
    file.unlink()
    try:
        result = audit_export(folder, TRUSTED, silent)
    finally:
        file.write_bytes(before)

    assert differing(result, "bundles") == ("bundle 1 is missing (positions 257 to 512)",)


def test_an_export_of_a_rewritten_history_is_not_the_one_that_the_auditor_saw(url: str, tmp_path: Path) -> None:
    with attacked(url) as connection:
        ((note,),) = connection.execute("select note from seal.checkpoint where size = 300").fetchall()
        since = read_earlier_checkpoint(note, (LOG.key,))
        before, after = tmp_path / "before", tmp_path / "after"
        export(SealStore(connection), before, record_entries=unrecorded)
        assert broken(audit_export(before, AuditRequest((LOG.key,), (), since), silent)) == []
        connection.execute("update ledger.record set actor = 'nobody' where position = 12")
        forge_seal(connection, (300, SEALED))
        export(SealStore(connection), after, record_entries=unrecorded)

        result = audit_export(after, AuditRequest((LOG.key,), (), since), silent)

        assert broken(result) == ["since"]
        assert differing(result, "since")[0] == "the first 300 bundles lead to another root than your checkpoint's"


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoExport, match="holds no checkpoint"):
        audit_export(tmp_path, TRUSTED, silent)


@dataclass(frozen=True)
class Backup:
    """A backup of the whole database as plain text; too long to be shown in an example that fails."""

    text: bytes = field(repr=False)


@pytest.fixture(scope="module")
def backup(url: str, postgres_server: EmbeddedServer) -> Backup:
    return Backup(dump(postgres_server, url))


def dump(server: EmbeddedServer, url: str) -> bytes:
    """The backup of a database."""
    return ran(server, "pg_dump", url)


def rows(text: bytes) -> list[bytes]:
    """What a backup holds of all tables."""
    return ROWS.findall(text)


def ran(server: EmbeddedServer, program: str, url: str, fed: bytes = b"") -> bytes:
    """The output of one of the server's own programs; psql goes on after an error, as in a careless restore."""
    return subprocess.run(
        [str(Path(server.programs.folder) / program)],
        input=fed,
        env=os.environ | connection_variables(url),
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout


def restored(server: EmbeddedServer, text: bytes) -> tuple[list[str], bytes]:
    """Restore a backup into a new database: the failed checks there, and a backup of it."""
    with fresh_database(server) as url:
        ran(server, "psql", url, text)
        with checking(url) as (connection, broken_checks):
            result = broken(audited(connection)) + list(broken_checks())
        return result, dump(server, url)


@pytest.mark.slow
def test_a_restored_backup_holds(postgres_server: EmbeddedServer, backup: Backup) -> None:
    result, again = restored(postgres_server, backup.text)

    assert result == []
    assert rows(again) == rows(backup.text)


@pytest.mark.slow
@settings(max_examples=5, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(millionth=st.integers(0, 999_999), bit=st.integers(0, 7))
@pytest.mark.parametrize("table", [b"ledger.record", b"ledger.subject", b"seal.tile", b"seal.bundle"])
def test_a_flipped_bit_in_a_backup_is_found_once_it_is_restored(
    postgres_server: EmbeddedServer, backup: Backup, table: bytes, millionth: int, bit: int
) -> None:
    """But for a bit that changes nothing of what is restored, such as the case of a hexadecimal digit."""
    text = backup.text
    (begin,) = [copy.end() + 1 for copy in COPIED.finditer(text) if copy[1] == table]
    at = begin + (text.index(END, begin) - begin) * millionth // 1_000_000

    result, again = restored(postgres_server, text[:at] + bytes([text[at] ^ 1 << bit]) + text[at + 1 :])

    assert result or rows(again) == rows(text)
