"""What the walk over all commands names: letters of every kind, accounts, a corrected death, a mandate."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.danish_time import COPENHAGEN
from tests.bin.terminal import ASKS_CONFIRMATION, Terminal, cpr, held_until, letter

BY_BANK = "--channel bank --institution 5001 --consent order-1"


def letter_names(terminal: Terminal, folder: Path) -> dict[str, str]:
    """Letters to Anna of every kind."""
    later = datetime.now(COPENHAGEN).date() + timedelta(days=3)
    kinds: dict[str, dict[str, Any]] = {
        "message": {},
        "second": {},
        "third": {},
        "held": held_until(later),
        "summons": {"legal_notification": True},
        "second_summons": {"legal_notification": True},
        "asking": dict(ASKS_CONFIRMATION),
    }
    lines = terminal.submit(*(letter(folder, cpr(1), **kind) for kind in kinds.values()))
    names = {name: f"message:{line['message_uuid']}" for name, line in zip(kinds, lines, strict=True)}
    return names | {"letter": str(letter(folder, cpr(1)))}


def account_names(terminal: Terminal, who: dict[str, str], today: str, form: Path) -> dict[str, str]:
    """Designations: by a bank, by a form, awaiting its code, to be redeemed by Anna, and ended by a decree."""
    form.write_bytes(b"signed")

    def designate(payee: str, account: str, *options: str) -> dict[str, str]:
        (line,) = terminal.ok("nemkonto", "designate", who[payee], *options, "--json", stdin=account).lines
        return dict(line)

    by_bank = BY_BANK.split()
    designated = designate("firm", "5001 7777777777", *by_bank)
    pointed = designate("anna", "5001 9876543210")
    signed = designate("carl", "5001 9876543212", "--channel", "form", "--document", str(form))
    awaiting = designate("carl", "5001 9876543211")
    decreed = designate("other", "5001 7777777778", *by_bank)
    terminal.ok("nemkonto", "end", decreed["designation"], "--cause", "bankruptcy", "--on", today)
    return {
        "awaiting": awaiting["designation"],
        "signed": signed["designation"],
        "decreed": decreed["designation"],
        "designation": designated["designation"],
        "pointed_out": pointed["designation"],
        "code": pointed["activation_code"],
    }


def compensation_payment(terminal: Terminal, payee: str, authority: str) -> str:
    """A payment of compensation for a fraudulent designation."""
    (line,) = terminal.ok("nemkonto", "designate", payee, *BY_BANK.split(), "--json", stdin="5001 7777777779").lines
    fraud = line["designation"]
    terminal.ok("nemkonto", "void", fraud, stdin="0700-12345")
    terminal.ok("nemkonto", "claim-compensation", fraud, stdin="125000")
    terminal.ok("nemkonto", "decide-compensation", fraud, "--decided-by", authority, stdin="125000")
    (paid,) = terminal.ok("nemkonto", "pay-compensation", fraud, "--json", stdin="100000\norder 7").lines
    return str(paid["payment"])


def corrected_death(terminal: Terminal, person: str, day: str) -> str:
    """The position at which a death was corrected."""
    terminal.ok("citizen", "died", person, "--on", day)
    terminal.ok("citizen", "correct-death", person)
    records = terminal.ok("history", person, "--json").lines[0]["records"]
    return next(str(record["position"]) for record in records if record["fact"] == "DeathCorrected")


def mandate(terminal: Terminal, giver: str, holder: str) -> str:
    """A mandate by which the holder reads the giver's post."""
    terminal.ok("citizen", "grant-mandate", giver, "--holder", holder, "--kind", "read")
    (row,) = terminal.ok("as-of", "mandates", giver, "--json").lines[0]["rows"]
    return f"entry:{row['entry']}"
