"""What an administrator does about a letter: scanned at its submission, rejected or made unavailable later."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.memo import Enclosure
from domain.danish_time import COPENHAGEN
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, held_until, letter, person

FOR_A_CASE = ("--authority", "34051178", "--case", "2026-17")
HARMLESS_TEST_VIRUS = b"HARMLESS-TEST-VIRUS"
SCANNER = f"""#!/bin/sh
grep -q {HARMLESS_TEST_VIRUS.decode()} && exit 1
exit 0
"""


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, and the authority that writes to her."""
    return terminal.register(person(1), company())[0]


def scanner(folder: Path, text: str = SCANNER) -> str:
    """A program that scans, as the setting names it."""
    program = folder / "scan"
    program.write_text(text)
    program.chmod(0o755)
    return str(program)


class TestScanning:
    def test_a_letter_whose_file_holds_a_virus_is_invalid_and_never_arrives(
        self, terminal: Terminal, anna: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RIGSBOG_VIRUS_SCANNER", scanner(tmp_path))
        infected = letter(tmp_path, cpr(1), main=Enclosure("brev.txt", "text/plain", HARMLESS_TEST_VIRUS))
        (bad,) = terminal.submit(infected)
        (good,) = terminal.submit(letter(tmp_path, cpr(1)))
        assert (bad["status"], [error["code"] for error in bad["errors"]]) == ("INVALID", ["virus.found"])
        assert good["status"] == "COMPLETED"
        assert terminal.facts(f"message:{bad['message_uuid']}") == {
            "MessageSubmitted": 1,
            "VirusFound": 1,
            "MessageRejected": 1,
            "ReceiptIssued": 2,
        }

    @pytest.mark.parametrize("program", ["#!/bin/sh\nexit 2\n", None])
    def test_without_a_working_scanner_nothing_is_submitted(
        self, terminal: Terminal, anna: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None
    ) -> None:
        named = str(tmp_path / "missing") if program is None else scanner(tmp_path, program)
        monkeypatch.setenv("RIGSBOG_VIRUS_SCANNER", named)
        head = terminal.head()
        said = terminal.run("submit", str(letter(tmp_path, cpr(1))))
        assert said.code == 69
        assert "The virus scanner does not work, so nothing is submitted: check RIGSBOG_VIRUS_SCANNER." in said.err
        assert terminal.head() == head


class TestLater:
    def test_edge_15_a_virus_found_later_bars_the_readers_informs_the_sender_and_moves_no_time(
        self, terminal: Terminal, anna: str, tmp_path: Path
    ) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1), legal_notification=True))
        message = f"message:{line['message_uuid']}"
        (before,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
        terminal.ok("letter", "virus", message, "--scanner", "clamdscan", *FOR_A_CASE)
        said = terminal.run("open", message, "--reader", anna)
        assert (said.code, said.out) == (3, "")
        assert "made this message unavailable" in said.err
        (after,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
        assert (after["available_at"], after["stage"]) == (before["available_at"], "available")
        assert (after["unavailable_because"], after["served_at"]) == ("virus", None)
        listed = terminal.ok("receipts", "--sender", "--json", stdin=AUTHORITY).lines
        assert "UNAVAILABLE" in {one["status"] for one in listed if one["message"] == message}

    def test_a_virus_in_a_letter_held_back_rejects_it(self, terminal: Terminal, anna: str, tmp_path: Path) -> None:
        later = datetime.now(COPENHAGEN).date() + timedelta(days=3)
        (line,) = terminal.submit(letter(tmp_path, cpr(1), **held_until(later)))
        message = f"message:{line['message_uuid']}"
        terminal.ok("letter", "virus", message, "--scanner", "clamdscan", *FOR_A_CASE)
        (row,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
        assert (row["stage"], row["available_at"]) == ("rejected", None)
        (due,) = terminal.ok("as-of", "due_times", message, "--json").lines[0]["rows"]
        assert due["settled"]

    def test_edge_07_a_wrong_dispatch_is_made_unavailable_in_its_case(
        self, terminal: Terminal, anna: str, tmp_path: Path
    ) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1)))
        message = f"message:{line['message_uuid']}"
        basis = ("--basis", "GDPR art. 5(1)(f)")
        assert terminal.run("letter", "unavailable", message, *basis, "--authority", "34051178").code == 2
        assert terminal.run("letter", "unavailable", message, "--basis", " ", *FOR_A_CASE).code == 2
        terminal.ok("letter", "unavailable", message, *basis, *FOR_A_CASE)
        records = terminal.ok("history", message, "--json").lines[0]["records"]
        (made,) = (record for record in records if record["fact"] == "MessageMadeUnavailable")
        assert made["fields"]["cause"] == "wrong_dispatch"
        assert (made["authority"], made["case"], made["legal_basis"]) == ("34051178", "2026-17", "GDPR art. 5(1)(f)")

    def test_after_a_false_alarm_or_a_mistaken_order_the_letter_is_read_again(
        self, terminal: Terminal, anna: str, tmp_path: Path
    ) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1)))
        message = f"message:{line['message_uuid']}"
        (before,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
        basis = ("--basis", "GDPR art. 5(1)(d)")
        assert terminal.run("letter", "virus", message, "--scanner", "x", "--file", "2", *FOR_A_CASE).code == 3
        for made, lifted in (
            (("virus", message, "--scanner", "clamdscan", "--file", "1"), ("no-virus", message, "--file", "1")),
            (("unavailable", message, *basis), ("available-again", message, *basis)),
        ):
            terminal.ok("letter", *made, *FOR_A_CASE)
            assert terminal.run("open", message, "--reader", anna).code == 3
            terminal.ok("letter", *lifted, *FOR_A_CASE)
            assert "Kom til tiden." in terminal.ok("open", message, "--reader", anna).out
        (after,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
        assert after["available_at"] == before["available_at"]
        assert (after["virus_file"], after["unavailable_at"], after["unavailable_because"]) == (1, None, None)
        assert after["virus_annulled_at"] < after["available_again_at"]
        listed = terminal.ok("receipts", "--sender", "--json", stdin=AUTHORITY).lines
        statuses = [one["status"] for one in listed if one["message"] == message]
        assert [statuses.count(status) for status in ("UNAVAILABLE", "AVAILABLE_AGAIN")] == [2, 2]

    def test_an_unknown_letter_is_refused(self, terminal: Terminal) -> None:
        unknown = "message:00000000-0000-4000-8000-000000000000"
        assert terminal.run("letter", "virus", unknown, "--scanner", "clamdscan", *FOR_A_CASE).code == 3
