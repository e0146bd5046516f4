"""`rigsbog as-of`: what a register said about a subject at any earlier time, from the ledger alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bin.desk import exits, output
from bin.desk.asking import (
    KNOWN_HELP,
    RegisterName,
    SubjectText,
    check_askable,
    read_day,
    read_known,
    read_register,
    read_subject,
)
from bin.desk.options import Authority, Basis, Case, Json, Open, mandate

if TYPE_CHECKING:
    from projections.declare import Register


def as_of(
    register: RegisterName,
    subject: SubjectText,
    *,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    valid: Annotated[
        str | None, typer.Option(help="Only rows that held on this Danish day (valid_from, valid_to).")
    ] = None,
    open_: Open = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Show REGISTER's rows about SUBJECT as they were KNOWN then, and, where rows have a validity, as they were VALID.

    A row is about SUBJECT when its key names it, or a fact that set it: a payee's accounts, a recipient's messages.
    Registration time (what the book knew) and effective time (what held in the world) are asked for separately.
    """
    from bin.desk.house import open_house
    from bin.desk.reading import Reader
    from projections.engine.as_of import ROWS_MAX, rows_as_of

    asked = mandate(opened=open_, authority=authority, basis=basis, case=case)
    declared, about = read_register(register), read_subject(subject)
    check_askable(declared, about)
    day = _read_valid(valid, declared)
    with open_house() as house:
        with house.auditing.connect() as connection:
            position = read_known(connection, known)
            known_then = rows_as_of(connection, declared, about, position, ROWS_MAX + 1)
        rows, cut = [row for row in known_then[:ROWS_MAX] if _held(row, day)], len(known_then) > ROWS_MAX
        shown = Reader(house, asked).rows(declared, rows, f"{register} of {about}")
    if json:
        asked_for = {"register": register, "subject": str(about), "known": position, "valid": day}
        output.print_json(asked_for | {"rows": shown, "cut": cut})
        return
    held = "" if day is None else f", valid on {day}"
    _tell(f"What {register} said about {about}, known at position {position}{held}:", shown, cut=cut)


def _tell(title: str, rows: list[dict[str, Any]], *, cut: bool) -> None:
    from projections.engine.as_of import ROWS_MAX

    output.tell(title)
    for row in rows:
        output.print_table("", [{"column": name, "value": value} for name, value in row.items()])
    if not rows:
        output.tell("Nothing.")
    if cut:
        output.tell(f"There are more: only {ROWS_MAX:,} rows were looked at.")


def _read_valid(text: str | None, declared: Register) -> date | None:
    """The day of validity; a usage error when it cannot be read, or the register's rows have no validity."""
    from projections.catalogue import REGISTERS

    if text is None:
        return None
    dated = [one.name for one in REGISTERS if "valid_from" in one.table.columns]
    if declared.name not in dated:
        raise typer.BadParameter(f"rows of {declared.name} have no validity; --valid is for {', '.join(dated)}")
    return read_day(text)


def _held(row: Mapping[str, Any], day: date | None) -> bool:
    """Whether the row held on the day: from valid_from until before valid_to."""
    if day is None:
        return True
    return (
        row["valid_from"] is not None
        and row["valid_from"] <= day
        and (row["valid_to"] is None or day < row["valid_to"])
    )


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(as_of))
