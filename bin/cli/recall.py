"""`rigsbog recall`: a sender takes back a message that is held back and has not arrived."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.cli import output
from bin.cli.execute import any_subject, carry_out, facts_told, from_standard_input, party, say_facts
from bin.cli.options import Json
from bin.cli.start import open_application
from domain.post.message_commands import RecallMessage
from domain.subject import MessageId


def recall(
    message: Annotated[str, typer.Argument(help="The message: message:<uuid>.")],
    *,
    sender: Annotated[str, typer.Option(help="Who sent it: company:<uuid> or person:<uuid>.")],
    json: Json = False,
) -> None:
    """Take back MESSAGE before its value date; the reason stands on standard input, for it may tell of somebody.

    Exit code 3 when it has arrived, was rejected, or is not the sender's: an arrival stands for ever.
    """
    letter, who = any_subject(message), party(sender)
    if not isinstance(letter, MessageId):
        raise typer.BadParameter("a message:<uuid> is needed")
    reason = from_standard_input("Reason").strip()
    with open_application() as application:
        command = RecallMessage(message=letter, sender=who, reason=reason)
        recorded = carry_out(application, command, application.request(str(who)))
    if json:
        output.print_json({"message": letter, "recorded": facts_told(recorded)})
    else:
        say_facts(recorded)
