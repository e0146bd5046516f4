"""Service of process (*forkyndelse*): how a court's message asks for it, by what it is served, and that it is given up.

Retsplejeloven § 155 lets a court choose among equal methods. A message is served once, by the method that is recorded
first, unless the court finds that this service does not hold. In simplified digital service it is served by the first
handling, which is a fact of the message (ServiceEffected); in digital service with confirmation by what the recipient
states; by another method, or by § 163(2), as the court states it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
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


class ServiceMistake(StrEnum):
    """Why a service does not hold."""

    READER_NOT_ENTITLED = "reader_not_entitled"
    """Who handled or confirmed it had no mandate that held."""
    NOT_THE_ADDRESSEE = "not_the_addressee"
    """It reached somebody else: two people were taken for one, or a number led to the wrong one."""
    RECIPIENT_HAD_ENDED = "recipient_had_ended"
    """Its recipient was dead or had ceased."""
    RECORDED_WRONGLY = "recorded_wrongly"
    """The service, or its day, was stated by mistake."""


class ServiceConfirmationRequested(Event):
    """The message asks its recipient to confirm the receipt (*digital forkyndelse*), retsplejeloven § 155(1) no. 2."""

    once = True

    message: MessageId
    recipient: PartyId


class ServiceRequestAnnulled(Event):
    """The message asks for no service (*anmodning om forkyndelse annulleret*): its sender never had the right to serve,
    as turned out while it was held back. It arrives as ordinary post. Retsplejeloven § 155(1) no. 2.
    """

    once = True

    message: MessageId
    recipient: PartyId


class ServiceConfirmed(ReadersFact):
    """The recipient confirmed the receipt (*modtagelsen bekræftet*): the summons is served on the stated day.

    Retsplejeloven § 155(1) no. 2.
    """

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

    message: MessageId
    recipient: PartyId
    sender: PartyId
    """The court."""
    reached_on: date


SERVING: tuple[type[Event], ...] = (ServiceEffected, ServiceConfirmed, ServedOtherwise, SummonsReachedAddressee)
"""The facts by which a message is served; it has at most one of them that holds."""


SERVED_ON: Mapping[type[Event], str] = MappingProxyType(
    {ServiceConfirmed: "stated_on", ServedOtherwise: "served_on", SummonsReachedAddressee: "reached_on"}
)
"""The fact of a service other than the first handling -> its field that states the day of the service."""


class ServiceAnnulled(Event):
    """The court found that the service of its message does not hold (*forkyndelsen tilsidesat*), so it can be served
    again. Retsplejeloven § 155.

    No recorded time moves: what was recorded as a service, and its receipt, remain, and this fact is next to them.
    """

    message: MessageId
    recipient: PartyId
    sender: PartyId
    """The court."""
    because: ServiceMistake


@dataclass(frozen=True, slots=True)
class Service(State):
    """The service of one message."""

    requested: bool = False
    """Whether the message is one that is to be served."""
    to_confirm: bool = False
    """Whether it asks its recipient to confirm the receipt."""
    abandoned: bool = False
    served: bool = False
    annulled: int = 0
    """How many services of it did not hold."""

    @property
    def nth(self) -> int:
        """The number of the next service."""
        return self.annulled + 1

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
            case ServiceRequestAnnulled():
                return self.but(requested=False, to_confirm=False)
            case ServiceAbandoned():
                return self.but(abandoned=True)
            case ServiceAnnulled():
                return self.but(served=False, annulled=self.annulled + 1)
            case _:
                return self.but(served=True) if isinstance(event, SERVING) else self


def service_that_holds(events: Iterable[Event]) -> Event | None:
    """The fact by which a message is served, of all its facts in order; None if no service holds."""
    serving: Event | None = None
    for event in events:
        if isinstance(event, (*SERVING, ServiceAnnulled)):
            serving = None if isinstance(event, ServiceAnnulled) else event
    return serving


NOT_REQUESTED = Service()
"""Of a message that is not to be served."""

SERVICE = Entity(
    "service",
    NOT_REQUESTED,
    {
        "ServiceConfirmationRequested": ServiceConfirmationRequested,
        "ServiceRequestAnnulled": ServiceRequestAnnulled,
        "ServiceConfirmed": ServiceConfirmed,
        "ServiceAbandoned": ServiceAbandoned,
        "ServedOtherwise": ServedOtherwise,
        "SummonsReachedAddressee": SummonsReachedAddressee,
        "ServiceAnnulled": ServiceAnnulled,
    },
    follows=(MessageSubmitted, ServiceEffected),
)
