"""`rigsbog retention`: what is to be deleted because its term of storage is over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bin.application.operations.retention import delete_due, extend_retention, planned_deletions
from bin.cli import output
from bin.cli.arguments import read_party
from bin.cli.facts import show_facts
from bin.cli.options import Authority, Basis, Case, InCase, Json, on_behalf, reader
from bin.cli.start import open_application

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def show(
    *,
    due: Annotated[bool, typer.Option("--due", help="Only what has fallen due and is not deleted yet.")] = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object a line: holder, retention_class, due_on, rule, fell_due_at."),
    ] = False,
) -> None:
    """Show what is to be deleted, the earliest first, and by which rule; without a rule an authority set the day. The
    reading is recorded.
    """
    with open_application() as application:
        by = reader(application, authority=authority, basis=basis, case=case)
        planned = planned_deletions(by, due=due)
    for deletion in planned:
        if json:
            output.print_json(output.as_row(deletion))
        else:
            state = "" if deletion.fell_due_at is None else "  due"
            rule = deletion.rule or "set by an authority"
            typer.echo(f"{deletion.due_on}  {deletion.holder}  {deletion.retention_class}  {rule}{state}")


@app.command()
def apply(*, json: Json = False) -> None:
    """Delete what has fallen due, by destroying its keys, as `rigsbog run` does. It needs the database's owner, and no
    key; safe to repeat.
    """
    with open_application() as application:
        deleted = delete_due(application)
    if json:
        output.print_json({"deleted": [output.as_row(each) for each in deleted]})
        return
    for each in deleted:
        output.print_notice(f"{each.holder}: what was encrypted of the class {each.retention_class} is deleted.")
    if not deleted:
        output.print_notice("Nothing has fallen due.")


@app.command()
def extend(
    holder: Annotated[str, typer.Argument(help="Whose mailbox: person:<uuid> or company:<uuid>.")],
    *,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which it is deleted instead.")],
    basis: Annotated[str, typer.Option(help="The paragraph by which it is decided.")],
    authority: Annotated[str, typer.Option(help="CVR number of the authority that decides it.")],
    case: InCase = None,
    json: Json = False,
) -> None:
    """Let a representative keep the content of a dead person's mailbox, or of a ceased company's, until a later day."""
    party, acting = read_party(holder), on_behalf(authority, case)
    with open_application() as application:
        recorded = extend_retention(application, party, until.date(), basis, acting)
    show_facts(recorded, json=json, holder=party)
