"""`rigsbog diff`: how a register changed between two times."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bin.cli import output
from bin.cli.arguments import KNOWN_HELP, RegisterName, read_known, read_register, tell_note
from bin.cli.options import Json
from bin.cli.start import open_application
from projections.engine.diff import Difference
from projections.engine.diff import diff as compare


def diff(
    register: RegisterName,
    *,
    earlier: Annotated[str, typer.Option("--from", help=KNOWN_HELP)],
    later: Annotated[str | None, typer.Option("--to", help="Likewise; the head when not given.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many rows.", min=1, max=100_000)] = 1_000,
    json: Json = False,
) -> None:
    """Show which rows of REGISTER came, went or changed between two times, by column; personal data stay SEALED."""
    declared = read_register(register)
    with open_application() as application, application.database.audit.connect() as connection:
        start, end = read_known(connection, earlier), read_known(connection, later)
        found = compare(connection, declared, start.position, end.position, limit)
    rows: list[dict[str, Any]] = [
        {
            "key": dict(zip(declared.key, one.key, strict=True)),
            "change": one.change,
            "columns": {name: {"before": before, "after": after} for name, (before, after) in one.columns.items()},
        }
        for one in found
    ]
    if json:
        positions = {"from": start.position, "to": end.position, "asked_from": start.asked, "asked_to": end.asked}
        output.print_json({"register": register, **positions, "rows": rows, "cut": len(rows) == limit})
    else:
        tell_note(start)
        tell_note(end)
        title = f"{register}, from position {start.position} to {end.position}"
        output.tell_blocks(title, [_lines(one) for one in found])
        if len(rows) == limit:
            output.tell(f"Only the first {limit:,} rows are shown; --limit shows more.")


def _lines(difference: Difference) -> dict[str, str]:
    """The row's key and what became of it, and each column with its value before and after."""
    key = ", ".join(output.plain(part) for part in difference.key)
    cells = {
        name: f"{output.plain(before) or 'empty'} -> {output.plain(after) or 'empty'}"
        for name, (before, after) in difference.columns.items()
    }
    return {difference.change.value: key} | cells
