"""Service of process (*forkyndelse*): how a court's message asks for it, by what it is served, and that it is given up.

Retsplejeloven § 155 lets a court choose among equal methods. A message is served once, by the method that is recorded
first: in simplified digital service by the first handling, which is a fact of the message (ServiceEffected); in digital
service with confirmation by what the recipient states; by another method, or by § 163(2), as the court states it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.fact import Event
from domain.post.message import ReadersFact, ServiceEffected
from domain.post.submission import MessageSubmitted
from domain.subject import MessageId, PartyId


class OtherMethod(StrEnum):
    """A method of service that is not digital (domstol.dk, forkyndelse)."""

    LETTER = "letter"
    TELEPHONE = "telephone"
    BAILIFF = "bailiff"
    """*Stævningsmand*."""
    POLICE = "police"
    STATSTIDENDE = "statstidende"
    """Publication in the official gazette."""


class ServiceConfirmationRequested(Event):
    """The message asks its recipient to confirm the receipt (*digital forkyndelse*), retsplejeloven § 155(1) no. 2."""

    once = True

    message: MessageId
    recipient: PartyId


class ServiceConfirmed(ReadersFact):
    """The recipient confirmed the receipt (*modtagelsen bekræftet*): the summons is served on the stated day.

    Retsplejeloven § 155(1) no. 2.
    """

    once = True

    stated_on: date


class ServiceAbandoned(Event):
    """The court gave digital service up (*digital forkyndelse opgivet*) and takes another method. Retsplejeloven § 155.

    From then on no handling and no confirmation serves the message; what has been served stays served.
    """

    once = True

    message: MessageId
    recipient: PartyId
    sender: PartyId
    """The court."""
    next_method: OtherMethod


class ServedOtherwise(Event):
    """The court's message was served by another method (*forkyndt på anden måde*), on the day that the court states.

    Retsplejeloven § 155; by telephone § 156 a.
    """

    once = True

    message: MessageId
    recipient: PartyId
    sender: PartyId
    """The court."""
    method: OtherMethod
    served_on: date


class SummonsReachedAddressee(Event):
    """The court found that the document had reached its addressee (*kommet adressaten i hænde*): it counts as served on
    that day, although a form was not kept. Retsplejeloven § 163(2).
    """

    once = True

    message: MessageId
    recipient: PartyId
    sender: PartyId
    """The court."""
    reached_on: date


SERVING: tuple[type[Event], ...] = (ServiceEffected, ServiceConfirmed, ServedOtherwise, SummonsReachedAddressee)
"""The facts by which a message is served; it has at most one of them."""


@dataclass(frozen=True, slots=True)
class Service(State):
    """The service of one message."""

    requested: bool = False
    """Whether the message is one that is to be served."""
    to_confirm: bool = False
    """Whether it asks its recipient to confirm the receipt."""
    abandoned: bool = False
    served: bool = False

    @property
    def open(self) -> bool:
        """Whether it can still be served digitally."""
        return self.requested and not self.served and not self.abandoned

    def evolve(self, event: Event) -> Self:
        """What the message asks for, and whether it is served or given up."""
        match event:
            case MessageSubmitted():
                return self.but(requested=event.legal_notification)
            case ServiceConfirmationRequested():
                return self.but(requested=True, to_confirm=True)
            case ServiceAbandoned():
                return self.but(abandoned=True)
            case _:
                return self.but(served=True) if isinstance(event, SERVING) else self


NOT_REQUESTED = Service()
"""Of a message that is not to be served."""

SERVICE = Entity(
    "service",
    NOT_REQUESTED,
    {
        "ServiceConfirmationRequested": ServiceConfirmationRequested,
        "ServiceConfirmed": ServiceConfirmed,
        "ServiceAbandoned": ServiceAbandoned,
        "ServedOtherwise": ServedOtherwise,
        "SummonsReachedAddressee": SummonsReachedAddressee,
    },
    follows=(MessageSubmitted, ServiceEffected),
)
