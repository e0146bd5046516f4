"""Letters on paper by the terminal: ordered, listed, printed, posted and returned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bin.cli import exits
from domain.danish_time import day_of
from tests.bin.terminal import Terminal, company, cpr, letter, person

HOME = {"street": "Prøvevej 1", "postal_code": "2100", "city": "København Ø"}
FOR_A_CASE = ("--basis", "LBK 686/2021 § 10", "--authority", "34051178", "--case", "2026-17")
PRINTS = ("--authority", "34051178", "--basis", "forvaltningsloven § 28", "--json")


@pytest.fixture(scope="module")
def sender(terminal: Terminal) -> str:
    (authority,) = terminal.register(company())
    return authority


def rows(terminal: Terminal, register: str, subject: str) -> list[dict[str, Any]]:
    return list(terminal.ok("as-of", register, subject, "--json").lines[0]["rows"])


def to_print(terminal: Terminal, message: str) -> list[dict[str, Any]]:
    """The letters to be printed of one message."""
    (listed,) = terminal.ok("paper", "list", "--json").lines
    return [each for each in listed["letters"] if each["message"] == message]


def printed(terminal: Terminal, paper: str) -> dict[str, Any]:
    """A letter as the print service has it, which no other tool shows."""
    (shown,) = terminal.ok("paper", "print", paper, *PRINTS).lines
    del terminal.heard[-2:]
    return dict(shown)


def test_a_letter_that_cannot_be_delivered_goes_on_paper_with_an_arrival_of_its_own(
    terminal: Terminal, sender: str, tmp_path: Path
) -> None:
    (who,) = terminal.register(person(90, address=HOME))
    terminal.ok("citizen", "exempt", who)
    (line,) = terminal.submit(letter(tmp_path, cpr(90)))
    message = f"message:{line['message_uuid']}"
    assert line["status"] == "NOT_ALLOWED"

    terminal.ok("paper", "send", message, "--sender", sender)
    (order,) = to_print(terminal, message)
    shown = printed(terminal, order["letter"])
    assert shown["recipient"] == who
    assert shown["name"]["name"]["given"]
    assert shown["address"]["address"]["street"]
    assert "Kom til tiden." in shown["text"]
    assert terminal.facts(who)["DataDisclosed"] == 4

    terminal.ok("paper", "posted", order["letter"], "--address", shown["address_entry"])
    assert to_print(terminal, message) == []
    (row,) = rows(terminal, "paper_letters", message)
    today = day_of(datetime.now(UTC))
    assert (row["posted_on"], row["arrives_on"]) == (str(today), str(today + timedelta(days=5)))
    assert row["address"] == shown["address_entry"]
    (digital,) = rows(terminal, "messages", message)
    assert digital["available_at"] is None

    terminal.ok("paper", "returned", order["letter"], "--because", "moved")
    (row,) = rows(terminal, "paper_letters", message)
    assert (row["returned_on"], row["returned_because"]) == (str(today), "moved")
    assert terminal.run("paper", "annul-posting", order["letter"]).code == exits.REFUSED
    terminal.ok("paper", "annul-return", order["letter"])
    (corrected,) = rows(terminal, "paper_letters", message)
    assert corrected == row | {"returned_on": None, "returned_because": None}
    terminal.ok("paper", "annul-posting", order["letter"])
    (corrected,) = rows(terminal, "paper_letters", message)
    assert {corrected[name] for name in ("address", "posted_on", "arrives_on", "returned_on")} == {None}
    assert [each["letter"] for each in to_print(terminal, message)] == [order["letter"]]
    terminal.ok("paper", "posted", order["letter"], "--address", shown["address_entry"])
    terminal.ok("paper", "returned", order["letter"], "--because", "moved")
    assert rows(terminal, "paper_letters", message) == [row]
    terminal.ok("paper", "send", message, "--sender", sender)
    assert len(to_print(terminal, message)) == 1


def test_edge_32_submitted_again_after_paper_it_is_linked_by_its_message_id_and_arrives_once_each_way(
    terminal: Terminal, sender: str, tmp_path: Path
) -> None:
    (who,) = terminal.register(person(92, address=HOME))
    terminal.ok("citizen", "exempt", who)
    (refused,) = terminal.submit(letter(tmp_path, cpr(92), message_id="2026-77-1"))
    first = f"message:{refused['message_uuid']}"
    terminal.ok("paper", "send", first, "--sender", sender)
    (order,) = to_print(terminal, first)
    terminal.ok("paper", "posted", order["letter"], "--address", printed(terminal, order["letter"])["address_entry"])
    (paper,) = rows(terminal, "paper_letters", first)

    terminal.ok("citizen", "join", who)
    again, other = terminal.submit(
        letter(tmp_path, cpr(92), message_id="2026-77-1"), letter(tmp_path, cpr(92), message_id="2026-77-2")
    )

    second, third = (f"message:{line['message_uuid']}" for line in (again, other))
    assert (again["status"], second == first) == ("COMPLETED", False)
    (before,), (after,), (unlinked,) = (rows(terminal, "messages", message) for message in (first, second, third))
    assert before["reference_index"] == after["reference_index"] != unlinked["reference_index"]
    assert before["available_at"] is None
    assert after["available_at"] is not None
    assert rows(terminal, "paper_letters", second) == []
    assert rows(terminal, "paper_letters", first) == [paper]
    assert terminal.facts(first).get("MessageMadeAvailable", 0) == 0


def test_who_becomes_exempt_has_unopened_post_on_paper_and_both_times_are_shown(
    terminal: Terminal, sender: str, tmp_path: Path
) -> None:
    (who,) = terminal.register(person(91, address=HOME))
    unopened, opened = terminal.submit(letter(tmp_path, cpr(91)), letter(tmp_path, cpr(91)))
    terminal.ok("open", f"message:{opened['message_uuid']}", "--reader", who)
    terminal.ok("citizen", "exempt", who, "--resend-unopened")
    assert to_print(terminal, f"message:{opened['message_uuid']}") == []

    message = f"message:{unopened['message_uuid']}"
    (before,) = rows(terminal, "messages", message)
    (order,) = to_print(terminal, message)
    assert order["occasion"] == "unopened"
    shown = printed(terminal, order["letter"])
    terminal.ok("paper", "posted", order["letter"], "--address", shown["address_entry"])
    (after,) = rows(terminal, "messages", message)
    assert after == before
    (paper,) = rows(terminal, "paper_letters", message)
    assert before["available_at"]
    assert paper["arrives_on"] > before["available_at"][:10]


@pytest.mark.parametrize("barred", ["unavailable", "dead"])
def test_edge_07_a_letter_that_was_made_unavailable_or_whose_recipient_died_is_not_printed(
    terminal: Terminal, sender: str, tmp_path: Path, barred: str
) -> None:
    (who,) = terminal.register(person(93 if barred == "dead" else 94, address=HOME))
    (line,) = terminal.submit(letter(tmp_path, cpr(93 if barred == "dead" else 94)))
    message = f"message:{line['message_uuid']}"
    terminal.ok("citizen", "exempt", who, "--resend-unopened")
    (order,) = to_print(terminal, message)
    address = printed(terminal, order["letter"])["address_entry"]

    if barred == "dead":
        terminal.ok("citizen", "died", who, "--on", "2026-01-02")
    else:
        terminal.ok("letter", "unavailable", message, *FOR_A_CASE)

    assert to_print(terminal, message) == []
    words = "has died" if barred == "dead" else "was made unavailable"
    said = terminal.run("paper", "print", order["letter"], *PRINTS)
    assert (said.code, words in said.err) == (exits.REFUSED, True)
    said = terminal.run("paper", "posted", order["letter"], "--address", address)
    assert said.code == (exits.REFUSED if barred == "dead" else exits.OK), "what was handed to the post is reported"


def test_what_is_wrong_is_a_sentence(terminal: Terminal, sender: str, tmp_path: Path) -> None:
    (who,) = terminal.register(person(92))
    (line,) = terminal.submit(letter(tmp_path, cpr(92)))
    arrived = terminal.run("paper", "send", f"message:{line['message_uuid']}", "--sender", sender)
    assert (arrived.code, "goes on paper" in arrived.err) == (exits.REFUSED, True)
    unknown = "paper_letter:00000000-0000-4000-8000-000000000001"
    for call in (("returned", unknown), ("print", unknown, *PRINTS)):
        said = terminal.run("paper", *call)
        assert (said.code, "There is no such letter on paper" in said.err) == (exits.REFUSED, True)
    assert terminal.run("paper", "returned", who).code == exits.USAGE
