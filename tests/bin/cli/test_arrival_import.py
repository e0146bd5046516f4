"""Arrivals of another system are taken over from a file: bad lines are named, and the same file changes nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bin.cli import exits
from tests.bin.terminal import AUTHORITY, Said, Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE, VALID, prove, seal, verdict

pytestmark = pytest.mark.slow

SYSTEM = "Digital Post 2 (2014-2022)"
WORDS = ("letter", "import", "-", "--system", SYSTEM, "--authority", AUTHORITY, "--case", "2026-migration", "--json")
ARRIVED_AT = "2021-03-01T10:00:00Z"
EVIDENCE = hashlib.sha256(b"MEMO_AVAILABLE_TO_RECIPIENT 2021-03-01").hexdigest()


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    _, who = terminal.register(company(), person(1))
    terminal.ok("run", "--once")
    return who


def arrival(**changes: Any) -> dict[str, Any]:
    line = {
        "message": str(uuid4()),
        "sender": AUTHORITY,
        "recipient": cpr(1),
        "available_at": ARRIVED_AT,
        "evidence_sha256": EVIDENCE,
    }
    return line | changes


def imported(terminal: Terminal, *lines: dict[str, Any] | str) -> Said:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return terminal.run(*WORDS, stdin=text)


def test_an_arrival_is_taken_over_with_its_time_and_its_system(terminal: Terminal, anna: str) -> None:
    line = arrival(available_at="2021-03-01T11:00:00+01:00")
    said = imported(terminal, line)
    assert said.code == 0
    (answer,) = said.lines
    assert (answer["line"], answer["status"], answer["message"]) == (1, "IMPORTED", f"message:{line['message']}")

    terminal.ok("run", "--once")
    (shown,) = terminal.ok("as-of", "messages", f"message:{line['message']}", "--json").lines
    row = shown["rows"][0]
    assert row["available_at"].startswith("2021-03-01T10:00:00")
    assert (row["stage"], row["arrival_system"], row["recipient"]) == ("imported", SYSTEM, anna)
    terminal.ok("verify", "messages")
    (history,) = terminal.ok("history", f"message:{line['message']}", "--json").lines
    (record,) = history["records"]
    assert (record["authority"], record["case"], record["actor"]) == (AUTHORITY, "2026-migration", "system:import")
    assert record["fields"]["evidence_sha256"] == "SEALED"


def test_bad_lines_are_named_and_refused_and_the_rest_is_taken_over(terminal: Terminal, anna: str) -> None:
    good, other = arrival(), arrival(sender=None)
    bad: list[tuple[dict[str, Any] | str, str]] = [
        ("not JSON", "line"),
        (arrival(message="abc"), "message"),
        (arrival(recipient=cpr(3999)), "recipient"),
        (arrival(recipient="123"), "recipient"),
        (arrival(available_at="2021-03-01"), "available_at"),
        (arrival(available_at="2021-03-01T10:00:00"), "available_at"),
        (arrival(available_at="2999-01-01T00:00:00Z"), "line"),
        (arrival(evidence_sha256="E" * 64), "evidence_sha256"),
        (arrival(title="Secret"), "(unknown)"),
    ]
    said = imported(terminal, good, *(line for line, _ in bad), other)

    assert said.code == exits.BAD_INPUT
    assert [line["status"] for line in (said.lines[0], said.lines[-1])] == ["IMPORTED", "IMPORTED"]
    faults = [(line["line"], [error["field"] for error in line["errors"]]) for line in said.lines[1:-1]]
    assert faults == [(number, [field]) for number, (_, field) in enumerate(bad, 2)]
    assert cpr(3999) not in said.out + said.err
    assert "Secret" not in said.out + said.err


def test_the_same_file_again_changes_nothing(terminal: Terminal, anna: str) -> None:
    lines = [arrival() for _ in range(3)]
    first = imported(terminal, *lines)
    head = terminal.head()
    again = imported(terminal, *lines, lines[0])
    assert [line["status"] for line in first.lines] == ["IMPORTED"] * 3
    assert [line["status"] for line in again.lines] == ["UNCHANGED"] * 4
    assert (again.code, terminal.head()) == (0, head)


def test_what_was_taken_over_by_mistake_is_annulled_and_taken_over_anew_and_its_proof_says_so(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    line = arrival()
    message = f"message:{line['message']}"
    imported(terminal, line)
    terminal.ok("letter", "annul-import", message, "--authority", AUTHORITY)
    (row,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
    assert (row["stage"], row["available_at"], row["arrival_system"]) == ("unknown", None, None)
    key, proof, bundle = seal(terminal), tmp_path / "annulled.tlog-proof", tmp_path / "annulled.zip"
    prove(terminal, message, proof, *FOR_A_CASE)
    terminal.ok("bundle", message, "--out", str(bundle), *FOR_A_CASE)
    shown = verdict(proof, key)
    assert (shown.code, verdict(bundle, key).code) == (VALID, VALID)
    assert "that the arrival taken over before is none" in " ".join(shown.out.split())

    right = line | {"available_at": "2021-03-02T10:00:00Z"}
    assert imported(terminal, right).lines[0]["status"] == "IMPORTED"
    (row,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
    assert row["available_at"].startswith("2021-03-02T10:00:00")
    terminal.ok("run", "--once")
    terminal.ok("verify")


def test_no_line_changes_what_arrived_here(terminal: Terminal, anna: str, tmp_path: Path) -> None:
    (submitted,) = terminal.submit(letter(tmp_path, cpr(1)))
    said = imported(terminal, arrival(message=submitted["message_uuid"]))
    assert (said.code, said.lines[0]["status"]) == (exits.BAD_INPUT, "REFUSED")


def test_its_proof_holds_the_fact_with_the_time_and_opened_the_digest_of_the_evidence(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    line = arrival()
    imported(terminal, line)
    key, proof, bundle = seal(terminal), tmp_path / "arrival.tlog-proof", tmp_path / "arrival.zip"
    prove(terminal, f"message:{line['message']}", proof, *FOR_A_CASE)
    terminal.ok("bundle", f"message:{line['message']}", "--out", str(bundle), *FOR_A_CASE)
    shown = verdict(proof, key)
    assert (shown.code, verdict(bundle, key).code) == (VALID, VALID)
    assert '"available_at":"2021-03-01T10:00:00Z"' in shown.out
    said = f'by the facts in this file: arrived (kommet frem) in "{SYSTEM}" at "2021-03-01T10:00:00Z"'
    assert said in " ".join(shown.out.split())
    assert f'"evidence_sha256":"{EVIDENCE}"' in shown.out
    assert f'"system":"{SYSTEM}"' in shown.out


def test_a_system_that_could_be_a_cpr_number_is_refused(terminal: Terminal, anna: str) -> None:
    words = [f"system {cpr(1)}" if word == SYSTEM else word for word in WORDS]
    said = terminal.run(*words, stdin=json.dumps(arrival()))
    assert said.code == exits.BAD_INPUT
    assert cpr(1) not in said.out
