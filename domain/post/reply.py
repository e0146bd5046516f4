"""Replies (*svar*): a message that answers one which its recipient sent to its sender. MeMo reply, ReplyData.

What a letter says that it answers is in MessageSubmitted, and proves nothing. It answers only what arrived at its
sender and came from its recipient; of anything else a reply is a message like others, and its sender learns nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from domain.command import Consulted, Entity, State
from domain.fact import Event
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Fault
from domain.post.message import MessageMadeAvailable
from domain.post.submission import MessageSubmitted
from domain.subject import MessageId, PartyId

NO_REPLY = Fault(
    code="reply.not.allowed",
    path=f"{MESSAGE_HEADER_PATH}/ReplyData",
    message="The message that this one answers permits no reply. Send a message of your own instead.",
)


class ReplyLinked(Event):
    """The message answers another (*svar*), which its recipient sent to its sender. MeMo ReplyData.

    One that comes after its time (*svarfrist*, MeMo replyByDateTime) arrives all the same, and says that it is late.
    """

    once = True

    message: MessageId
    answers: MessageId
    thread: MessageId
    """The first message of the thread."""
    late: bool


@dataclass(frozen=True, slots=True)
class Answerable(State):
    """A message as far as replies are concerned: between whom it was, whether it permits one, and until when."""

    sender: PartyId | None = None
    recipient: PartyId | None = None
    reply: bool = False
    reply_by: datetime | None = None
    arrived: bool = False
    thread: MessageId | None = None
    """The first message of its thread, if it is a reply or has one."""

    def answered_by(self, sender: PartyId | None, recipient: PartyId | None) -> bool:
        """Whether a message between the two answers it."""
        return self.arrived and sender is not None and (self.recipient, self.sender) == (sender, recipient)

    def evolve(self, event: Event) -> Self:
        match event:
            case MessageSubmitted():
                return self.but(
                    sender=event.sender, recipient=event.recipient, reply=event.reply, reply_by=event.reply_by
                )
            case MessageMadeAvailable():
                return self.but(arrived=True)
            case ReplyLinked(thread=thread):
                return self.but(thread=thread)
            case _:
                return self


def answered(message: MessageId, answers: UUID | None) -> Consulted[Answerable]:
    """Consult the message that one answers; of none, itself, which is not submitted yet."""
    return ANSWERABLE.of(MessageId(answers or message.uuid))


def reply_barred(answers: Answerable, sender: PartyId | None, recipient: PartyId | None) -> Iterator[Fault]:
    """The fault of a reply to a message that permits none."""
    if answers.answered_by(sender, recipient) and not answers.reply:
        yield NO_REPLY


def reply_linked(
    message: MessageId, answers: UUID | None, state: Answerable, parties: tuple[PartyId | None, PartyId], now: datetime
) -> Iterator[ReplyLinked]:
    """That the message between these parties answers that one, if it does."""
    if answers is not None and state.answered_by(*parties):
        parent = MessageId(answers)
        late = state.reply_by is not None and now > state.reply_by
        yield ReplyLinked(message=message, answers=parent, thread=state.thread or parent, late=late)


ANSWERABLE = Entity(
    "answerable",
    Answerable(),
    {"ReplyLinked": ReplyLinked},
    follows=(MessageSubmitted, MessageMadeAvailable),
)
"""Consulted of the message that is answered."""
