"""Protections by the terminal: of each scope, day by day, what readers see at midnight, and the reminder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.contexts import Reading
from bin.application.disclosure import Reader
from bin.application.questions.as_of import as_of
from domain.identity.cvr import CvrNumber
from domain.subject import PersonId
from projections.catalogue import register
from tests.bin.terminal import Terminal, person

READING = ("--open", "--authority", "34051178", "--basis", "forvaltningsloven § 29")
"""Of a private reader."""
BEGIN = datetime(2030, 3, 2, 9, tzinfo=UTC)
LAST_MINUTE, MIDNIGHT = datetime(2031, 3, 1, 22, 59, tzinfo=UTC), datetime(2031, 3, 1, 23, tzinfo=UTC)
"""Around the first instant of 2 March 2031 in Copenhagen."""


@pytest.fixture
def terminal(simulated: Terminal) -> Terminal:
    """The clock of these tests is simulated."""
    return simulated


@pytest.fixture
def anna(terminal: Terminal) -> str:
    """Anna, who is protected for the usual year from 2 March 2030."""
    home = {"street": "Elmevej 3", "postal_code": "5000", "city": "Odense C"}
    (who,) = terminal.register(person(20, address=home))
    terminal.ok("citizen", "protect", who)
    return who


def name(terminal: Terminal, who: str) -> str:
    """What a private reader sees for the given name."""
    (row,) = terminal.ok("as-of", "person_names", who, "--json", *READING).lines[0]["rows"]
    del terminal.heard[-2:]  # A reader sees the name of who is not protected.
    return str(row["sealed"]["name"])


def protections(terminal: Terminal, who: str, day: str) -> list[str]:
    rows = terminal.ok("as-of", "protections", who, "--valid", day, "--json").lines[0]["rows"]
    return sorted(row["scope"] for row in rows)


def test_a_name_is_masked_until_the_midnight_at_which_the_protection_lapses(terminal: Terminal, anna: str) -> None:
    terminal.set_clock(LAST_MINUTE)
    assert name(terminal, anna) == "PROTECTED"
    terminal.set_clock(MIDNIGHT)
    assert "Anna" in name(terminal, anna)
    assert [protections(terminal, anna, day) for day in ("2031-03-01", "2031-03-02")] == [["name_address"], []]


def test_a_reading_that_runs_over_midnight_shows_nothing_that_was_protected_when_it_began(
    terminal: Terminal, anna: str
) -> None:
    terminal.set_clock(LAST_MINUTE)
    with opened(terminal) as application:
        names = register("person_names")
        reader = Reader(application, Reading(CvrNumber("34051178"), "forvaltningsloven § 29", None), opens=True)
        before = shown(application, reader, names, anna)
        terminal.set_clock(MIDNIGHT)
        assert shown(application, reader, names, anna) == before == ["PROTECTED"]


def shown(application: Application, reader: Reader, names: Any, who: str) -> list[Any]:
    rows = as_of(application, names, PersonId.of(who)).opened(reader)
    return [row["sealed"]["name"] for row in rows]


@contextmanager
def opened(terminal: Terminal) -> Iterator[Application]:
    application = Application(load_settings(terminal.environment), terminal.url)
    try:
        yield application
    finally:
        application.close()


def test_other_protections_are_registered_and_withdrawn_each_by_its_scope(terminal: Terminal, anna: str) -> None:
    for scope in ("marketing", "research", "credit", "directory"):
        terminal.ok("citizen", "protect", anna, "--kind", scope)
    everything = ["credit", "directory", "marketing", "name_address", "research"]
    assert protections(terminal, anna, "2030-03-02") == everything
    terminal.ok("citizen", "unprotect", anna, "--kind", "marketing")
    terminal.ok("citizen", "unprotect", anna)
    assert protections(terminal, anna, "2030-03-02") == everything
    assert protections(terminal, anna, "2030-03-03") == ["credit", "directory", "research"]
    said = terminal.run("citizen", "protect", anna, "--kind", "gossip")
    assert (said.code, "marketing" in said.err) == (2, True)


def test_thirty_days_before_the_lapse_a_letter_reminds_of_it(terminal: Terminal, anna: str) -> None:
    terminal.set_clock(datetime(2031, 1, 30, 22, 59, tzinfo=UTC))
    terminal.ok("run", "--once")
    assert "ProtectionReminderGiven" not in terminal.facts(anna)
    terminal.set_clock(datetime(2031, 1, 30, 23, tzinfo=UTC))
    terminal.ok("run", "--once")
    terminal.ok("run", "--once")
    assert terminal.facts(anna)["ProtectionReminderGiven"] == 1
    (history,) = terminal.ok("history", anna, "--json").lines
    (given,) = [record for record in history["records"] if record["fact"] == "ProtectionReminderGiven"]
    letter = terminal.ok("open", given["fields"]["message"], "--reader", anna).out
    assert "bortfalder den 2. marts 2031" in letter


def test_who_is_exempt_is_reminded_on_paper(terminal: Terminal, anna: str) -> None:
    terminal.ok("citizen", "exempt", anna)
    terminal.set_clock(datetime(2031, 1, 31, 9, tzinfo=UTC))
    terminal.ok("run", "--once")

    (waiting,) = terminal.ok("paper", "list", "--json").lines[0]["letters"]
    (history,) = terminal.ok("history", anna, "--json").lines
    (given,) = [record for record in history["records"] if record["fact"] == "ProtectionReminderGiven"]
    assert (given["fields"]["letter"], given["fields"]["message"]) == (waiting["letter"], waiting["message"])


def test_thirty_days_before_an_end_that_was_moved_twice_a_letter_reminds_of_each(terminal: Terminal, anna: str) -> None:
    (row,) = terminal.ok("as-of", "protections", anna, "--json").lines[0]["rows"]
    entry = f"entry:{row['entry']}"
    terminal.ok("citizen", "end-entry", anna, "--entry", entry, "--on", "2030-09-01")
    given: list[str] = []
    for day, ends in (("2030-08-02", "2030-12-01"), ("2030-11-01", None), ("2031-01-31", None)):
        terminal.set_clock(datetime.fromisoformat(f"{day}T08:00+00:00"))
        terminal.ok("run", "--once")
        (history,) = terminal.ok("history", anna, "--json").lines
        reminders = [each["fields"] for each in history["records"] if each["fact"] == "ProtectionReminderGiven"]
        given = [fields["lapses_on"] for fields in reminders]
        assert len({fields["message"] for fields in reminders}) == len(reminders)
        if ends:
            terminal.ok("citizen", "end-entry", anna, "--entry", entry, "--on", ends)
    assert given == ["2030-09-01", "2030-12-01"]
