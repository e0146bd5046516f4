"""What the ledger holds of a letter: with its key the letter is proved, without it nothing leads to what it said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from adapters.documents import FolderDocuments
from adapters.keys.key_store import PostgresKeys, key_encryption_key
from adapters.keys.vault import Vault
from adapters.postgres.connections import Database
from adapters.settings import Settings
from domain.subject import KINDS
from tests.bin.terminal import Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE, VALID, prove, seal, verdict

pytestmark = pytest.mark.slow

BY_BANK = ("--channel", "bank", "--institution", "5001", "--consent", "order-1")
ERASURE = ("--basis", "GDPR art. 17", "--authority", "34051178")
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
BLAKE2B_SIZES = (16, 20, 32)
HEX_DIGITS_COMPARED = 24
"""Enough to tell a digest, even a shortened one, from chance."""
STORED = """
select r.*, k.name as kind_name, (select array_agg(s.subject) from ledger.subject s where s.position = r.position)
  from ledger.record r join ledger.subject_kind k using (kind) order by position
"""


@dataclass(frozen=True)
class Sent:
    """A registered person, a letter to her as a file, and its message."""

    who: str
    file: Path
    message: str


def sent(terminal: Terminal, folder: Path, serial: int) -> Sent:
    (who,) = terminal.register(person(serial))
    file = letter(folder, cpr(serial))
    (line,) = terminal.submit(file)
    return Sent(who, file, f"message:{line['message_uuid']}")


@pytest.fixture(autouse=True)
def authority(terminal: Terminal) -> None:
    if not terminal.facts():
        terminal.register(company())


def digests(secret: bytes) -> Iterator[str]:
    """The digests of a content that anybody can compute from it."""
    for name in HASHES:
        yield hashlib.new(name, secret, usedforsecurity=False).hexdigest()
    for size in BLAKE2B_SIZES:
        yield hashlib.blake2b(secret, digest_size=size).hexdigest()


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for part in value.values() for text in texts(part))
        case list():
            yield from (text for part in value for text in texts(part))
        case _:
            yield json.dumps(value)


def opened_texts(terminal: Terminal, rows: list[dict[str, Any]]) -> Iterator[bytes]:
    """Every personal value in the ledger, decrypted, and what it is made of."""
    settings = Settings(home=terminal.home)
    database = Database(terminal.url)
    vault = Vault(PostgresKeys(database.append), key_encryption_key(settings))
    for row in rows:
        if row["sealed"] is not None:
            decrypted = vault.decrypt(row["sealed"], KINDS[row["kind_name"]](row["subject"]))
            assert decrypted is not None
            assert decrypted.json_bytes is not None
            yield decrypted.json_bytes
            for value in decrypted.fields.values():
                yield json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
                yield from (text.encode() for text in texts(value))
    names = [file.name for file in terminal.documents()]
    store = FolderDocuments(terminal.home / "documents", vault)
    for name in names:
        content = store.get(UUID(name))
        assert content is not None
        yield content
    database.close()


def test_no_fact_and_no_document_name_holds_an_unkeyed_digest_of_what_is_personal(
    terminal: Terminal, tmp_path: Path
) -> None:
    anna = sent(terminal, tmp_path, 1)
    terminal.submit(letter(tmp_path, cpr(999)))
    terminal.ok("nemkonto", "designate", anna.who, *BY_BANK, stdin="5001 1234567890")
    terminal.ok("run", "--once")
    terminal.ok("open", anna.message, "--reader", anna.who)
    with psycopg.connect(terminal.url, row_factory=dict_row) as connection:
        rows = connection.execute(STORED).fetchall()
    secrets = {secret for secret in opened_texts(terminal, rows) if len(secret) > 2}
    secrets.add(anna.file.read_bytes())

    stored = [{name: value for name, value in row.items() if name != "sealed"} for row in rows]
    kept = json.dumps([stored, [str(file) for file in terminal.documents()]], default=str).replace("-", "")

    leaks = [secret[:60] for secret in secrets for digest in digests(secret) if digest[:HEX_DIGITS_COMPARED] in kept]
    assert leaks == []
    assert len(terminal.documents()) == 3, "the letters and the notice of the account"
    assert "5001 1234567890"[-4:].encode() in b" ".join(secrets), "the notice was among them"


def test_an_opened_proof_proves_the_bytes_of_the_letter_and_a_sealed_one_does_not(
    terminal: Terminal, tmp_path: Path
) -> None:
    anna = sent(terminal, tmp_path, 2)
    key = seal(terminal)
    digest = hashlib.sha256(anna.file.read_bytes()).hexdigest()

    prove(terminal, anna.message, tmp_path / "sealed.tlog-proof")
    prove(terminal, anna.message, tmp_path / "opened.tlog-proof", *FOR_A_CASE)
    terminal.ok("bundle", anna.message, "--out", str(tmp_path / "opened.zip"), *FOR_A_CASE)

    closed, opened, bundle = (
        verdict(tmp_path / name, key) for name in ("sealed.tlog-proof", "opened.tlog-proof", "opened.zip")
    )
    assert (closed.code, opened.code, bundle.code) == (VALID, VALID, VALID)
    assert digest not in closed.out
    assert f'"bytes_sha256":"{digest}"' in opened.out
    assert f'"bytes_sha256":"{digest}"' in bundle.out


def test_after_an_erasure_no_new_proof_leads_to_the_letter_and_the_old_one_holds(
    terminal: Terminal, tmp_path: Path
) -> None:
    anna = sent(terminal, tmp_path, 3)
    key = seal(terminal)
    prove(terminal, anna.message, tmp_path / "before.tlog-proof", *FOR_A_CASE)
    digest = hashlib.sha256(anna.file.read_bytes()).hexdigest()

    terminal.ok("erase", anna.who, "--class", "post", *ERASURE)
    prove(terminal, anna.message, tmp_path / "after.tlog-proof", *FOR_A_CASE)

    before, after = (verdict(tmp_path / name, key) for name in ("before.tlog-proof", "after.tlog-proof"))
    assert (before.code, after.code) == (VALID, VALID)
    assert digest in before.out
    assert digest not in after.out
    assert terminal.ok("history", anna.message, *FOR_A_CASE).out.count("bytes_sha256: ERASED") == 1
