"""`rigsbog letter`: what happens to a letter that neither its sender nor its reader does."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from bin.application.people.imports import read_lines
from bin.application.post.arrivals import ArrivalImport
from bin.application.post.unavailability import make_unavailable, report_virus
from bin.cli import exits, output
from bin.cli.arguments import read_message
from bin.cli.facts import show_facts
from bin.cli.options import InCase, Json, on_behalf, read_authority
from bin.cli.standard_input import open_input
from bin.cli.start import open_application

Letter = Annotated[str, typer.Argument(metavar="MESSAGE", help="The letter: message:<uuid>.")]
Authority = Annotated[str, typer.Option(help="CVR number of the authority that decides it.")]
OfCase = Annotated[str, typer.Option("--case", help="The case that documents it.")]

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def virus(
    message: Letter,
    *,
    scanner: Annotated[str, typer.Option(help="The program that found it.")],
    authority: Authority,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Report a virus in a letter: one that is held back is rejected; one that has arrived is made unavailable, and its
    arrival remains. Its sender gets a receipt.
    """
    letter, decider = read_message(message), read_authority(authority)
    with open_application() as application:
        recorded = report_virus(application, letter, scanner, authority=decider, case=case)
    show_facts(recorded, json=json, message=letter)


@app.command()
def unavailable(
    message: Letter,
    *,
    basis: Annotated[str, typer.Option(help="The paragraph by which it is done.")],
    authority: Authority,
    case: OfCase,
    json: Json = False,
) -> None:
    """Make a letter that was sent by mistake unavailable, on the documented request of its sender: nobody reads it any
    more, its arrival remains, and its sender gets a receipt.
    """
    letter, decider = read_message(message), read_authority(authority)
    with open_application() as application:
        recorded = make_unavailable(application, letter, basis, authority=decider, case=case)
    show_facts(recorded, json=json, message=letter)


@app.command("import")
def import_arrivals(
    file: Annotated[str, typer.Argument(help="FILE.jsonl, or - for standard input.")],
    *,
    source: Annotated[str, typer.Option(help="The system from which the arrivals are taken over.")],
    authority: Authority,
    case: InCase = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line: line, message, status, position, errors.")
    ] = False,
) -> None:
    """Take over arrivals from another system, each with its own legal time, one JSON object a line:
    {"message": "MESSAGEUUID", "sender": "CVR", "recipient": "CPR", "available_at": "2021-03-01T10:00:00Z",
    "evidence_sha256": "SHA-256 of the evidence that is kept"}

    An invalid line is reported with its number and field, never with its contents; all valid lines are taken over, and
    the exit code is 65. The same file again changes nothing.
    """
    counts, behalf = Counter[str](), on_behalf(authority, case)
    with open_application() as application, open_input(file) as stream:
        for line in ArrivalImport(application, source, behalf).take_over(read_lines(stream)):
            counts[line.status.value] += 1
            if json:
                output.print_json(output.as_row(line) | {"errors": [output.as_row(fault) for fault in line.errors]})
            elif line.errors:
                errors = "; ".join(f"{fault.field}: {fault.message}" for fault in line.errors)
                output.print_notice(f"line {line.line}: {errors}")
    if not json:
        output.print_counts(counts)
    if counts.keys() & {"INVALID", "REFUSED"}:
        raise typer.Exit(exits.BAD_INPUT)
