"""Outages by the tools: letters wait until the platform is back, and the evidence of a letter holds what was out."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bin.terminal import ASKS_CONFIRMATION, Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import VALID, seal, verdict

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REPORTED = ("--authority", "34051178", "--case", "2026-17")


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, and the authority that writes to her."""
    terminal.set_clock(NOW)
    return terminal.register(person(1), company())[0]


def record(terminal: Terminal, begin: datetime, end: datetime | None, *client: str) -> str:
    """Record an outage; its name."""
    until = () if end is None else ("--until", end.isoformat())
    (line,) = terminal.ok("outage", "record", "--from", begin.isoformat(), *until, *client, *REPORTED, "--json").lines
    return str(line["outage"])


def row(terminal: Terminal, register: str, subject: str) -> dict[str, Any]:
    (only,) = terminal.ok("as-of", register, subject, "--json").lines[0]["rows"]
    return dict(only)


def test_edge_19_the_evidence_of_a_letter_holds_the_outages_around_its_arrival_and_its_time_remains(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    near = record(terminal, NOW - timedelta(hours=1), None, "--client", "e-Boks")
    terminal.ok("outage", "end", near, "--client", "e-Boks", "--at", (NOW + timedelta(hours=2)).isoformat(), *REPORTED)
    long_ago = record(terminal, NOW - timedelta(days=30), NOW - timedelta(days=29), "--client", "mit.dk")
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    message = f"message:{line['message_uuid']}"
    assert row(terminal, "messages", message)["available_at"] == "2026-03-02T09:00:00+00:00"
    key = seal(terminal)

    bundle = tmp_path / "bundle.zip"
    terminal.ok("bundle", message, "--out", str(bundle))
    page = zipfile.ZipFile(bundle).read("index.html").decode()
    assert page.count(near.removeprefix("outage:")) == 2
    assert "e-Boks" in page
    assert long_ago.removeprefix("outage:") not in page
    said = terminal.ok("replay", str(bundle), "--key", key, "--json")
    assert all(answer["equal"] for answer in said.lines[0]["answers"])

    proof = tmp_path / "letter.tlog-proof"
    (proved,) = terminal.ok("prove", message, "--out", str(proof), "--json").lines
    assert verdict(proof, key).code == VALID
    assert proved["facts"] == sum(terminal.facts(message).values()) + 2


def test_edge_20_while_the_platform_is_out_nothing_arrives_and_the_letter_arrives_when_it_is_back(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    assert terminal.run("outage", "record", "--from", NOW.isoformat(), *REPORTED).code == 3
    outage = record(terminal, NOW, NOW + timedelta(hours=1))
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    message = f"message:{line['message_uuid']}"
    assert line["status"] == "SCHEDULED"
    later = (NOW + timedelta(hours=3)).isoformat()
    terminal.ok("outage", "end", outage, "--at", later, *REPORTED)

    terminal.set_clock(NOW + timedelta(hours=1, seconds=1))
    terminal.ok("run", "--once")
    waiting = row(terminal, "messages", message)
    assert (waiting["available_at"], waiting["stage"]) == (None, "scheduled")
    assert waiting["postponed_until"] == "2026-03-02T12:00:00+00:00"
    terminal.set_clock(NOW + timedelta(hours=3))
    terminal.ok("run", "--once")
    assert row(terminal, "messages", message)["available_at"] == "2026-03-02T12:00:00+00:00"
    assert terminal.facts(message)["ReleasePostponed"] == 2
    assert row(terminal, "outages", outage)["ended_at"] == "2026-03-02T12:00:00+00:00"


@pytest.mark.parametrize("mend", ["annul", "end"])
def test_edge_20_a_letter_that_waits_arrives_when_the_outage_was_none_or_ended_earlier(
    terminal: Terminal, anna: str, tmp_path: Path, mend: str
) -> None:
    start = NOW + timedelta(days=10 if mend == "annul" else 20)
    terminal.set_clock(start)
    outage = record(terminal, start - timedelta(hours=1), datetime(2030, 1, 1, tzinfo=UTC))
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    message = f"message:{line['message_uuid']}"
    assert row(terminal, "messages", message)["postponed_until"] == "2030-01-01T00:00:00+00:00"

    terminal.set_clock(start + timedelta(days=2))
    at = () if mend == "annul" else ("--at", (start + timedelta(hours=1)).isoformat())
    terminal.ok("outage", mend, outage, *at, *REPORTED)
    terminal.ok("run", "--once")

    assert row(terminal, "messages", message)["available_at"] == (start + timedelta(days=2)).isoformat()
    assert terminal.facts(message)["MessageMadeAvailable"] == 1


def test_a_summons_that_waited_is_confirmed_for_no_day_before_its_arrival(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    start = NOW + timedelta(days=40)
    terminal.set_clock(start)
    record(terminal, start - timedelta(hours=1), start + timedelta(days=2))
    (line,) = terminal.submit(letter(tmp_path, cpr(1), **ASKS_CONFIRMATION))
    message = f"message:{line['message_uuid']}"
    confirm = ("service", "confirm", message, "--reader", anna, "--on")
    assert "not in the mailbox" in terminal.run(*confirm, str(start.date())).err
    terminal.set_clock(start + timedelta(days=3))
    terminal.ok("run", "--once")

    for days in (0, 2):
        said = terminal.run(*confirm, str((start + timedelta(days=days)).date()))
        assert (said.code, "The stated day is not possible" in said.err) == (3, True)
    terminal.ok(*confirm, str((start + timedelta(days=3)).date()))


def test_an_outage_that_was_recorded_by_mistake_is_annulled(terminal: Terminal, anna: str) -> None:
    outage = record(terminal, NOW, NOW + timedelta(days=9))
    terminal.ok("outage", "annul", outage, *REPORTED)
    assert row(terminal, "outages", outage)["annulled_at"] is not None
    assert terminal.ok("outage", "annul", outage, *REPORTED).err == "No change: nothing was recorded.\n"
    assert terminal.run("outage", "end", outage, "--at", "yesterday", *REPORTED).code == 2
