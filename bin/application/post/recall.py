"""Recalls a message that is held back and has not arrived."""

from __future__ import annotations

from bin.application.application import Application
from bin.application.post.letter_context import as_submitted
from domain.post.release_commands import RecallMessage
from domain.record import Record
from domain.subject import MessageId, PartyId


def recall(application: Application, message: MessageId, sender: PartyId, reason: str) -> tuple[Record, ...]:
    """Recall a message as its sender, for the authority and in the case of its submission.

    Raises the refusals of RecallMessage.
    """
    command = RecallMessage(message=message, sender=sender, reason=reason)
    return application.execute(command, str(sender), as_submitted(application, message))
