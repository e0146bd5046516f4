"""Recalls a message that is held back and has not arrived."""

from __future__ import annotations

from bin.application.application import Application
from domain.post.release_commands import RecallMessage
from domain.record import Record
from domain.subject import MessageId, PartyId


def recall(application: Application, message: MessageId, sender: PartyId, reason: str) -> tuple[Record, ...]:
    """Recall a message in the name of its sender. Raises the refusals of RecallMessage."""
    command = RecallMessage(message=message, sender=sender, reason=reason)
    return application.execute(command, str(sender))
