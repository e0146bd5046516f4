"""Shows the facts that a command recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bin.cli import output
from domain.record import Record


def facts_json(records: Sequence[Record]) -> list[dict[str, Any]]:
    return [{"position": record.position, "fact": record.name, "recorded_at": record.recorded_at} for record in records]


def show_facts(records: Sequence[Record]) -> None:
    """Facts as a person reads them, on standard error."""
    if not records:
        output.print_notice("No change: nothing was recorded.")
    for record in records:
        output.print_notice(f"{record.position}  {record.name}")
