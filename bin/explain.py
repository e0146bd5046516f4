"""`rigsbog explain`: which record set one cell of a register, who acted, and on what legal basis."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bin.desk import exits, output
from bin.desk.asking import KNOWN_HELP, RegisterName, SubjectText, read_known, read_register, read_subject
from bin.desk.options import Json


def explain(
    register: RegisterName,
    subject: SubjectText,
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="A column of the register.")],
    *,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    kind: Annotated[str | None, typer.Option(help="For due_times: which kind of due time.")] = None,
    json: Json = False,
) -> None:
    """Show the fact behind one cell of REGISTER: time, actor, authority, legal basis; exit 1 if none set it."""
    from bin.desk.house import open_house
    from projections.engine.explain import explain as causes_of

    declared, about = read_register(register), read_subject(subject)
    if column not in {one.name for one in declared.columns}:
        raise typer.BadParameter(f"{register} has the columns {', '.join(one.name for one in declared.columns)}")
    key = None if kind is None else {"kind": kind}
    with open_house() as house, house.auditing.connect() as connection:
        position = read_known(connection, known)
        causes = [asdict(one) for one in causes_of(connection, declared, about, column, key=key, position=position)]
    if json:
        output.print_json(
            {"register": register, "subject": str(about), "column": column, "known": position, "causes": causes}
        )
    else:
        output.print_table(f"What set {column} of {about} in {register}, as known at position {position}", causes)
    if not causes:
        raise typer.Exit(exits.DIFFERENT)


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(explain))
