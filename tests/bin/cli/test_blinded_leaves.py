"""What is sealed says of no record whom it concerns, and what was recorded before salts is sealed as before."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg
import pytest

from adapters.seal.formats.tiles import entries_in
from adapters.seal.writer.store import SealStore
from tests.bin.terminal import AUDITOR, Terminal, company, letter, person
from tests.bin.verifier.stranger import VALID, prove, seal, verdict
from tests.forging import forging

SUBJECT = re.compile(
    rb"(?<![a-z])(?!log:|register:)[a-z]+:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


@pytest.fixture(scope="module")
def sender(terminal: Terminal) -> Terminal:
    """A ledger with a letter from an authority to a person."""
    terminal.register(company(), person(31))
    return terminal


def leaves(terminal: Terminal) -> list[bytes]:
    with psycopg.connect(terminal.url) as connection:
        return [leaf for packed in SealStore(connection).bundles(0, 9).values() for leaf in entries_in(packed)]


def test_no_leaf_names_whom_it_concerns_and_the_entries_of_an_auditor_do_not_either(
    sender: Terminal, tmp_path: Path
) -> None:
    (sent,) = sender.submit(letter(tmp_path, "6101900031"))
    assert sent["position"] is not None
    seal(sender)
    sender.ok("seal", "export", str(tmp_path / "audited"), *AUDITOR)

    sealed = leaves(sender)
    assert len(sealed) > sent["position"]
    with psycopg.connect(sender.url) as connection:
        uuids = connection.execute("select distinct s.subject::text from ledger.subject s join ledger.subject_kind k"
                                   " using (kind) where k.name not in ('log', 'register')").fetchall()  # fmt: skip
    files = [file.read_bytes() for file in (tmp_path / "audited").rglob("*") if file.is_file()]
    for content in [*sealed, *files]:
        assert SUBJECT.search(content) is None
        # A letter's command has the letter's uuid; nobody is found by it.
        assert not [uuid for (uuid,) in uuids if uuid.encode() in content.replace(_command(content), b"")]
    assert sender.run("verify", "ledger").code == 0


def _command(content: bytes) -> bytes:
    try:
        fields = json.loads(content)
    except ValueError:
        return b"\0"
    return bytes(fields["command"], "ascii")


def test_a_record_of_before_the_ledger_had_salts_is_sealed_and_proved_in_the_first_form(
    sender: Terminal, tmp_path: Path
) -> None:
    before = sender.head()
    (who,) = sender.register(person(32))
    with forging(sender.url, "ledger.record") as owner:
        owner.execute("update ledger.record set caller = null, salt = null where position > %s", [before])
    key = seal(sender)

    fields = json.loads(leaves(sender)[before])
    assert "rigsbog" not in fields
    assert who in {subject for leaf in leaves(sender)[before:] for subject in json.loads(leaf).get("subjects", [])}
    sender.ok("verify", "ledger")
    file = tmp_path / "first.tlog-proof"
    prove(sender, before + 1, file)
    assert verdict(file, key).code == VALID
