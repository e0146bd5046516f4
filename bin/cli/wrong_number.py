"""`rigsbog wrong-number`: lists the letters that went to the wrong bearer of a CPR number."""

from __future__ import annotations

import typer

from bin.application.people.wrong_number import WrongBearer, wrong_bearers
from bin.cli import exits, output
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.standard_input import read_number
from bin.cli.start import open_application


def wrong_number(*, authority: Authority = None, basis: Basis = None, case: Case = None, json: Json = False) -> None:
    """Those of the time between the assignment that was a mistake and its withdrawal, each with whether it arrived and
    was opened. Exit code 1 when the number was never withdrawn from anybody.
    """
    number = read_number()
    with open_application() as application:
        bearers = wrong_bearers(reader(application, authority=authority, basis=basis, case=case), number)
    if json:
        rows = [
            output.as_row(bearer) | {"letters": [output.as_row(letter) for letter in bearer.letters]}
            for bearer in bearers
        ]
        output.print_json({"bearers": rows})
    else:
        for bearer in bearers:
            _show(bearer)
    if not bearers:
        output.print_notice("This number was never withdrawn from anybody.")
        raise typer.Exit(exits.DIFFERENT)


def _show(bearer: WrongBearer) -> None:
    until = f"from {bearer.assigned_at:%Y-%m-%d %H:%M:%S} to {bearer.withdrawn_at:%Y-%m-%d %H:%M:%S}"
    output.print_line(f"{bearer.person}  {until}: {len(bearer.letters)} letters", style="bold")
    for letter in bearer.letters:
        outcome = ("opened" if letter.opened else "arrived, not opened") if letter.available else "did not arrive"
        output.print_line(f"{letter.position}  {letter.submitted_at:%Y-%m-%d %H:%M:%S}  {letter.message}  {outcome}")
