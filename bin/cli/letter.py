"""`rigsbog letter`: what happens to a letter after its submission that neither its sender nor its reader does."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.post.unavailability import make_unavailable, report_virus
from bin.cli.arguments import read_message
from bin.cli.facts import show_facts
from bin.cli.options import InCase, Json, read_authority
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
