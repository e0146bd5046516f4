"""Proofs stay valid: after the log's key is rotated, after a person's keys are destroyed, in another PostgreSQL."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.keys.key_store import PostgresKeys, key_encryption_key
from adapters.keys.vault import Vault
from adapters.postgres.database import create_database
from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.pool import Pool
from adapters.postgres.programs import find_programs
from adapters.seal.writer.signing import SEAL_FOLDER
from adapters.settings import load_settings
from domain.subject import subject
from tests.bin.terminal import Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE, INVALID, VALID, prove, seal, verdict
from tests.conftest import temporary_home

pytestmark = pytest.mark.slow

TITLE = "Prøveopkrævning"


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, who has number 1, and the authority that writes to her."""
    return terminal.register(person(1), company())[0]


@pytest.fixture
def arrived(terminal: Terminal, anna: str, tmp_path: Path) -> str:
    """A letter that has arrived in Anna's mailbox."""
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    return str(line["message_uuid"])


def rotate(terminal: Terminal, folder: Path) -> str:
    """Have a new key take the place of the log's key, by the command that operators use; the new key."""
    fresh = folder / f"{uuid4()}.key"
    fresh.touch(mode=0o600)
    fresh.write_bytes(base64.b64encode(os.urandom(32)))
    (document,) = terminal.ok("seal", "rotate", "--key-file", str(fresh), "--json").lines
    (terminal.home / SEAL_FOLDER / "key").write_bytes(fresh.read_bytes())
    return str(document["vkey"])


class TestAfterKeyRotation:
    def test_an_older_proof_stays_valid_under_the_key_that_signed_it(
        self, terminal: Terminal, arrived: str, tmp_path: Path
    ) -> None:
        file, key = tmp_path / "a.tlog-proof", seal(terminal)
        prove(terminal, arrived, file)
        new = rotate(terminal, tmp_path)

        assert verdict(file, key).code == VALID
        assert verdict(file, new).code == INVALID

    def test_a_reader_who_trusts_any_key_of_the_log_can_verify_a_proof_of_today(
        self, terminal: Terminal, arrived: str, tmp_path: Path
    ) -> None:
        file, first = tmp_path / "a.tlog-proof", seal(terminal)
        second, third = rotate(terminal, tmp_path), rotate(terminal, tmp_path)
        seal(terminal)
        prove(terminal, arrived, file)

        assert [verdict(file, key).code for key in (first, second, third)] == [VALID] * 3


class TestAfterErasure:
    def test_what_was_opened_before_still_verifies_and_nothing_is_opened_after(
        self, terminal: Terminal, tmp_path: Path
    ) -> None:
        (bo,) = terminal.register(person(20))
        (line,) = terminal.submit(letter(tmp_path, cpr(20)))
        before, after, key = tmp_path / "before.tlog-proof", tmp_path / "after.tlog-proof", seal(terminal)
        opened = prove(terminal, line["message_uuid"], before, *FOR_A_CASE)
        owner = Pool(terminal.url, "rigsbog_owner")
        try:
            Vault(PostgresKeys(owner), key_encryption_key(load_settings(terminal.environment))).destroy(subject(bo))
        finally:
            owner.close()
        shut = prove(terminal, line["message_uuid"], after, *FOR_A_CASE)

        assert (opened["opened"], shut["opened"]) == (1, 0)
        assert verdict(before, key).code == verdict(after, key).code == VALID
        assert TITLE in verdict(before, key).out
        assert TITLE not in verdict(after, key).out


class TestAfterMoving:
    def test_a_ledger_restored_in_another_postgresql_gives_the_same_proofs(
        self, terminal: Terminal, arrived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before, after, key = tmp_path / "before.tlog-proof", tmp_path / "after.tlog-proof", seal(terminal)
        prove(terminal, arrived, before, *FOR_A_CASE)
        with temporary_home() as home, EmbeddedServer(home) as another:
            create_database(another.url("postgres"), "moved")
            move(terminal.url, another.url("moved"))
            moved = Terminal(another.url("moved"), terminal.home, monkeypatch)
            moved.ok("migrate")
            prove(moved, arrived, after, *FOR_A_CASE)
            later = seal(moved)
            (line,) = moved.submit(letter(tmp_path, cpr(1)))
            seal(moved)
            prove(moved, line["message_uuid"], tmp_path / "new.tlog-proof")

        assert before.read_bytes() == after.read_bytes()
        assert verdict(after, key).code == VALID
        assert verdict(tmp_path / "new.tlog-proof", later).code == VALID


def move(source: str, target: str) -> None:
    """Dump a database by the newest programs at hand, and restore it; roles are made first, as a cluster has them."""
    folder = find_programs()
    roles = subprocess.run(
        [folder / "pg_dumpall", "--roles-only", "--no-role-passwords", f"--dbname={source}"],
        capture_output=True,
        check=True,
    ).stdout
    dumped = subprocess.run([folder / "pg_dump", f"--dbname={source}"], capture_output=True, check=True).stdout
    for script in (roles, dumped):
        ran = subprocess.run(
            [folder / "psql", "--quiet", f"--dbname={target}"], input=script, capture_output=True, check=True
        )
        assert b"FATAL" not in ran.stderr
