"""`rigsbog readings`: what was read by one mandate."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.questions.readings import readings as ask
from bin.cli import output
from bin.cli.arguments import read_id
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.start import open_application
from domain.subject import EntryId


def readings(
    mandate: Annotated[str, typer.Argument(help="The mandate: entry:<uuid>, as `rigsbog as-of mandates` shows it.")],
    *,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Of a mandate by mistake, which `rigsbog citizen annul-entry` annuls, it is the list of the breach. It is recorded
    as an answer about those whom it names.
    """
    entry = read_id(mandate, EntryId)
    with open_application() as application:
        answer = ask(application, entry, reader(application, authority=authority, basis=basis, case=case, opens=False))
    if json:
        output.print_json(output.as_row(answer) | {"acts": [output.as_row(act) for act in answer.acts]})
        return
    state = "annulled: it never held" if answer.annulled else "not annulled"
    output.print_line(f"{entry}: {answer.held_by} for {answer.giver}; {state}. Acts: {len(answer.acts) or 'none'}.")
    for act in answer.acts:
        served = "; it served a summons" if act.served else ""
        output.print_line(f"{act.position}  {act.recorded_at:%Y-%m-%d %H:%M:%S}  {act.act}  {act.message}{served}")
