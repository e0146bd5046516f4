"""`rigsbog diff`: how a register changed between two times."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bin.application.plain import plain
from bin.application.questions.diff import diff as ask
from bin.cli import output
from bin.cli.arguments import KNOWN_HELP, RegisterName, print_position_note, read_moment, read_register
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.start import open_application
from projections.declare import Register
from projections.engine.diff import Difference


def diff(
    register: RegisterName,
    *,
    earlier: Annotated[str, typer.Option("--from", help=KNOWN_HELP)],
    later: Annotated[str | None, typer.Option("--to", help="Likewise; the head when not given.")] = None,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    limit: Annotated[int, typer.Option(help="At most so many rows.", min=1, max=100_000)] = 1_000,
    json: Json = False,
) -> None:
    """The records are not compared with the seal: run `rigsbog verify ledger` first."""
    declared, start = read_register(register), read_moment(earlier)
    end = None if later is None else read_moment(later)
    with open_application() as application:
        changes = ask(reader(application, authority=authority, basis=basis, case=case), declared, start, end, limit)
    first, last = changes.earlier, changes.later
    if json:
        positions = {"from": first.position, "to": last.position, "asked_from": first.asked, "asked_to": last.asked}
        rows = [_form(declared, row) for row in changes.rows]
        output.print_json({"register": register, **positions, "rows": rows, "cut": changes.cut})
    else:
        print_position_note(first)
        print_position_note(last)
        title = f"{register}, from position {first.position} to {last.position}"
        output.print_blocks(title, [_lines(row) for row in changes.rows])
        if changes.cut:
            output.print_line(f"Only the first {limit:,} rows are shown; --limit shows more.")


def _form(register: Register, row: Difference) -> dict[str, Any]:
    return {
        "key": dict(zip(register.key, row.key, strict=True)),
        "change": row.change,
        "columns": {name: {"before": before, "after": after} for name, (before, after) in row.columns.items()},
    }


def _lines(row: Difference) -> dict[str, str]:
    key = ", ".join(plain(part) for part in row.key)
    cells = {
        name: f"{plain(before) or 'empty'} -> {plain(after) or 'empty'}"
        for name, (before, after) in row.columns.items()
    }
    return {row.change.value: key} | cells
