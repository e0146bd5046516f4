"""A sole firm and its owner by the terminal."""

from __future__ import annotations

from tests.bin.terminal import Terminal, company, person


def test_a_firm_is_linked_with_its_owner_and_each_is_exempt_alone(terminal: Terminal) -> None:
    anna, firm = terminal.register(person(110), company("90000012"))
    terminal.ok("citizen", "enter-owner", firm, "--holder", anna, "--on", "2026-01-05")
    for subject in (anna, firm):
        (row,) = terminal.ok("as-of", "firm_owners", subject, "--json").lines[0]["rows"]
        assert (row["party"], row["owner"], row["valid_from"]) == (firm, anna, "2026-01-05")
    terminal.ok("citizen", "exempt", firm)
    assert terminal.ok("as-of", "exemptions", anna, "--json").lines[0]["rows"] == []
    assert len(terminal.ok("as-of", "exemptions", firm, "--json").lines[0]["rows"]) == 1
