"""The contact points of an authority by the terminal, and the routing of what is written to them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.memo import LetterParty
from bin.cli import exits
from domain.danish_time import day_of
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, letter, person

TODAY = day_of(datetime.now(UTC))
OFFICE, POST_ROOM = "c0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000002"
SECRET = "Hemmeligt kontor"


@pytest.fixture(scope="module")
def authority(terminal: Terminal) -> str:
    subject, _ = terminal.register(company(), person(1))
    terminal.ok("citizen", "break-grace", subject)
    return subject


def open_point(terminal: Terminal, authority: str, **point: Any) -> str:
    """Open a contact point; its entry."""
    terminal.ok("citizen", "open-contact-point", authority, "--on", str(TODAY), stdin=json.dumps(point))
    rows = terminal.ok("as-of", "contact_points", authority, "--json").lines[0]["rows"]
    (entry,) = (row["entry"] for row in rows if row["contact_point"] == point["contact_point"])
    return f"entry:{entry}"


def written(terminal: Terminal, folder: Path) -> str:
    """A citizen's letter to the office."""
    sender = LetterParty(id=cpr(1), id_type="CPR", label="Prøve")
    (line,) = terminal.submit(letter(folder, AUTHORITY, id_type="CVR", sender=sender, contact_point=OFFICE))
    assert line["status"] == "COMPLETED", line
    return f"message:{line['message_uuid']}"


def route(terminal: Terminal, message: str) -> tuple[str, str | None]:
    (row,) = terminal.ok("as-of", "messages", message, "--json").lines[0]["rows"]
    return row["route"], row["routed_to"]


def test_letters_are_routed_to_what_is_open_and_a_wrong_contact_point_lists_its_letters(
    terminal: Terminal, authority: str, tmp_path: Path
) -> None:
    to_mailbox = written(terminal, tmp_path)
    post_room = open_point(terminal, authority, contact_point=POST_ROOM, name="Posthuset", default=True)
    to_default = written(terminal, tmp_path)
    office = open_point(terminal, authority, contact_point=OFFICE, name="Borgerservice", code="KLE 00.01.00")
    to_office = written(terminal, tmp_path)

    assert route(terminal, to_mailbox) == ("mailbox", None)
    assert route(terminal, to_default) == ("default", post_room)
    assert route(terminal, to_office) == ("contact_point", office)

    terminal.ok("citizen", "annul-entry", authority, "--entry", office)
    (annulled,) = [
        record["position"]
        for record in terminal.ok("history", authority, "--json").lines[0]["records"]
        if record["fact"] == "ContactPointAnnulled"
    ]
    (answer,) = terminal.ok("impact", str(annulled), "--json").lines
    assert [(act["fact"], act["fields"]["message"]) for act in answer["acts"]] == [("MessageRouted", to_office)]
    assert [each["message"] for each in answer["letters"]] == [to_office]
    assert route(terminal, written(terminal, tmp_path)) == ("default", post_room)


def test_a_contact_point_is_open_from_a_day_to_a_day(terminal: Terminal, authority: str) -> None:
    terminal.ok(
        "citizen",
        "open-contact-point",
        authority,
        *("--on", str(TODAY), "--until", str(TODAY + timedelta(days=3))),
        stdin=json.dumps({"contact_point": "c0000000-0000-4000-8000-000000000003", "name": "Valget"}),
    )

    def open_on(days: int) -> list[str]:
        day = str(TODAY + timedelta(days=days))
        rows = terminal.ok("as-of", "contact_points", authority, "--valid", day, "--json").lines[0]["rows"]
        return [row["name"] for row in rows if row["name"] == "Valget"]

    assert (open_on(2), open_on(3)) == (["Valget"], [])


@pytest.mark.parametrize("point", [{"name": SECRET}, {"contact_point": "x", "name": SECRET}, {"navn": SECRET}])
def test_what_is_no_contact_point_is_named_by_its_field(
    terminal: Terminal, authority: str, point: dict[str, Any]
) -> None:
    said = terminal.run("citizen", "open-contact-point", authority, stdin=json.dumps(point))

    assert said.code == exits.BAD_INPUT
    assert "contact_point" in said.err
    assert SECRET not in said.err
