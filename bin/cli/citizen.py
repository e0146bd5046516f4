"""`rigsbog citizen`: what happens in the life of a person or a company, as authorities record it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from bin.application.errors import BadInput
from bin.application.people.life_events import ACTS, Act, Said
from bin.application.reactions.executor import caught_up
from bin.cli import output
from bin.cli.execute import carry_out, facts_told, from_standard_input, party, say_facts
from bin.cli.options import Reactions
from bin.cli.start import open_application
from domain.command import Command
from domain.identity.cpr import NotACprNumber
from domain.record import Record
from domain.subject import PartyId

HELP = (
    "One of: renumber, rename, move, protect, unprotect, leave, return, died, correct-death, cease, exempt, "
    "revoke-exemption, join, break-grace, grant-access, revoke-access."
)
DAY = ["%Y-%m-%d"]


def citizen(
    act: Annotated[str, typer.Argument(help=HELP)],
    subject: Annotated[str, typer.Argument(help="Whom it befalls: person:<uuid> or company:<uuid>.")],
    *,
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="The day; of join, the birth date.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="protect: the first day without.")] = None,
    reader: Annotated[str | None, typer.Option(help="grant-access, revoke-access: person:<uuid>.")] = None,
    by: Annotated[str | None, typer.Option(help="Who decided (exempt), who revokes, or why (renumber).")] = None,
    reactions: Reactions = True,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Record what happened to a person or a company, and say which facts followed.

    From standard input, for they do not belong in a shell's history: renumber reads the new CPR number, rename reads
    {"given": ..., "family": ...} or a company's name as it is, move {"street": ..., "postal_code": ..., "city": ...}.
    At the end, what follows by itself is done, such as closing the mailbox of the dead; --no-reactions leaves that to
    `rigsbog run`.
    """
    what, who = ACTS.get(act), party(subject)
    if what is None or not isinstance(who, what.of):
        raise typer.BadParameter(f"there is no such act of a {who.kind}. {HELP}")
    with open_application() as application:
        said = Said(
            on and on.date(),
            until and until.date(),
            None if reader is None else party(reader),
            by,
            lambda: from_standard_input("Number, name or address"),
            application.cpr,
        )
        recorded = carry_out(application, _command(what, who, said), application.request("system:citizen"))
        _tell(act, who, recorded, json=json)
        if reactions:
            caught_up(application)


def _command(what: Act, who: PartyId, said: Said) -> Command[*tuple[Any, ...]]:
    try:
        return what.command(who, said)
    except NotACprNumber as error:
        raise BadInput(str(error)) from None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _tell(act: str, who: PartyId, recorded: list[Record], *, json: bool) -> None:
    if json:
        output.print_json({"act": act, "subject": who, "recorded": facts_told(recorded)})
    else:
        say_facts(recorded)
