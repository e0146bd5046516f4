"""Service of a court's message: its recipient confirms it, or the court records what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from domain.post.message import MESSAGE, Channel
from domain.post.service_commands import ConfirmService, CourtsAct, NoSuchSummons
from domain.record import Record
from domain.subject import MessageId, PartyId


def confirm_service(
    application: Application, message: MessageId, reader: PartyId, stated_on: date, channel: Channel = Channel.BORGER_DK
) -> tuple[Record, ...]:
    """Confirm a message. Raises NotTheRecipient, also for an unknown message, and the refusals of ConfirmService."""
    owner = _recipient(application, message) or reader
    command = ConfirmService(message=message, reader=reader, owner=owner, channel=channel, stated_on=stated_on)
    return application.execute(command, str(reader))


def record_courts_act(
    application: Application,
    message: MessageId,
    sender: PartyId,
    act: Callable[[MessageId, PartyId, PartyId], CourtsAct],
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Record a court's act upon its message: `act` makes its command of message, recipient and court.

    Raises NoSuchSummons, also for an unknown message, and the other refusals of the command.
    """
    recipient = _recipient(application, message)
    if recipient is None:
        raise NoSuchSummons
    return application.execute(act(message, recipient, sender), str(sender), on_behalf)


def _recipient(application: Application, message: MessageId) -> PartyId | None:
    (state,) = application.handler.states([MESSAGE.of(message)])
    recipient: PartyId | None = state.recipient
    return recipient
