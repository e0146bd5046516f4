"""Shows the facts that a command recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bin.application.application import Application
from bin.application.reactions.executor import caught_up
from bin.cli import output
from domain.record import Record


def show_and_react(
    application: Application, records: Sequence[Record], *, reactions: bool, json: bool, **rest: Any
) -> None:
    """Show what was recorded, and then execute reactions: what is shown once is shown, whatever happens then."""
    show_facts(records, json=json, **rest)
    if reactions:
        caught_up(application)


def show_facts(records: Sequence[Record], *, json: bool, **rest: Any) -> None:
    """Facts as a person reads them, on standard error; or one JSON document of the facts and of the rest."""
    if json:
        facts = [{"position": each.position, "fact": each.name, "recorded_at": each.recorded_at} for each in records]
        output.print_json(rest | {"recorded": facts})
        return
    if not records:
        output.print_notice("No change: nothing was recorded.")
    for record in records:
        output.print_notice(f"{record.position}  {record.name}")
