"""Entries by the terminal: a name with its own day, its end, the end taken back, and its annulment."""

from __future__ import annotations

import json
from typing import Any

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
