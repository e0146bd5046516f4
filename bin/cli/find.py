"""`rigsbog find`: finds who holds a CPR or CVR number, which is read from standard input and stored nowhere."""

from __future__ import annotations

import typer

from bin.application.people.find import NumberHolder, not_registered
from bin.application.questions.look_up import look_up
from bin.cli import exits, output
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.standard_input import read_number
from bin.cli.start import open_application


def find(*, authority: Authority = None, basis: Basis = None, case: Case = None, json: Json = False) -> None:
    """The number is never an argument: arguments show in process lists and shell histories. Exit code 1 when nobody is
    registered under it, 65 when it is not a valid number.
    """
    number = read_number()
    with open_application() as application:
        holder = look_up(reader(application, authority=authority, basis=basis, case=case), number)
    _show(holder, json=json)
    if holder.subject is None:
        raise typer.Exit(exits.DIFFERENT)


def _show(holder: NumberHolder, *, json: bool) -> None:
    if json:
        output.print_json(
            {
                "found": holder.subject is not None,
                "subject": holder.subject,
                "kind": holder.subject and holder.subject.kind,
                "number": holder.number_kind.value,
                "current": holder.current if holder.subject else None,
            }
        )
    elif holder.subject:
        typer.echo(f"{holder.subject}  ({'current' if holder.current else 'former'} {holder.number_kind} number)")
    else:
        output.print_notice(not_registered(holder.number_kind))
