"""A letter to a number that was given by mistake arrives at nobody else once the mistake is corrected (W1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, held_until, letter, person

VALUE_DATE = date(2026, 3, 10)


def test_w1_a_letter_held_back_does_not_arrive_at_whom_its_number_led_to_by_mistake(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.set_clock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    _, eva = terminal.register(company(), person(3))
    terminal.ok("citizen", "renumber", eva, stdin=cpr(9))
    (line,) = terminal.submit(letter(tmp_path, cpr(9), **held_until(VALUE_DATE)))
    message = f"message:{line['message_uuid']}"
    assert line["status"] == "SCHEDULED"
    terminal.ok("citizen", "renumber", eva, stdin=cpr(3))
    terminal.ok("citizen", "withdraw-number", eva, stdin=cpr(9))
    (finn,) = terminal.register(person(9))

    terminal.set_clock(datetime(2026, 3, 10, 9, tzinfo=UTC))
    terminal.ok("run", "--once")

    facts = terminal.facts(message)
    assert "MessageMadeAvailable" not in facts
    assert facts["ReleaseRefused"] == 1
    for reader in (eva, finn):
        assert terminal.run("open", message, "--reader", reader).code == 3
    (sender,) = terminal.ok("find", stdin=AUTHORITY).out.split()[:1]
    assert terminal.run("paper", "send", message, "--sender", sender).code == 3
    again = letter(tmp_path, cpr(9))
    (line,) = terminal.submit(again)
    assert line["status"] == "COMPLETED"
    terminal.ok("open", f"message:{line['message_uuid']}", "--reader", finn)


def test_w1_a_letter_on_paper_is_not_printed_with_the_address_of_whom_its_number_led_to_by_mistake(
    terminal: Terminal, tmp_path: Path
) -> None:
    (gry,) = terminal.register(person(4))
    terminal.ok("citizen", "renumber", gry, stdin=cpr(8))
    terminal.ok("citizen", "exempt", gry)
    (line,) = terminal.submit(letter(tmp_path, cpr(8)))
    message = f"message:{line['message_uuid']}"
    (sender,) = terminal.ok("find", stdin=AUTHORITY).out.split()[:1]
    terminal.ok("paper", "send", message, "--sender", sender)
    (listed,) = terminal.ok("paper", "list", "--json").lines[0]["letters"]
    assert listed["message"] == message
    terminal.ok("citizen", "renumber", gry, stdin=cpr(4))
    terminal.ok("citizen", "withdraw-number", gry, stdin=cpr(8))

    assert terminal.ok("paper", "list", "--json").lines[0]["letters"] == []
    assert terminal.run("paper", "print", listed["letter"]).code == 3
