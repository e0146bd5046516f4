"""`rigsbog open`: handles or marks a message as its recipient, or as one with read access."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bin.application.post.open import ReaderAction, handle, sentences, served_on
from bin.cli import output
from bin.cli.arguments import read_id, read_party
from bin.cli.facts import show_facts
from bin.cli.options import Json
from bin.cli.start import open_application
from domain.post.item import Folder, ForwardedTo
from domain.post.message import Channel
from domain.subject import MessageId


def open_message(
    message: Annotated[str, typer.Argument(help="The message: message:<uuid>, or its messageUUID alone.")],
    *,
    reader: Annotated[str, typer.Option(help="Who reads: person:<uuid> or company:<uuid>.")],
    channel: Annotated[Channel, typer.Option(help="Where the mailbox is shown.")] = Channel.BORGER_DK,
    act: Annotated[ReaderAction, typer.Option(help="What the reader does.")] = ReaderAction.OPEN,
    folder: Annotated[Folder, typer.Option(help="Where a moved message goes.")] = Folder.ARCHIVE,
    to: Annotated[ForwardedTo, typer.Option(help="To whom a message is forwarded.")] = ForwardedTo.TRUSTED,
    json: Json = False,
) -> None:
    """Opening and downloading show the message's title and text. The first handling of a summons serves it; marking a
    message read or unread has no legal effect.
    """
    handled_id = read_id(message if ":" in message else f"message:{message}", MessageId)
    party = read_party(reader)
    with open_application() as application:
        handled = handle(application, handled_id, party, act, channel=channel, folder=folder, to=to)
    contents = handled.contents
    said = {} if contents is None else asdict(contents)
    show_facts(
        handled.records,
        json=json,
        message=handled_id,
        act=act,
        clock=asdict(handled.times),
        served_on=served_on(handled.service),
        **said,
    )
    if json:
        return
    for sentence in sentences(handled.times, handled.service):
        output.print_notice(sentence)
    if contents is not None:
        typer.echo("\n".join(filter(None, (contents.title, contents.text, *contents.files))))
