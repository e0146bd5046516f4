"""Recalls a message that is held back and has not arrived."""

from __future__ import annotations

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from domain.entities import NAMES
from domain.post.release_commands import RecallMessage
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import MessageId, PartyId

SUBMITTED = NAMES[MessageSubmitted]


def recall(application: Application, message: MessageId, sender: PartyId, reason: str) -> tuple[Record, ...]:
    """Recall a message as its sender, for the authority and in the case of its submission.

    Raises the refusals of RecallMessage.
    """
    command = RecallMessage(message=message, sender=sender, reason=reason)
    submissions = (record for record in application.handler.records(message) if record.name == SUBMITTED)
    context = next((record.context for record in submissions), None)
    on_behalf = OPERATOR if context is None else OnBehalf(context.authority, context.case)
    return application.execute(command, str(sender), on_behalf)
