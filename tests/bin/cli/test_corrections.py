"""The incidents of 2022 by the terminal: wrong mailboxes, their letters, the senders, the decisions and the paper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bin.cli import exits
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, letter, person

pytestmark = pytest.mark.slow

READS = ("--authority", "34051178", "--basis", "LBK 686/2021 § 3", "--json")
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def sender(terminal: Terminal) -> str:
    """An authority; the clock is simulated from before the first record."""
    terminal.set_clock(BEGIN)
    (authority,) = terminal.register(company())
    return authority


def later(terminal: Terminal, days: int) -> str:
    """Let days pass; the new day."""
    with psycopg.connect(terminal.url) as connection:
        row = connection.execute("select ledger.clock()").fetchone()
    assert row is not None
    now: datetime = row[0] + timedelta(days=days)
    terminal.set_clock(now)
    return now.date().isoformat()


def submitted(terminal: Terminal, folder: Path, serial: int) -> tuple[str, str]:
    """The subject of a letter, and what became of it."""
    (line,) = terminal.submit(letter(folder, cpr(serial)))
    return f"message:{line['message_uuid']}", line["status"]


def listed(terminal: Terminal, entry: str) -> list[dict[str, Any]]:
    return list(terminal.ok("correction", "letters", entry, *READS).lines[0]["letters"])


def row(terminal: Terminal, register: str, subject: str) -> dict[str, Any]:
    (only,) = terminal.ok("as-of", register, subject, "--json").lines[0]["rows"]
    return dict(only)


def test_edge_29_a_mailbox_by_mistake_is_corrected_its_senders_informed_and_its_letters_sent_on_paper(
    terminal: Terminal, sender: str, tmp_path: Path
) -> None:
    (who,) = terminal.register(person(100))
    day = later(terminal, 0)
    first, _ = submitted(terminal, tmp_path, 100)
    later(terminal, 40)
    second, _ = submitted(terminal, tmp_path, 100)
    later(terminal, 30)

    terminal.ok("correction", "registration", who, "--should", "not_registered", "--from", day, "--decided-by", sender)
    assert row(terminal, "mail_registrations", who)["mode"] is None
    assert submitted(terminal, tmp_path, 100)[1] == "NOT_ALLOWED"
    corrected = row(terminal, "registration_corrections", who)
    entry = f"entry:{corrected['correction']}"
    assert (corrected["should"], corrected["valid_from"]) == ("not_registered", day)

    assert [(each["message"], each["sender"], each["informed"]) for each in listed(terminal, entry)] == [
        (first, sender, False),
        (second, sender, False),
    ]
    terminal.ok("correction", "inform", entry, "--sender", sender)
    assert terminal.ok("correction", "inform", entry, "--sender", sender, "--json").lines[0]["recorded"] == []
    assert row(terminal, "senders_informed", who)["sender"] == sender

    before = row(terminal, "messages", first)
    terminal.ok("correction", "decide", entry, first, "--decision", "not_arrived", "--decided-by", sender)
    terminal.ok("correction", "decide", entry, second, "--decision", "stands", "--decided-by", sender)
    assert row(terminal, "messages", first) == before
    assert row(terminal, "paper_letters", first)["occasion"] == "corrected"
    assert [(each["informed"], each["decision"]) for each in listed(terminal, entry)] == [
        (True, "not_arrived"),
        (True, "stands"),
    ]
    assert row(terminal, "impact_decisions", first)["decided_by"] == sender


def test_edge_03_a_backdated_exemption_lists_the_letters_in_between(
    terminal: Terminal, sender: str, tmp_path: Path
) -> None:
    (who,) = terminal.register(person(101))
    submitted(terminal, tmp_path, 101)
    since = later(terminal, 10)
    between, status = submitted(terminal, tmp_path, 101)
    assert status == "COMPLETED"
    later(terminal, 10)
    terminal.ok("citizen", "exempt", who, "--on", since)
    entry = f"entry:{row(terminal, 'exemptions', who)['entry']}"
    assert [each["message"] for each in listed(terminal, entry)] == [between]
    terminal.ok("correction", "decide", entry, between, "--decision", "excused", "--decided-by", sender)
    assert row(terminal, "messages", between)["available_at"]


def test_what_is_no_correction_or_no_letter_of_it_is_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    (who,) = terminal.register(person(102))
    unknown = "entry:00000000-0000-4000-8000-000000000001"
    said = terminal.run("correction", "letters", unknown, *READS)
    assert (said.code, "no such correction" in said.err) == (exits.REFUSED, True)
    today = later(terminal, 0)
    terminal.ok("correction", "registration", who, "--should", "not_registered", "--from", today)
    entry = f"entry:{row(terminal, 'registration_corrections', who)['correction']}"
    other, _ = submitted(terminal, tmp_path, 101)
    decided = ("--decision", "stands", "--decided-by", terminal.ok("find", stdin=AUTHORITY).out.split()[0])
    said = terminal.run("correction", "decide", entry, other, *decided)
    assert (said.code, "not one of the correction's time" in said.err) == (exits.REFUSED, True)
