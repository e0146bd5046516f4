"""What is recorded about an arrival in doubt, by the tools: it is in registers of its own, and moves no time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, letter, person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY = ("--basis", "forvaltningsloven § 24", "--authority", AUTHORITY, "--case", "2026-17")


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, and the authority that writes to her."""
    terminal.set_clock(NOW)
    return terminal.register(person(1), company())[0]


@pytest.fixture
def arrived(terminal: Terminal, anna: str, tmp_path: Path) -> str:
    """A letter that has arrived in Anna's mailbox."""
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    return f"message:{line['message_uuid']}"


def rows(terminal: Terminal, register: str, subject: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = terminal.ok("as-of", register, subject, "--json").lines[0]["rows"]
    return found


def test_edge_23_a_notification_that_fails_everywhere_moves_no_time(terminal: Terminal, arrived: str) -> None:
    (before,) = rows(terminal, "messages", arrived)
    for means in ("sms", "email", "push"):
        terminal.ok("letter", "notified", arrived, "--means", means, "--failed", "undelivered")
    assert rows(terminal, "messages", arrived) == [before]
    failed = rows(terminal, "notifications", arrived)
    assert sorted(row["means"] for row in failed) == ["email", "push", "sms"]
    assert all(row["failed_at"] is not None and row["notified_at"] is None for row in failed)
    assert {row["failed_because"] for row in failed} == {"undelivered"}


def test_what_a_gateway_reports_late_is_joined_to_the_notification_and_says_when_it_happened(
    terminal: Terminal, arrived: str
) -> None:
    (sent,) = terminal.ok("letter", "notified", arrived, "--means", "sms", "--json").lines
    late = ("--notification", sent["notification"], "--at", "2026-03-02T09:30:00+01:00", "--failed", "expired")
    terminal.ok("letter", "notified", arrived, "--means", "sms", *late)
    (row,) = rows(terminal, "notifications", arrived)
    assert f"notification:{row['notification']}" == sent["notification"]
    assert row["failed_at"] == "2026-03-02T08:30:00+00:00"
    assert (row["notified_at"], row["failed_because"]) == ("2026-03-02T09:00:00+00:00", "expired")
    assert terminal.run("letter", "notified", arrived, "--means", "push", *late).code == 3


def test_a_dispute_its_decision_and_an_excuse_are_in_their_register_and_move_no_time(
    terminal: Terminal, anna: str, arrived: str
) -> None:
    (before,) = rows(terminal, "messages", arrived)
    terminal.ok("letter", "dispute", arrived, "--recipient", anna, stdin="It never came to me.")
    assert "never came" not in terminal.ok("history", arrived).out
    assert terminal.run("letter", "decide", arrived, "--not-arrived", "--basis", " ", *BY[2:]).code == 2
    nobody = terminal.run("letter", "decide", arrived, "--not-arrived", *BY[:2], "--authority", "90000004")
    assert "not entered as an authority" in nobody.err
    terminal.ok("letter", "decide", arrived, "--not-arrived", "--reasons", *BY, stdin="The server was out.")
    assert "server" not in terminal.ok("history", arrived).out
    terminal.ok("letter", "excuse", arrived, "--answer-by", "2026-04-01", *BY)
    (dispute,) = rows(terminal, "disputes", arrived)
    assert (dispute["arrived"], dispute["answer_by"]) == (False, "2026-04-01")
    assert (
        dispute["decided_by"]
        == dispute["excused_by"]
        == terminal.ok("find", "--json", stdin=AUTHORITY).lines[0]["subject"]
    )
    assert rows(terminal, "messages", arrived) == [before]
    terminal.ok("letter", "decide", arrived, "--arrived", *BY)
    (anew,) = rows(terminal, "disputes", arrived)
    assert anew["arrived"] is True
    assert rows(terminal, "messages", arrived) == [before]


def test_edge_04_a_death_that_is_learned_later_flags_the_letters_after_it_until_it_is_corrected(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    (bo,) = terminal.register(person(2))
    (line,) = terminal.submit(letter(tmp_path, cpr(2)))
    message = f"message:{line['message_uuid']}"
    terminal.ok("citizen", "died", bo, "--on", "2026-02-27")
    (flagged,) = rows(terminal, "messages", message)
    assert (flagged["arrived_after"], flagged["stage"]) == ("2026-02-27", "available")
    assert flagged["available_at"] == "2026-03-02T09:00:00+00:00"
    terminal.ok("citizen", "correct-death", bo)
    (lifted,) = rows(terminal, "messages", message)
    assert lifted["arrived_after"] is None
    assert terminal.facts(message)["ArrivalFlagLifted"] == 1
