"""`rigsbog recall`: a sender recalls a message that is held back and has not arrived."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.post.recall import recall as recall_message
from bin.cli.arguments import read_id, read_party
from bin.cli.facts import show_facts
from bin.cli.options import Json
from bin.cli.standard_input import read_text
from bin.cli.start import open_application
from domain.subject import MessageId


def recall(
    message: Annotated[str, typer.Argument(help="The message: message:<uuid>.")],
    *,
    sender: Annotated[str, typer.Option(help="Who sent it: company:<uuid> or person:<uuid>.")],
    json: Json = False,
) -> None:
    """Exit code 3 when the message has arrived, was rejected, or is another sender's: a message that has arrived cannot
    be recalled.
    """
    recalled, party = read_id(message, MessageId), read_party(sender)
    reason = read_text("Reason").strip()
    with open_application() as application:
        recorded = recall_message(application, recalled, party, reason)
    show_facts(recorded, json=json, message=recalled)
