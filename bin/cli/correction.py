"""`rigsbog correction`: a registration that was wrong in the past: its letters, their senders, and what is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bin.application.post import corrections
from bin.cli import output
from bin.cli.arguments import read_authority_id, read_id, read_party
from bin.cli.facts import show_and_react, show_facts
from bin.cli.options import (
    Authority,
    Basis,
    Case,
    DecidedBy,
    ForAuthority,
    InCase,
    Json,
    NeedsDecider,
    Reasons,
    on_behalf,
    reader,
)
from bin.cli.standard_input import read_reasons
from bin.cli.start import open_application
from domain.post.correction import ImpactDecision, RegistrationStatus
from domain.subject import EntryId, MessageId

DAY = ["%Y-%m-%d"]
Correction = Annotated[
    str, typer.Argument(help="The correction, or an exemption that begins in the past: entry:<uuid>.")
]

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def registration(
    recipient: Annotated[str, typer.Argument(help="Whose registration: person:<uuid> or company:<uuid>.")],
    *,
    should: Annotated[RegistrationStatus, typer.Option(help="What it should have been.")],
    wrong_from: Annotated[datetime, typer.Option("--from", formats=DAY, help="The first day on which it was wrong.")],
    wrong_to: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="The first day on which it was right again.")
    ] = None,
    by: DecidedBy = None,
    authority: ForAuthority = None,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Correct a registration that was wrong from a day to a day; without --to it was wrong until now, and is right from
    now on.
    """
    party, acting, decided_by = read_party(recipient), on_behalf(authority, case), read_authority_id(by)
    with open_application() as application:
        recorded = corrections.correct(
            application,
            party,
            wrong_from.date(),
            wrong_to and wrong_to.date(),
            should,
            decided_by=decided_by,
            on_behalf=acting,
        )
        show_and_react(application, recorded, reactions=True, json=json, recipient=party)


@app.command()
def letters(
    correction: Correction,
    *,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """List the letters of the wrong time by sender: those that arrived, or, if the registration was missing, those that
    were refused. The reading is recorded.
    """
    entry = read_id(correction, EntryId)
    with open_application() as application:
        by = reader(application, authority=authority, basis=basis, case=case)
        listed = [output.as_row(letter) for letter in corrections.letters_of(application, entry, by)]
    if json:
        output.print_json({"correction": entry, "letters": listed})
    else:
        output.print_table("Letters to decide on", listed)


@app.command()
def inform(
    correction: Correction,
    *,
    sender: Annotated[str, typer.Option(help="Who sent them: company:<uuid> or person:<uuid>.")],
    authority: ForAuthority = None,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Record that a sender was informed of its letters of the wrong time."""
    entry, party, acting = read_id(correction, EntryId), read_party(sender), on_behalf(authority, case)
    with open_application() as application:
        recorded = corrections.inform(application, entry, party, acting)
    show_facts(recorded, json=json, correction=entry, sender=party)


@app.command()
def decide(
    correction: Correction,
    message: Annotated[str, typer.Argument(help="A letter of the wrong time: message:<uuid>.")],
    *,
    decision: Annotated[ImpactDecision, typer.Option(help="What it is worth.")],
    by: NeedsDecider,
    reasons: Reasons = False,
    authority: ForAuthority = None,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Record what a letter is worth. What is decided not to have arrived goes on paper; no time of the letter moves."""
    entry, letter, acting = read_id(correction, EntryId), read_id(message, MessageId), on_behalf(authority, case)
    decided_by, because = read_authority_id(by), read_reasons(given=reasons)
    with open_application() as application:
        recorded = corrections.decide(
            application, entry, letter, decision, decided_by=decided_by, ground=because, on_behalf=acting
        )
    show_facts(recorded, json=json, correction=entry, message=letter)
