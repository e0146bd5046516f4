"""`rigsbog service`: service of process, as its recipient confirms it and as the court records it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated

import typer

from bin.application.post.service import confirm_service, record_courts_act
from bin.cli.arguments import read_id, read_party
from bin.cli.facts import show_facts
from bin.cli.options import ForLettersAuthority, InLettersCase, Json, on_behalf
from bin.cli.start import open_application
from domain.post.message import Channel
from domain.post.service import OtherMethod, ServiceMistake
from domain.post.service_commands import AbandonService, AnnulService, CourtsAct, FindServiceValid, RecordOtherService
from domain.subject import MessageId

Summons = Annotated[str, typer.Argument(metavar="MESSAGE", help="The message that is to be served: message:<uuid>.")]
Court = Annotated[str, typer.Option("--sender", help="The court that sent it: company:<uuid>.")]
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The Danish day on which it is served.")]

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def confirm(
    message: Summons,
    *,
    reader: Annotated[str, typer.Option(help="Its recipient: person:<uuid> or company:<uuid>.")],
    on: Day,
    channel: Annotated[Channel, typer.Option(help="Where the mailbox is shown.")] = Channel.BORGER_DK,
    json: Json = False,
) -> None:
    """Confirm the receipt of a message that asks for it: it is served on the stated day, which is not before its
    arrival and not after today. The court and the recipient's sent mail get the receipt.
    """
    served, party = read_id(message, MessageId), read_party(reader)
    with open_application() as application:
        recorded = confirm_service(application, served, party, on.date(), channel)
    show_facts(recorded, json=json, message=served)


@app.command()
def abandon(
    message: Summons,
    *,
    sender: Court,
    next_method: Annotated[OtherMethod, typer.Option("--next", help="The method that the court takes instead.")],
    authority: ForLettersAuthority = None,
    case: InLettersCase = None,
    json: Json = False,
) -> None:
    """Give digital service up: from then on no handling and no confirmation serves the message."""
    _record(
        message,
        sender,
        partial(AbandonService, next_method=next_method),
        authority=authority,
        case=case,
        json=json,
    )


@app.command()
def record(
    message: Summons,
    *,
    sender: Court,
    method: Annotated[OtherMethod, typer.Option(help="By which method it was served.")],
    on: Day,
    authority: ForLettersAuthority = None,
    case: InLettersCase = None,
    json: Json = False,
) -> None:
    """Record that the message was served by another method. Exit code 3 when it is served already."""
    _record(
        message,
        sender,
        partial(RecordOtherService, method=method, served_on=on.date()),
        authority=authority,
        case=case,
        json=json,
    )


@app.command()
def reached(
    message: Summons,
    *,
    sender: Court,
    on: Day,
    authority: ForLettersAuthority = None,
    case: InLettersCase = None,
    json: Json = False,
) -> None:
    """Record that the court found that the document reached its addressee, and so counts as served (retsplejeloven
    § 163(2)). Exit code 3 when it is served already.
    """
    _record(
        message,
        sender,
        partial(FindServiceValid, reached_on=on.date()),
        authority=authority,
        case=case,
        json=json,
    )


@app.command()
def annul(
    message: Summons,
    *,
    sender: Court,
    because: Annotated[ServiceMistake, typer.Option(help="Why the service does not hold.")],
    authority: ForLettersAuthority = None,
    case: InLettersCase = None,
    json: Json = False,
) -> None:
    """Record that the court found that the service does not hold: the message can be served again. What was recorded of
    it, and its times, remain. Exit code 3 when it is not served.
    """
    _record(message, sender, partial(AnnulService, because=because), authority=authority, case=case, json=json)


def _record(
    message: str,
    sender: str,
    act: Callable[..., CourtsAct],
    *,
    authority: str | None,
    case: str | None,
    json: bool,
) -> None:
    served, court, acting = read_id(message, MessageId), read_party(sender), on_behalf(authority, case)
    with open_application() as application:
        recorded = record_courts_act(application, served, court, act, acting)
    show_facts(recorded, json=json, message=served)
