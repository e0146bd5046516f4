"""Who may send is what the ledger says, never what a letter claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.memo import LetterParty
from bin.cli import exits
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, letter, person

NEIGHBOUR, ANNA = 1, 2
COURT, FIRM = "90000004", "90000012"


@pytest.fixture(scope="module")
def people(terminal: Terminal) -> dict[str, str]:
    """A citizen, her neighbour, an authority with every right, and a firm and a court without any."""
    names = ("authority", "court", "firm", "neighbour", "anna")
    lines = (company(), company(COURT), company(FIRM), person(NEIGHBOUR), person(ANNA))
    subjects = dict(zip(names, terminal.register(*lines), strict=True))
    terminal.ok("run", "--once")
    return subjects


def codes(answer: dict[str, Any]) -> list[str]:
    return [fault["code"] for fault in answer["errors"]]


def party(number: str) -> LetterParty:
    return LetterParty(id=number, id_type="CPR" if len(number) == len(cpr(ANNA)) else "CVR", label="Prøve")


def from_court(folder: Path) -> Path:
    return letter(folder, cpr(ANNA), sender=party(COURT), legal_notification=True)


@pytest.mark.parametrize("sender", [cpr(NEIGHBOUR), FIRM, cpr(3999)])
def test_w16_a_neighbour_a_firm_and_a_stranger_serve_no_summons(
    terminal: Terminal, people: dict[str, str], tmp_path: Path, sender: str
) -> None:
    summons = letter(tmp_path, cpr(ANNA), sender=party(sender), legal_notification=True)

    (answer,) = terminal.submit(summons)

    assert answer["status"] == "NOT_ALLOWED"
    assert codes(answer) == ["sender.not.allowed", "legal.notification.not.allowed"]
    message = f"message:{answer['message_uuid']}"
    assert terminal.run("open", message, "--reader", people["anna"]).code == exits.REFUSED
    assert "ServiceEffected" not in terminal.facts(people["anna"])


def test_a_court_serves_from_the_day_of_its_right_until_its_end(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    court = people["court"]
    terminal.ok("citizen", "enter-authority", court, "--kind", "court", "--on", "2020-01-01")
    for right in ("public_sender", "legal_notification"):
        terminal.ok("citizen", "grant-sending-right", court, "--kind", right, "--on", "2020-01-01")
    assert terminal.submit(from_court(tmp_path))[0]["status"] == "COMPLETED"

    (right,) = [
        row
        for row in terminal.ok("as-of", "sending_rights", court, "--json").lines[0]["rows"]
        if row["kind"] == "legal_notification"
    ]
    terminal.ok("citizen", "end-entry", court, "--entry", f"entry:{right['entry']}", "--on", "2021-01-01")
    assert codes(terminal.submit(from_court(tmp_path))[0]) == ["legal.notification.not.allowed"]

    def held(day: str) -> set[str]:
        rows = terminal.ok("as-of", "sending_rights", court, "--valid", day, "--json").lines[0]["rows"]
        return {row["kind"] for row in rows}

    assert held("2020-12-31") == {"public_sender", "legal_notification"}
    assert held("2021-01-01") == {"public_sender"}

    terminal.ok("citizen", "reopen-entry", court, "--entry", f"entry:{right['entry']}")
    assert terminal.submit(from_court(tmp_path))[0]["status"] == "COMPLETED"
    terminal.ok("citizen", "annul-entry", court, "--entry", f"entry:{right['entry']}")
    assert held("2020-12-31") == {"public_sender"}


def test_rights_are_given_to_authorities_only(terminal: Terminal, people: dict[str, str]) -> None:
    said = terminal.run("citizen", "grant-sending-right", people["firm"], "--kind", "mandatory", "--on", "2026-01-01")

    assert said.code == exits.REFUSED
    assert "authority" in said.err


def test_a_line_gives_rights_to_authorities_only(terminal: Terminal) -> None:
    line = company("90000020") | {"sending_rights": ["public_sender"]}
    said = terminal.run("register", "-", "--json", stdin=str(line).replace("'", '"'))

    assert said.code == exits.BAD_INPUT
    assert "authority" in said.out


def test_the_number_of_a_firm_is_not_in_the_header_of_its_letter(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    """A sole trader's number leads to a person, and a header is not encrypted."""
    terminal.ok("citizen", "break-grace", people["authority"])
    (answer,) = terminal.submit(letter(tmp_path, AUTHORITY, id_type="CVR", sender=party(FIRM)))

    assert answer["status"] == "COMPLETED"
    records = terminal.ok("history", f"message:{answer['message_uuid']}", "--json").lines[0]["records"]
    assert {record["authority"] for record in records} == {AUTHORITY}
    assert FIRM not in str(records)
