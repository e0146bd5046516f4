"""A letter to nobody registered can be erased alone, and its owner's deletion for good deletes what the letter says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.documents import FolderDocuments
from bin.cli import exits
from tests.bin.killed import Kill
from tests.bin.terminal import Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE, VALID, prove, seal, verdict

pytestmark = pytest.mark.slow

ERASURE = ("--basis", "GDPR art. 17(1)(d)", "--authority", "34051178", "--case", "2026-9")
TITLE, NOBODY = "Afslag paa behandling", cpr(3999)


@dataclass(frozen=True)
class Sent:
    file: Path
    message: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    _, who = terminal.register(company(), person(1))
    terminal.ok("run", "--once")
    return who


def sent(terminal: Terminal, folder: Path, recipient: str = NOBODY, **more: Any) -> Sent:
    file = letter(folder, recipient, label=TITLE, **more)
    (line,) = terminal.submit(file)
    return Sent(file, f"message:{line['message_uuid']}")


def documents(terminal: Terminal) -> set[Path]:
    return {file for file in (terminal.home / "documents").rglob("*") if file.is_file()}


def test_w21_a_letter_to_a_number_that_nobody_bears_is_erased(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    erased, kept = sent(terminal, tmp_path), sent(terminal, tmp_path)
    assert TITLE in terminal.ok("history", erased.message, *FOR_A_CASE).out

    terminal.ok("erase", erased.message, "--class", "rejected", *ERASURE)

    assert TITLE not in terminal.ok("history", erased.message, *FOR_A_CASE).out
    assert "ERASED" in terminal.ok("as-of", "messages", erased.message, *FOR_A_CASE).out
    assert terminal.facts(erased.message)["KeysDestroyed"] == 1
    assert TITLE in terminal.ok("history", kept.message, *FOR_A_CASE).out
    seal(terminal)
    proof = tmp_path / "after.tlog-proof"
    prove(terminal, erased.message, proof, *FOR_A_CASE)
    assert erased.digest not in proof.read_text()
    terminal.ok("run", "--once")
    terminal.ok("verify", "messages")


def test_an_erasure_of_a_letter_is_done_once(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    letter_to_nobody = sent(terminal, tmp_path)
    terminal.ok("erase", letter_to_nobody.message, "--class", "all", *ERASURE)
    head = terminal.head()

    said = terminal.ok("erase", letter_to_nobody.message, "--class", "all", *ERASURE)

    assert said.err.startswith("There is nothing to erase")
    assert terminal.head() == head


def test_a_letter_to_somebody_registered_is_erased_with_the_recipients_post_only(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    to_anna = sent(terminal, tmp_path, cpr(1))
    head = terminal.head()

    said = terminal.run("erase", to_anna.message, "--class", "post", *ERASURE)

    assert said.code == exits.USAGE
    assert "encrypted with its recipient's key" in " ".join(said.err.split())
    assert terminal.head() == head


def test_opening_a_letter_to_nobody_registered_is_recorded(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    to_nobody = sent(terminal, tmp_path)
    before = terminal.facts().get("DataDisclosed", 0)
    assert TITLE in terminal.ok("history", to_nobody.message, *FOR_A_CASE).out
    assert terminal.facts()["DataDisclosed"] == before + 1


def test_w20_the_owners_deletion_deletes_what_the_letter_says_and_the_senders_proof_stays(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    before = documents(terminal)
    deleted, kept = sent(terminal, tmp_path, cpr(1)), sent(terminal, tmp_path, cpr(1))
    assert len(documents(terminal) - before) == 2

    terminal.ok("open", deleted.message, "--reader", anna, "--act", "delete")

    assert len(documents(terminal) - before) == 1
    assert terminal.run("open", deleted.message, "--reader", anna).code == exits.REFUSED
    assert "Kom til tiden." in terminal.ok("open", kept.message, "--reader", anna).out
    key, proof = seal(terminal), tmp_path / "sender.tlog-proof"
    prove(terminal, deleted.message, proof, *FOR_A_CASE)
    shown = verdict(proof, key)
    assert shown.code == VALID
    assert f'"bytes_sha256":"{deleted.digest}"' in shown.out
    assert "available_at (kommet frem)" in shown.out


def test_a_letter_in_the_bin_keeps_what_it_says(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    binned = sent(terminal, tmp_path, cpr(1))
    terminal.ok("open", binned.message, "--reader", anna, "--act", "move", "--folder", "deleted")
    assert "Kom til tiden." in terminal.ok("open", binned.message, "--reader", anna).out


def test_a_deletion_that_is_refused_deletes_nothing(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    theirs = sent(terminal, tmp_path, cpr(1))
    (stranger,) = terminal.register(person(2))
    before = documents(terminal)
    assert terminal.run("open", theirs.message, "--reader", stranger, "--act", "delete").code == exits.REFUSED
    assert documents(terminal) == before


def test_the_same_letter_again_after_its_deletion_brings_nothing_back(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    deleted = sent(terminal, tmp_path, cpr(1))
    terminal.ok("open", deleted.message, "--reader", anna, "--act", "delete")
    before = documents(terminal)
    (line,) = terminal.submit(deleted.file)
    assert (line["status"], documents(terminal)) == ("REPLAYED", before)


@pytest.mark.kills
def test_a_deletion_that_is_killed_half_way_is_finished_by_the_same_call(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    before = documents(terminal)
    deleted = sent(terminal, tmp_path, cpr(1))
    words = ("open", deleted.message, "--reader", anna, "--act", "delete")

    terminal.killed(Kill(FolderDocuments.delete, 1, "before"), *words)
    assert (terminal.facts(deleted.message)["ItemDeleted"], len(documents(terminal) - before)) == (1, 1)
    terminal.ok(*words)

    assert (terminal.facts(deleted.message)["ItemDeleted"], documents(terminal)) == (1, before)


def test_nobody_prints_a_letter_that_its_owner_deleted(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    (who,) = terminal.register(
        person(5, address={"street": "Prøvevej 1", "postal_code": "2100", "city": "København Ø"})
    )
    deleted = sent(terminal, tmp_path, cpr(5))
    terminal.ok("citizen", "exempt", who, "--resend-unopened")
    (order,) = [
        each
        for each in terminal.ok("paper", "list", "--json").lines[0]["letters"]
        if each["message"] == deleted.message
    ]
    terminal.ok("open", deleted.message, "--reader", who, "--act", "delete")

    said = terminal.run(
        "paper", "print", order["letter"], "--authority", "34051178", "--basis", "forvaltningsloven § 28"
    )

    assert said.code == exits.REFUSED
    assert "deleted" in said.err


def stored(terminal: Terminal, before: set[Path]) -> Path:
    """The one document that is new."""
    (document,) = documents(terminal) - before
    return document


@pytest.mark.parametrize("left", [None, 0, 20])
def test_a_summons_whose_content_cannot_be_shown_is_not_opened_and_serves_nobody(
    terminal: Terminal, anna: str, tmp_path: Path, left: int | None
) -> None:
    before = documents(terminal)
    summons = sent(terminal, tmp_path, cpr(1), legal_notification=True)
    document = stored(terminal, before)
    whole = document.read_bytes()
    if left is None:
        document.unlink()
    else:
        document.write_bytes(whole[:left])
    head = terminal.head()

    said = terminal.run("open", summons.message, "--reader", anna)

    assert (said.code, terminal.head()) == (exits.BROKEN, head)
    assert said.err
    document.write_bytes(whole)
    assert "Kom til tiden." in terminal.ok("open", summons.message, "--reader", anna).out
    assert terminal.facts(summons.message)["ServiceEffected"] == 1


def test_a_message_whose_content_was_erased_is_not_opened(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    (who,) = terminal.register(person(6))
    erased = sent(terminal, tmp_path, cpr(6), legal_notification=True)
    terminal.ok("erase", who, "--class", "post", *ERASURE)
    head = terminal.head()

    said = terminal.run("open", erased.message, "--reader", who)

    assert (said.code, terminal.head()) == (exits.REFUSED, head)
    assert "erased" in said.err


def test_who_has_no_access_does_not_learn_that_the_content_is_missing(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    before = documents(terminal)
    theirs = sent(terminal, tmp_path, cpr(1))
    stored(terminal, before).unlink()
    (stranger,) = terminal.register(person(7))
    said = terminal.run("open", theirs.message, "--reader", stranger)
    assert said.code == exits.REFUSED
    assert "Only the recipient" in said.err
