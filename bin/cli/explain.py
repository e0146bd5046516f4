"""`rigsbog explain`: which record set one cell of a register, who acted, and on what legal basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bin.cli import exits, output
from bin.cli.arguments import (
    KNOWN_HELP,
    RegisterName,
    SubjectText,
    check_askable,
    read_known,
    read_register,
    read_subject,
    tell_note,
)
from bin.cli.options import Json
from bin.cli.start import open_application
from domain.subject import SubjectId
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.explain import explain as causes_of
from projections.engine.subjects import key_subject

CHOICES_MAX = 10
"""Rows named to whoever must choose one."""


def explain(
    register: RegisterName,
    subject: SubjectText,
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="A column of the register.")],
    *,
    known: Annotated[str | None, typer.Option(help=KNOWN_HELP)] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", "--row", help="Which row of several: a part of its key.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the fact behind one cell of REGISTER: time, actor, authority, legal basis; exit 1 if none set it."""
    declared, about = read_register(register), read_subject(subject)
    if column not in {one.name for one in declared.columns}:
        raise typer.BadParameter(f"{register} has the columns {', '.join(one.name for one in declared.columns)}")
    check_askable(declared, about)
    with open_application() as application, application.database.audit.connect() as connection:
        at = read_known(connection, known)
        position = at.position
        key = _only(declared, about, rows_as_of(connection, declared, about, position), kind)
        found = []
        if key is not None:
            owner = key_subject(declared, key)
            found = causes_of(connection, declared, owner, column, key=key, position=position)
    causes = [asdict(one) for one in found]
    if json:
        asked_for = {"register": register, "subject": str(about), "column": column, "known": position}
        output.print_json(asked_for | {"asked": at.asked, "causes": causes})
    else:
        tell_note(at)
        output.tell_blocks(f"What set {column} of {about} in {register}, as known at position {position}", causes)
    if not causes:
        raise typer.Exit(exits.DIFFERENT)


def _only(
    declared: Register, about: SubjectId, rows: list[Mapping[str, Any]], part: str | None
) -> Mapping[str, Any] | None:
    """The key of the subject's one row, or none; a usage error when the subject has several and none is chosen."""
    keys = [{name: row[name] for name in declared.key} for row in rows]
    chosen = [key for key in keys if part is None or part in {str(value) for value in key.values()}]
    if len(chosen) <= 1:
        return next(iter(chosen), None)
    if len(declared.key) == 1:
        names = [str(key_subject(declared, key)) for key in chosen]
        how = "ask about one of them"
    else:
        names = [" ".join(str(value) for value in key.values() if str(value) != str(about)) for key in chosen]
        how = "choose one by --row and a part of its key"
    more = ", and more" if len(names) > CHOICES_MAX else ""
    listed = ", ".join(names[:CHOICES_MAX])
    raise typer.BadParameter(f"{declared.name} has several rows about {about}; {how}: {listed}{more}")
