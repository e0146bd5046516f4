"""Entries by the terminal: each with its own day, its end, the end taken back, and its annulment."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bin.cli import exits
from domain.danish_time import day_of
from tests.bin.terminal import Terminal, person


def names(terminal: Terminal, who: str, day: str) -> list[dict[str, Any]]:
    """The names that the person bore on the day, as known now."""
    return list(terminal.ok("as-of", "person_names", who, "--valid", day, "--json").lines[0]["rows"])


def test_a_name_holds_from_its_own_day_until_its_end_and_an_annulled_one_on_no_day(terminal: Terminal) -> None:
    (who,) = terminal.register(person(70))
    new = json.dumps({"given": "Anna", "family": "Prøveholm"})
    terminal.ok("citizen", "rename", who, "--on", "2020-05-01", stdin=new)
    (row,) = names(terminal, who, "2021-01-01")
    entry = f"entry:{row['entry']}"
    assert names(terminal, who, "2020-04-30") == []

    terminal.ok("citizen", "end-entry", who, "--entry", entry, "--on", "2020-12-01")
    assert names(terminal, who, "2021-01-01") == []
    terminal.ok("citizen", "reopen-entry", who, "--entry", entry)
    assert [name["entry"] for name in names(terminal, who, "2021-01-01")] == [row["entry"]]
    terminal.ok("citizen", "annul-entry", who, "--entry", entry)
    assert names(terminal, who, "2021-01-01") == []


def test_an_entry_that_is_not_there_or_not_named_is_a_sentence(terminal: Terminal) -> None:
    (who,) = terminal.register(person(71))
    unknown = "entry:00000000-0000-4000-8000-000000000001"
    assert "no such entry" in terminal.run("citizen", "annul-entry", who, "--entry", unknown).err
    assert "needs an entry" in " ".join(terminal.run("citizen", "annul-entry", who).err.split())


def test_a_move_is_reported_ahead_called_off_and_by_a_person_not_too_late(terminal: Terminal) -> None:
    (who,) = terminal.register(person(72))
    new, today = json.dumps({"street": "Prøvegade 7", "postal_code": "8000", "city": "Aarhus C"}), danish_today()
    planned, late = today + timedelta(days=20), today - timedelta(days=6)

    terminal.ok("citizen", "move", who, "--on", str(planned), "--source", "party", stdin=new)
    (row,) = addresses(terminal, who, planned)
    assert row["kind"] == "home"
    terminal.ok("citizen", "annul-entry", who, "--entry", f"entry:{row['entry']}")
    assert [each["entry"] for each in addresses(terminal, who, planned)] != [row["entry"]]

    by_herself = ("citizen", "move", who, "--on", str(late), "--source", "party")
    assert terminal.run(*by_herself, stdin=new).code == exits.REFUSED
    terminal.ok("citizen", "move", who, "--on", str(late), stdin=new)
    terminal.ok("citizen", "no-fixed-address", who)
    assert [each["kind"] for each in addresses(terminal, who, today)] == ["none"]


def test_the_municipality_the_register_of_addresses_and_an_uncertain_day_are_stated_of_an_address(
    terminal: Terminal,
) -> None:
    (who,) = terminal.register(person(76))
    dar = "0a3f50a0-0000-32b8-e044-0003ba298018"
    home = {"street": "Prøvegade 8", "postal_code": "8000", "city": "Aarhus C", "dar": dar}
    terminal.ok("citizen", "move", who, "--on", "2024-05?", "--municipality", "0751", stdin=json.dumps(home))

    opened = ("--open", "--authority", "34051178", "--basis", "forvaltningsloven § 28")
    asked = ("as-of", "person_addresses", who, "--valid", "2024-05-01", "--json")
    (row,) = terminal.ok(*asked, *opened).lines[0]["rows"]
    del terminal.heard[-2:]  # A reader with access sees the address.
    assert (row["municipality"], row["uncertain"], row["valid_from"]) == ("0751", True, "2024-05-01")
    assert row["sealed"]["dar"] == dar
    assert "dar" not in row["sealed"]["address"]

    terminal.ok("citizen", "no-fixed-address", who, "--on", "2025-01-01", "--municipality", "0101")
    (row,) = addresses(terminal, who, date(2025, 1, 2))
    assert (row["kind"], row["municipality"], row["uncertain"]) == ("none", "0101", False)
    assert terminal.run("citizen", "no-fixed-address", who, "--municipality", "Aarhus").code == exits.USAGE
    assert terminal.run("citizen", "leave", who, "--on", "2025-05").code == exits.USAGE


def test_a_departure_ends_the_address_at_home_and_its_annulment_gives_it_back(terminal: Terminal) -> None:
    home = {"street": "Prøvegade 9", "postal_code": "8000", "city": "Aarhus C"}
    (who,) = terminal.register(person(73))
    terminal.ok("citizen", "move", who, "--on", "2020-01-01", stdin=json.dumps(home))
    terminal.ok("citizen", "leave", who, "--on", "2024-05-01")
    gone = date(2024, 5, 2)
    assert addresses(terminal, who, gone) == []
    rows = terminal.ok("as-of", "residences", who, "--valid", str(gone), "--json").lines[0]["rows"]
    terminal.ok("citizen", "annul-entry", who, "--entry", f"entry:{rows[0]['entry']}")
    assert [row["kind"] for row in addresses(terminal, who, gone)] == ["home"]


def addresses(terminal: Terminal, who: str, day: date) -> list[dict[str, Any]]:
    return list(terminal.ok("as-of", "person_addresses", who, "--valid", str(day), "--json").lines[0]["rows"])


def danish_today() -> date:
    return day_of(datetime.now(UTC))
