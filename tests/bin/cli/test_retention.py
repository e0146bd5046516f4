"""The content of a dead person's mailbox is deleted by its term, without anybody asking; the facts stay and agree."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bin.terminal import Terminal, company, cpr, letter, person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIVE_YEARS_LATER = datetime(2031, 3, 2, 12, tzinfo=UTC)
BY = ("--authority", "34051178", "--case", "2026-17")
TITLE = "Prøveopkrævning"


@pytest.fixture(scope="module")
def people(terminal: Terminal) -> dict[str, str]:
    """Four people and an authority that writes to them; Anna and Bo are dead, and so was Carl by mistake."""
    terminal.set_clock(NOW)
    names = ("anna", "bo", "carl", "dora", "court")
    return dict(zip(names, terminal.register(person(1), person(2), person(3), person(4), company()), strict=True))


def shown(terminal: Terminal, *options: str) -> dict[str, Any]:
    return {line["holder"]: line for line in terminal.ok("retention", "show", "--json", *options).lines}


def title_of(terminal: Terminal, message: str) -> Any:
    """What an authority with a case sees of the letter's title."""
    read = ("--open", "--authority", "34051178", "--basis", "retsplejeloven § 298")
    (submitted,) = (
        record
        for record in terminal.ok("history", message, *read, "--json").lines[0]["records"]
        if record["fact"] == "MessageSubmitted"
    )
    return submitted["fields"]["title"]


def wait_is_over(terminal: Terminal, holder: str) -> None:
    """What waits since a death long ago was recorded is shown with that rule, is not due, and falls due half a year
    later; without the deletion.
    """
    assert shown(terminal, "--due") == {}
    waits = shown(terminal)[holder]
    assert waits["rule"] == "digital_post.content_after_recording_days@2012-07-01"
    assert terminal.ok("retention", "apply", "--json").lines == [{"deleted": []}]
    terminal.set_clock(datetime.fromisoformat(waits["due_on"]).replace(hour=12, tzinfo=UTC))
    terminal.ok("citizen", "died", holder, "--on", "2020-01-01")  # A repeat: it executes what has fallen due.
    assert set(shown(terminal, "--due")) == {holder}


def test_edge_31_content_is_deleted_five_years_after_a_death_and_the_facts_stay(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    letters = terminal.submit(*(letter(tmp_path, cpr(serial)) for serial in (1, 2, 3, 4, 3999)))
    to_anna, to_bo, to_carl, to_dora, to_nobody = (f"message:{line['message_uuid']}" for line in letters)
    for name in ("anna", "bo", "carl"):
        terminal.ok("citizen", "died", people[name], "--on", "2026-03-02")
    terminal.ok("citizen", "correct-death", people["carl"])
    basis = ("--basis", "BEK 1553/2013 § 14(5)")
    terminal.ok("retention", "extend", people["bo"], "--until", "2033-01-01", *basis, *BY)
    assert terminal.run("retention", "extend", people["dora"], "--until", "2033-01-01", *basis, *BY).code == 3

    planned = shown(terminal)
    assert {holder: line["due_on"] for holder, line in planned.items()} == {
        people["anna"]: "2031-03-02",
        people["bo"]: "2033-01-01",
        to_nobody: "2026-08-29",
    }
    assert planned[people["anna"]]["rule"] == "digital_post.content_after_death_years@2014-11-01"
    assert planned[people["bo"]]["rule"] is None
    assert shown(terminal, "--due") == {}
    times = terminal.ok("as-of", "messages", to_anna, "--json").lines[0]["rows"]

    terminal.set_clock(FIVE_YEARS_LATER)
    terminal.ok("run", "--once")

    assert set(shown(terminal)) == {people["bo"]}
    assert title_of(terminal, to_anna) == title_of(terminal, to_nobody) == "ERASED"
    assert [title_of(terminal, message) for message in (to_bo, to_carl, to_dora)] == [TITLE] * 3
    assert terminal.facts(people["anna"])["KeysDestroyed"] == 1
    (after,) = terminal.ok("as-of", "messages", to_anna, "--json").lines[0]["rows"]
    assert {name: after[name] for name in ("submitted_at", "available_at", "stage")} == {
        name: times[0][name] for name in ("submitted_at", "available_at", "stage")
    }
    terminal.ok("run", "--once")
    terminal.ok("verify")
    assert terminal.facts(people["anna"])["DeletionCompleted"] == 1


def test_what_has_fallen_due_is_deleted_by_hand_too(terminal: Terminal, people: dict[str, str]) -> None:
    terminal.ok("citizen", "died", people["dora"], "--on", "2020-01-01")
    wait_is_over(terminal, people["dora"])
    (done,) = terminal.ok("retention", "apply", "--json").lines
    assert [each["holder"] for each in done["deleted"]] == [people["dora"]]
    assert shown(terminal, "--due") == {}
    assert terminal.ok("retention", "apply").err.strip().endswith("Nothing has fallen due.")


def test_nothing_is_deleted_of_who_turned_out_to_live_though_no_reaction_has_run(
    terminal: Terminal, tmp_path: Path
) -> None:
    (ellen,) = terminal.register(person(5))
    (line,) = terminal.submit(letter(tmp_path, cpr(5)))
    terminal.ok("citizen", "died", ellen, "--on", "2020-01-01")
    wait_is_over(terminal, ellen)
    terminal.ok("citizen", "correct-death", ellen, "--no-reactions")
    assert terminal.ok("retention", "apply", "--json").lines == [{"deleted": []}]
    assert title_of(terminal, f"message:{line['message_uuid']}") == TITLE
    terminal.ok("run", "--once")
    assert shown(terminal, "--due") == {}


def test_content_is_deleted_ten_years_after_a_cessation(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    (firm,) = terminal.register(company("90000004"))
    terminal.ok("citizen", "break-grace", firm)
    (line,) = terminal.submit(letter(tmp_path, "90000004", id_type="CVR"))
    message = f"message:{line['message_uuid']}"
    assert line["status"] == "COMPLETED"
    terminal.ok("citizen", "cease", firm, "--on", "2031-03-02")
    assert shown(terminal)[firm]["due_on"] == "2041-03-02"
    terminal.set_clock(datetime(2041, 3, 1, 12, tzinfo=UTC))
    terminal.ok("run", "--once")
    assert title_of(terminal, message) == TITLE
    terminal.set_clock(datetime(2041, 3, 2, 12, tzinfo=UTC))
    terminal.ok("run", "--once")
    assert title_of(terminal, message) == "ERASED"
