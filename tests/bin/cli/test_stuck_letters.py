"""A letter without a final receipt is reported as stuck until it has one; a receipt says what its sender does next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bin.cli import exits
from domain.danish_time import COPENHAGEN
from tests.bin.answered import disclosed
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, held_until, letter, person


def test_a_letter_without_a_final_receipt_after_a_day_is_reported_until_it_has_one(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.set_clock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    anna, _ = terminal.register(person(1), company())
    day = date(2026, 3, 5)
    release = datetime.combine(day, time(), COPENHAGEN)
    sent_at_once, held = terminal.submit(letter(tmp_path, cpr(1)), letter(tmp_path, cpr(1), **held_until(day)))
    assert (sent_at_once["status"], held["status"]) == ("COMPLETED", "SCHEDULED")
    terminal.ok("run", "--once")

    terminal.set_clock(release + timedelta(hours=24))
    none: dict[str, Any] = {"letters": 0, "waits_since": None, "named": []}
    assert terminal.run("status", "--json").lines[0]["stuck"] == none, "its release is overdue, and it is not stuck yet"
    terminal.set_clock(release + timedelta(hours=24, seconds=1))
    said = terminal.run("status", "--json")
    assert said.code == 1
    stuck = said.lines[0]["stuck"]
    assert (stuck["letters"], datetime.fromisoformat(stuck["waits_since"]), stuck["named"]) == (1, release, [])

    unnamed, head = terminal.run("status"), terminal.head()
    named = terminal.run("status", "--letters")
    assert "Letters that wait too long for their final receipt: 1, the oldest" in " ".join(unnamed.out.split())
    assert [held["message_uuid"] in said.out for said in (unnamed, named)] == [False, True]
    assert disclosed(terminal.url, head) == {anna}
    with terminal.monkeypatch.context() as patch:
        patch.setattr(Terminal, "environment", {"DATABASE_URL": terminal.url, "RIGSBOG_HOME": str(terminal.home)})
        without_basis = terminal.run("status", "--letters")
    assert (without_basis.code, without_basis.out) == (exits.USAGE, "")

    terminal.ok("run", "--once")
    assert terminal.ok("status", "--letters", "--json").lines[0]["stuck"] == none


def test_the_receipt_of_a_letter_to_the_exempt_says_to_take_the_next_channel(
    terminal: Terminal, tmp_path: Path
) -> None:
    (anna,) = terminal.register(person(2))
    terminal.ok("citizen", "exempt", anna)
    (line,) = terminal.submit(letter(tmp_path, cpr(2)))
    assert [error["advice"] for error in line["errors"]] == ["next_channel"]
    listed = terminal.ok("receipts", "--sender", "--json", stdin=AUTHORITY).lines
    advice = {one["status"]: one["advice"] for one in listed if one["message"] == f"message:{line['message_uuid']}"}
    assert advice == {"RECEIVED": None, "NOT_ALLOWED": "next_channel"}
    assert "recipient.is.exempt next_channel" in terminal.ok("receipts", "--sender", stdin=AUTHORITY).out
