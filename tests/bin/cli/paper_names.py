"""What the walk over all commands names of a recipient who is exempt since a day in the past."""

from __future__ import annotations

from pathlib import Path

from tests.bin.terminal import Terminal, cpr, letter, person


def paper_names(terminal: Terminal, folder: Path, sender: str) -> dict[str, str]:
    """A letter in between of a backdated exemption, and two that cannot be sent digitally; one is to be printed."""
    home = {"street": "Elmevej 3", "postal_code": "5000", "city": "Odense C"}
    (exempt,) = terminal.register(person(5, address=home))
    (in_between,) = terminal.submit(letter(folder, cpr(5)))
    terminal.ok("citizen", "exempt", exempt, "--on", "2026-01-05")
    (late,) = terminal.ok("as-of", "exemptions", exempt, "--json").lines[0]["rows"]
    refused, on_paper = terminal.submit(letter(folder, cpr(5)), letter(folder, cpr(5)))
    terminal.ok("paper", "send", f"message:{on_paper['message_uuid']}", "--sender", sender)
    (ordered,) = terminal.ok("paper", "list", "--json").lines[0]["letters"]
    (address,) = terminal.ok("as-of", "person_addresses", exempt, "--json").lines[0]["rows"]
    return {
        "exempt": exempt,
        "late": f"entry:{late['entry']}",
        "in_between": f"message:{in_between['message_uuid']}",
        "refused": f"message:{refused['message_uuid']}",
        "paper": ordered["letter"],
        "to_address": f"entry:{address['entry']}",
    }
