"""The commands of service: a recipient confirms; a court gives digital service up, or records another service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Attempt, Command, Consulted, InvalidInput, Refused
from domain.context import Context
from domain.fact import Event
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.mandate import Representation
from domain.post.item import Item
from domain.post.item_commands import ReadersAct, must_be_there
from domain.post.message import MESSAGE, Message
from domain.post.receipt import receipts_of_service
from domain.post.service import (
    SERVICE,
    OtherMethod,
    ServedOtherwise,
    Service,
    ServiceAbandoned,
    ServiceAnnulled,
    ServiceConfirmed,
    ServiceMistake,
    SummonsReachedAddressee,
)
from domain.subject import MessageId, PartyId


class OnlyTheRecipientConfirms(Refused):
    """Only the recipient confirms the receipt of a summons. Leave the confirmation to the recipient."""


class NoConfirmationRequested(Refused):
    """This message asks for no confirmation. Confirm only a message of a court that asks for it."""


class DigitalServiceAbandoned(Refused):
    """The court has given up digital service of this message and serves it by another method. Ask the court."""


class StatedDayNotPossible(Refused):
    """The stated day is not possible. State a day from the arrival of the message until today."""


class NoSuchSummons(Refused):
    """There is no such message of this court that is to be served. Check the message's UUID and who sent it."""


class AlreadyServed(InvalidInput):
    """The message is served already, and a message is served once. The register `services` shows how. If that service
    does not hold, annul it first.
    """


class NothingServed(InvalidInput):
    """The message is not served, so there is no service to annul. The register `services` shows what was recorded."""


class NothingToAbandon(InvalidInput):
    """The message has not arrived, so there is no digital service to give up. Recall it, or read its receipt."""


class ServiceDayNotPossible(InvalidInput):
    """The day is not possible: nobody is served before the message was submitted, on a day to come, or after a death or
    cessation. Check the day.
    """


class ConfirmService(ReadersAct):
    """The recipient confirms the receipt of a summons that asks for it, and states the day.

    Of an entry that was merged, the entry that remains of the same human confirms.
    """

    legal_basis = "retsplejeloven § 155(1) no. 2"

    stated_on: date
    arrived_on: date
    """The Copenhagen day on which the message arrived."""

    def decide(  # noqa: PLR0917 - one argument for each state that it consults
        self,
        context: Context,
        message: Message,
        item: Item,
        owner: Representation,
        remaining: Representation,
        reader: Existence,
    ) -> Iterator[Event]:
        """Serve it once; raises what `checked` raises, and the refusals of a confirmation."""
        fact = self.checked(context.today, message, owner, remaining, reader)
        must_be_there(item)
        service = item.service
        if self.reader not in {self.owner, owner.existence.remains}:
            raise OnlyTheRecipientConfirms
        if not service.to_confirm:
            raise NoConfirmationRequested
        if service.served:
            return
        if service.abandoned:
            raise DigitalServiceAbandoned
        if not self.arrived_on <= self.stated_on <= context.today:
            raise StatedDayNotPossible
        yield fact(ServiceConfirmed, stated_on=self.stated_on)
        yield from receipts_of_service(self.message, message.sender, self.owner, service.nth)


class CourtsAct(Command[Message, Service, Existence]):
    """The fields of every act of a court upon its own message: the message, its recipient, and the court."""

    legal_basis = "retsplejeloven § 155"

    message: MessageId
    recipient: PartyId
    sender: PartyId

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.message, self.sender)

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, its service, and whether its recipient exists."""
        return MESSAGE.of(self.message), SERVICE.of(self.message), EXISTENCE.of(self.recipient)

    def must_be_its_summons(self, message: Message, service: Service) -> None:
        """Refuse what is not this court's summons to that recipient."""
        if (message.sender, message.recipient) != (self.sender, self.recipient) or not service.requested:
            raise NoSuchSummons

    def check(self, message: Message, service: Service) -> None:
        """Refuse what is not this court's summons to that recipient, or is served already."""
        self.must_be_its_summons(message, service)
        if service.served:
            raise AlreadyServed

    def check_day(self, context: Context, day: date, message: Message, recipient: Existence) -> None:
        """Refuse a day before the submission, a day to come, and one after the recipient's death or cessation."""
        ended_on = recipient.ended_on
        assert message.submitted_on is not None, "a summons was submitted"
        if not message.submitted_on <= day <= context.today or (ended_on is not None and day > ended_on):
            raise ServiceDayNotPossible


class AbandonService(CourtsAct):
    """The court gives digital service of its message up, and takes another method."""

    next_method: OtherMethod

    def decide(self, context: Context, message: Message, service: Service, recipient: Existence) -> Iterator[Event]:
        """Give it up once; raises NoSuchSummons, AlreadyServed and NothingToAbandon."""
        self.check(message, service)
        if service.abandoned:
            return
        if not message.available:
            raise NothingToAbandon
        yield ServiceAbandoned(
            message=self.message, recipient=self.recipient, sender=self.sender, next_method=self.next_method
        )


class RecordOtherService(CourtsAct):
    """The court records that its message was served by another method, also without having given digital service up."""

    method: OtherMethod
    served_on: date

    def basis(self, message: Message, service: Service, recipient: Existence) -> str:
        return "retsplejeloven § 156 a" if self.method is OtherMethod.TELEPHONE else self.legal_basis

    def decide(self, context: Context, message: Message, service: Service, recipient: Existence) -> Iterator[Event]:
        """Serve it once; raises NoSuchSummons, AlreadyServed and ServiceDayNotPossible."""
        self.check(message, service)
        self.check_day(context, self.served_on, message, recipient)
        yield ServedOtherwise(
            message=self.message,
            recipient=self.recipient,
            sender=self.sender,
            method=self.method,
            served_on=self.served_on,
        )


class AnnulService(CourtsAct):
    """The court finds that the service of its message does not hold: it can be served again.

    A repeat adds nothing, until it is served again.
    """

    because: ServiceMistake

    def decide(self, context: Context, message: Message, service: Service, recipient: Existence) -> Iterator[Event]:
        """Annul it; raises NoSuchSummons and NothingServed."""
        self.must_be_its_summons(message, service)
        if service.served:
            yield ServiceAnnulled(
                message=self.message, recipient=self.recipient, sender=self.sender, because=self.because
            )
        elif not service.annulled:
            raise NothingServed


class FindServiceValid(CourtsAct):
    """The court finds that the document did reach its addressee, and so counts as served."""

    legal_basis = "retsplejeloven § 163(2)"

    reached_on: date

    def decide(self, context: Context, message: Message, service: Service, recipient: Existence) -> Iterator[Event]:
        """Serve it once; raises NoSuchSummons, AlreadyServed and ServiceDayNotPossible."""
        self.check(message, service)
        self.check_day(context, self.reached_on, message, recipient)
        yield SummonsReachedAddressee(
            message=self.message, recipient=self.recipient, sender=self.sender, reached_on=self.reached_on
        )
