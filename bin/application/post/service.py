"""Service of a court's message: its recipient confirms it, or the court records what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.post.letter_context import as_handled, as_submitted
from bin.application.post.open import contents_before_act, remaining_entry, submission_of
from domain.danish_time import day_of
from domain.fact import Event
from domain.post.item import ITEM
from domain.post.item_commands import NotAvailable, NotTheRecipient
from domain.post.message import MESSAGE, Channel, MessageMadeAvailable
from domain.post.service_commands import ConfirmService, CourtsAct, NoSuchSummons
from domain.record import Record
from domain.subject import MessageId, PartyId


def confirm_service(
    application: Application, message: MessageId, reader: PartyId, stated_on: date, channel: Channel = Channel.BORGER_DK
) -> tuple[Record, ...]:
    """Confirm a message, which is read first: what cannot be shown serves nobody.

    Raises NotTheRecipient, also for an unknown message, and the other refusals of ConfirmService; and ContentErased and
    DocumentFault.
    """
    owner = _recipient(application, message) or reader
    arrived_on = _day_of(application, message, MessageMadeAvailable)
    if arrived_on is None:
        raise NotAvailable if owner == reader and _recipient(application, message) else NotTheRecipient
    command = ConfirmService(
        message=message,
        reader=reader,
        owner=owner,
        channel=channel,
        remains=remaining_entry(application, owner, reader),
        stated_on=stated_on,
        arrived_on=arrived_on,
    )
    acting = as_handled(application, message)
    submission, (item,) = submission_of(application, message), application.handler.states([ITEM.of(message)])
    if submission is not None and not item.service.served:
        contents_before_act(application, command, submission, acting)
    return application.execute(command, str(reader), acting)


def record_courts_act(
    application: Application,
    message: MessageId,
    sender: PartyId,
    act: Callable[..., CourtsAct],
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Record a court's act upon its message: `act` makes its command of the fields of CourtsAct.

    It is for the authority and in the case of the message, where `on_behalf` states no other.

    Raises NoSuchSummons, also for an unknown message, and the other refusals of the command.
    """
    recipient = _recipient(application, message)
    if recipient is None:
        raise NoSuchSummons
    command = act(message=message, recipient=recipient, sender=sender)
    return application.execute(command, str(sender), as_submitted(application, message, on_behalf))


def _day_of(application: Application, message: MessageId, fact: type[Event]) -> date | None:
    """The Danish day on which the fact of the message was recorded; None if it was not."""
    records = application.handler.records(message)
    return next((day_of(record.recorded_at) for record in records if isinstance(record.event, fact)), None)


def _recipient(application: Application, message: MessageId) -> PartyId | None:
    (state,) = application.handler.states([MESSAGE.of(message)])
    recipient: PartyId | None = state.recipient
    return recipient
