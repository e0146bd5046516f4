"""`rigsbog paper`: what goes on paper: a sender orders it, and the print service takes it and reports back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bin.application.post import paper
from bin.cli import output
from bin.cli.arguments import read_id, read_party
from bin.cli.facts import show_facts
from bin.cli.options import Authority, Basis, Case, ForLettersAuthority, InLettersCase, Json, on_behalf, reader
from bin.cli.start import open_application
from domain.post.paper import PaperReturn
from domain.post.paper_correction_commands import AnnulPaperPosting, AnnulPaperReturn
from domain.subject import EntryId, MessageId, PaperLetterId

Letter = Annotated[str, typer.Argument(help="The letter on paper: paper_letter:<uuid>.")]
On = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The Danish day of it; today if none.")]

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def send(
    message: Annotated[str, typer.Argument(help="The message that could not be delivered: message:<uuid>.")],
    *,
    sender: Annotated[str, typer.Option(help="Who sent it: company:<uuid> or person:<uuid>.")],
    authority: ForLettersAuthority = None,
    case: InLettersCase = None,
    json: Json = False,
) -> None:
    """Order that a message is printed and posted, because its recipient cannot be reached by Digital Post."""
    sent, party, acting = read_id(message, MessageId), read_party(sender), on_behalf(authority, case)
    with open_application() as application:
        recorded = paper.send(application, sent, party, acting)
    show_facts(recorded, json=json, message=sent)


@app.command("list")
def list_letters(*, authority: Authority = None, basis: Basis = None, case: Case = None, json: Json = False) -> None:
    """List what is to be printed, the oldest first. The reading is recorded."""
    with open_application() as application:
        by = reader(application, authority=authority, basis=basis, case=case)
        letters = [output.as_row(letter) for letter in paper.to_print(by)]
    if json:
        output.print_json({"letters": letters})
    else:
        output.print_table("To be printed", letters)


@app.command("print")
def print_letter(
    letter: Letter,
    *,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Show a letter with its recipient's name and address, to be printed. The reading is recorded."""
    named = read_id(letter, PaperLetterId)
    with open_application() as application:
        by = reader(application, authority=authority, basis=basis, case=case, opens=True)
        printed = output.as_row(paper.printed(application, named, by))
    if json:
        output.print_json(printed)
    else:
        output.print_blocks("Letter", [printed])


@app.command()
def posted(
    letter: Letter,
    *,
    address: Annotated[
        str, typer.Option(help="The address that was printed: entry:<uuid>, as `paper print` shows it.")
    ],
    on: On = None,
    json: Json = False,
) -> None:
    """Report that a letter was handed to the post. From that day its own arrival is counted."""
    named, entry = read_id(letter, PaperLetterId), read_id(address, EntryId)
    with open_application() as application:
        recorded = paper.report_posted(application, named, entry, on and on.date())
    show_facts(recorded, json=json, letter=named)


@app.command()
def returned(
    letter: Letter,
    *,
    because: Annotated[PaperReturn, typer.Option(help="Why it came back.")] = PaperReturn.UNKNOWN_AT_ADDRESS,
    on: On = None,
    json: Json = False,
) -> None:
    """Report that a letter came back: it did not arrive, and can be sent again."""
    named = read_id(letter, PaperLetterId)
    with open_application() as application:
        recorded = paper.report_returned(application, named, because, on and on.date())
    show_facts(recorded, json=json, letter=named)


@app.command("annul-posting")
def annul_posting(letter: Letter, *, json: Json = False) -> None:
    """A letter was reported as posted by mistake: it has no arrival, and is to be printed still."""
    named = read_id(letter, PaperLetterId)
    with open_application() as application:
        recorded = paper.annul(application, named, AnnulPaperPosting)
    show_facts(recorded, json=json, letter=named)


@app.command("annul-return")
def annul_return(letter: Letter, *, json: Json = False) -> None:
    """A letter was reported to have come back by mistake: it is presumed to have arrived on its day."""
    named = read_id(letter, PaperLetterId)
    with open_application() as application:
        recorded = paper.annul(application, named, AnnulPaperReturn)
    show_facts(recorded, json=json, letter=named)
