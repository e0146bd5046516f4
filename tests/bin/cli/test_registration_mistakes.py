"""Mistakes about who is registered or exempt, by the terminal: what must not be recorded, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bin.cli import exits
from tests.bin.terminal import Terminal, company, cpr, letter, person

pytestmark = pytest.mark.slow

MARCH, APRIL, MAY, JUNE = (datetime(2026, month, 10, 9, tzinfo=UTC) for month in (3, 4, 5, 6))
SIGNATURE = "5c0ffee0-0000-4000-8000-000000000001"


@pytest.fixture(scope="module", autouse=True)
def _sender(terminal: Terminal) -> None:
    """A sender; the clock is simulated from before the first record."""
    terminal.set_clock(MARCH)
    terminal.register(company())


def row(terminal: Terminal, register: str, subject: str, *asked: str) -> dict[str, Any]:
    (only,) = terminal.ok("as-of", register, subject, *asked, "--json").lines[0]["rows"]
    return dict(only)


def arrives(terminal: Terminal, folder: Path, number: str) -> bool:
    (line,) = terminal.submit(letter(folder, number))
    return bool(line["status"] == "COMPLETED")


def test_no_correction_registers_a_child_and_nothing_arrives_there(terminal: Terminal, tmp_path: Path) -> None:
    number = "6101154234"
    (child,) = terminal.register(person(180) | {"number": number})
    head = terminal.head()
    missing = ("correction", "registration", child, "--should", "registered", "--from", "2026-03-01")
    assert terminal.run(*missing).code == exits.REFUSED
    assert terminal.head() == head
    assert not arrives(terminal, tmp_path, number)


def test_an_arrival_by_mistake_is_annulled_and_the_emigrant_is_exempt_again(terminal: Terminal, tmp_path: Path) -> None:
    terminal.set_clock(MARCH)
    (who,) = terminal.register(person(181))
    terminal.ok("citizen", "leave", who, "--on", "2026-03-10")
    terminal.ok("citizen", "exempt", who)
    terminal.set_clock(APRIL)
    terminal.ok("citizen", "return", who, "--on", "2026-04-09")
    assert arrives(terminal, tmp_path, cpr(181))
    assert not terminal.ok("as-of", "exemptions", who, "--valid", "2026-04-11", "--json").lines[0]["rows"]

    entered = row(terminal, "residences", who, "--valid", "2026-04-11")["entry"]
    terminal.ok("citizen", "annul-entry", who, "--entry", f"entry:{entered}")

    assert not arrives(terminal, tmp_path, cpr(181))
    assert row(terminal, "exemptions", who, "--valid", "2026-04-11")["end_cause"] is None
    assert row(terminal, "mail_registrations", who)["planned_for"] is None


def test_a_registration_that_was_undone_and_made_again_has_the_day_of_the_second_one(terminal: Terminal) -> None:
    terminal.set_clock(APRIL)
    (who,) = terminal.register(person(182))
    first = row(terminal, "mail_registrations", who)["registered_at"]
    terminal.ok("correction", "registration", who, "--should", "not_registered", "--from", "2026-04-10")
    undone = row(terminal, "mail_registrations", who)
    assert (undone["registered_at"], undone["annulled_at"] is None) == (None, False)
    terminal.set_clock(MAY)
    terminal.ok("correction", "registration", who, "--should", "registered", "--from", "2026-05-01")
    again = row(terminal, "mail_registrations", who)
    assert first.startswith("2026-04-10")
    assert again["registered_at"].startswith("2026-05-10")
    assert again["annulled_at"] is None


def test_who_joins_from_abroad_signs_and_the_reference_of_the_signature_is_recorded(terminal: Terminal) -> None:
    (who,) = terminal.register(person(183) | {"resident": False, "cause": "administration"})
    assert terminal.run("citizen", "join", who).code == exits.REFUSED
    terminal.ok("citizen", "join", who, "--signature", SIGNATURE)
    (joined,) = (
        record
        for record in terminal.ok("history", who, "--json").lines[0]["records"]
        if record["fact"] == "MailRegistered"
    )
    assert joined["fields"]["signature"] == SIGNATURE
    assert terminal.run("citizen", "join", who, "--signature", "by hand").code == exits.USAGE


def registered_on(terminal: Terminal, who: str, day: str) -> bool:
    """What is known now of that day: the newest correction of it, or else what was known at its end."""
    corrected = terminal.ok("as-of", "registration_corrections", who, "--valid", day, "--json").lines[0]["rows"]
    if corrected:
        newest = max(corrected, key=lambda correction: correction["corrected_at"])
        return bool(newest["should"] == "registered")
    return row(terminal, "mail_registrations", who, "--known", day)["mode"] is not None


def test_two_questions_say_who_was_registered_on_a_day_as_is_known_now(terminal: Terminal) -> None:
    terminal.set_clock(MAY)
    (who,) = terminal.register(person(184))
    terminal.set_clock(JUNE)
    correct = ("correction", "registration", who, "--should")
    days = ("2026-05-15", "2026-05-20", "2026-05-25", "2026-06-04", "2026-06-05")
    assert [registered_on(terminal, who, day) for day in days] == [True] * 5
    terminal.ok(*correct, "not_registered", "--from", "2026-05-20", "--to", "2026-06-05")
    assert [registered_on(terminal, who, day) for day in days] == [True, False, False, False, True]
    terminal.ok(*correct, "registered", "--from", "2026-05-25", "--to", "2026-06-04")
    assert [registered_on(terminal, who, day) for day in days] == [True, False, True, False, True]
    terminal.ok(*correct, "not_registered", "--from", "2026-06-05")
    assert [registered_on(terminal, who, day) for day in days] == [True, False, True, False, False]
    assert row(terminal, "mail_registrations", who, "--known", "2026-05-20")["mode"] == "automatic"
