"""A cessation by the terminal that is recorded late, and its correction, with what follows from them."""

from __future__ import annotations

import json

from tests.bin.terminal import Terminal, company

AFTER_CESSATION = ("company_names", "company_addresses", "authorities", "sending_rights", "contact_points")
HEADQUARTERS = json.dumps({"street": "Prøvegade 1", "postal_code": "8000", "city": "Aarhus C"})
POINT = json.dumps({"contact_point": "c0000000-0000-4000-8000-000000000001", "name": "Borgerservice", "default": True})


def test_a_cessation_recorded_late_lets_nothing_begin_after_it_and_its_correction_does(terminal: Terminal) -> None:
    (firm,) = terminal.register(company("99999993"))
    for year in ("2020", "2022"):
        terminal.ok("citizen", "rename", firm, "--on", f"{year}-01-05", stdin=f"Prøve {year} A/S")
        terminal.ok("citizen", "move", firm, "--on", f"{year}-01-05", stdin=HEADQUARTERS)
    terminal.ok("citizen", "enter-authority", firm, "--on", "2022-01-05", "--kind", "state")
    terminal.ok("citizen", "grant-sending-right", firm, "--on", "2022-01-05", "--kind", "public_sender")
    terminal.ok("citizen", "open-contact-point", firm, "--on", "2022-01-05", stdin=POINT)
    before = {register: on(terminal, register, firm) for register in AFTER_CESSATION}
    assert all(len(entries) == 1 for entries in before.values())

    terminal.ok("citizen", "cease", firm, "--on", "2021-06-01")
    ceased = {register: on(terminal, register, firm) for register in AFTER_CESSATION}
    assert not any(ceased[register] for register in AFTER_CESSATION[2:])
    assert all(len(ceased[name]) == 1 and ceased[name] != before[name] for name in AFTER_CESSATION[:2])
    terminal.ok("verify")

    terminal.ok("citizen", "correct-cessation", firm)
    assert {register: on(terminal, register, firm) for register in AFTER_CESSATION} == before
    terminal.ok("verify")


def on(terminal: Terminal, register: str, firm: str) -> list[str]:
    """The entries of the firm that hold on a day of 2023, as known now."""
    rows = terminal.ok("as-of", register, firm, "--valid", "2023-01-01", "--json").lines[0]["rows"]
    return [row["entry"] for row in rows]
