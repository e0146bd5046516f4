"""The commands of a message that is held back: it is released when it is due, or recalled before; and its delivery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.command import Attempt, Command, Consulted, InvalidInput, Refused
from domain.context import Context
from domain.entry import Entries
from domain.fact import Event
from domain.identity.authority import SendingRight
from domain.identity.contact_point import CONTACT_POINTS
from domain.identity.mandate import REPRESENTATION, Representation
from domain.identity.number import BORNE_NUMBERS, BorneNumbers
from domain.identity.sender import OPERATORS, SENDER, Sender
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Advice, Fault, Party
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration, UnreachableBecause
from domain.post.mail_registration_plan import PlannedFor
from domain.post.message import (
    MESSAGE,
    Message,
    MessageMadeAvailable,
    MessageRecalled,
    MessageRejected,
    NemSmsSent,
    Rejection,
    ReleaseRefused,
    Stage,
)
from domain.post.outage import OUTAGES, PLATFORM, Outages, closed_until
from domain.post.postponement import ReleasePostponed
from domain.post.receipt import ReceiptStatus, issued
from domain.post.routing import Address
from domain.post.sender_faults import never_allowed
from domain.post.service import SERVICE, Service, ServiceRequestAnnulled
from domain.subject import CompanyId, MessageId, PartyId

RECIPIENT_PATH = f"{MESSAGE_HEADER_PATH}/Recipient"

UNREACHABLE: Mapping[UnreachableBecause, tuple[str, Party, Advice, str]] = MappingProxyType(
    {
        UnreachableBecause.UNKNOWN: (
            "recipient.unknown",
            Party.SENDER,
            Advice.NOTIFY,
            "Nobody with this number is registered for Digital Post. Check the number, or send on paper.",
        ),
        UnreachableBecause.EXEMPT: (
            "recipient.is.exempt",
            Party.RECIPIENT,
            Advice.NEXT_CHANNEL,
            "The recipient is exempt from Digital Post. Send on paper.",
        ),
        UnreachableBecause.CLOSED: (
            "recipient.is.closed",
            Party.RECIPIENT,
            Advice.NOTIFY,
            "The recipient's mailbox is closed. Send to the representative of the recipient.",
        ),
        UnreachableBecause.MERGED: (
            "recipient.is.merged",
            Party.RECIPIENT,
            Advice.NEXT_CHANNEL,
            "The recipient has another number now. Submit a new message, or send on paper.",
        ),
        UnreachableBecause.NOT_YET: (
            "recipient.not.yet.registered",
            Party.RECIPIENT,
            Advice.RETRY,
            "The recipient is not registered for Digital Post yet. Send on paper, or submit a new message later.",
        ),
        UnreachableBecause.NUMBER_MOVED: (
            "recipient.number.moved",
            Party.SENDER,
            Advice.NOTIFY,
            "The recipient's number leads to somebody else now, or to nobody. Check it, and submit a new message.",
        ),
    }
)


class NoSuchMessage(Refused):
    """There is no such message of that sender or for that recipient. Check the message's UUID."""


class NotDueYet(Refused):
    """The message is held back until its value date. Release it when that instant has come."""


class AlreadyAvailable(Refused):
    """The message has arrived and can no longer be recalled. Ask the administrator to make a wrong dispatch
    unavailable; its arrival remains.
    """


class NothingToRecall(InvalidInput):
    """The message was rejected, or sent as a NemSMS, so there is nothing to recall. Its receipt says which."""


class ReleaseMessage(
    Command[Message, MailRegistration, Outages, BorneNumbers, Sender, Sender, Service, Representation]
):
    """A scheduled message falls due: it is checked again, and made available, refused or rejected.

    It is refused when its recipient cannot be reached any more, or the number by which the recipient was found leads to
    somebody else now. It is rejected when its sender never had the right to send it, or who wrote it for the sender
    never had a mandate, as is known now: what was annulled never held; what ended after the submission, as a right, a
    mandate or a sender may, held on that day. A service that was asked for by an action, and not by the mark, is no
    part of the letter then: it arrives as ordinary post.

    While nothing can arrive, it waits again. One that waits for an outage is due as soon as the outage is over, and
    waits less if the outage ends earlier than was expected.

    `due` is the instant that fell due. A message that is no longer held back stays as it is.
    """

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    sender: PartyId
    recipient: PartyId
    due: datetime

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message; its recipient's registration and numbers; the outages of the platform; the rights of its sender,
        and whether its recipient is an authority; its service; the sender's mandates; and a company's contact points.
        """
        return (
            MESSAGE.of(self.message),
            MAIL_REGISTRATION.of(self.recipient),
            OUTAGES.of(PLATFORM),
            BORNE_NUMBERS.of(self.recipient),
            SENDER.of(self.recipient),
            SENDER.of(self.sender),
            SERVICE.of(self.message),
            REPRESENTATION.of(self.sender),
            *((CONTACT_POINTS.of(self.recipient),) if isinstance(self.recipient, CompanyId) else ()),
        )

    def decide(  # noqa: PLR0917 - one argument for each state that it consults
        self,
        context: Context,
        message: Message,
        registration: MailRegistration,
        platform: Outages,
        numbers: BorneNumbers,
        recipient: Sender,
        sender: Sender,
        service: Service,
        mandates: Representation,
        *points: Entries,
    ) -> Iterator[Event]:
        """Make it available, let it wait, refuse the release or reject it; raises NoSuchMessage and NotDueYet."""
        if (message.sender, message.recipient) != (self.sender, self.recipient):
            raise NoSuchMessage
        if message.stage is not Stage.SCHEDULED:
            return
        assert message.release_at is not None, "a scheduled message has its instant of release"
        earlier = message.waits_for is not None and platform.over_before(message.waits_for, message.release_at)
        if min(context.now, self.due) < message.release_at and not earlier:
            raise NotDueYet
        because = registration.unreachable_because(context.today)
        if because is UnreachableBecause.NEVER and not numbers.refers_to(message.recipient_number, self.recipient):
            because = UnreachableBecause.NUMBER_MOVED
        day = message.submitted_on
        assert day is not None, "a scheduled message was submitted"
        faults = () if self.sender in OPERATORS else tuple(never_allowed(message, day, sender, recipient, mandates))
        if faults:
            yield from self._rejected(faults)
        elif because is not UnreachableBecause.NEVER:
            yield ReleaseRefused(message=self.message, recipient=self.recipient, because=because)
            yield issued(self.message, self.sender, ReceiptStatus.NOT_ALLOWED, (unreachable(because, registration),))
        else:
            if service.to_confirm and not sender.as_on(day).may(SendingRight.LEGAL_NOTIFICATION, day):
                yield ServiceRequestAnnulled(message=self.message, recipient=self.recipient)
            yield from self._delivered(context, message, platform, *points)

    def _delivered(self, context: Context, message: Message, platform: Outages, *points: Entries) -> Iterator[Event]:
        return delivery(
            context,
            self.message,
            self.sender,
            self.recipient,
            platform,
            nem_sms=message.nem_sms,
            address=address_of(self.recipient, message.contact_point, *points),
        )

    def _rejected(self, faults: tuple[Fault, ...]) -> Iterator[Event]:
        yield MessageRejected(
            message=self.message,
            sender=self.sender,
            recipient=self.recipient,
            status=Rejection.NOT_ALLOWED,
            faults=faults,
        )
        yield issued(self.message, self.sender, ReceiptStatus.NOT_ALLOWED, faults)


class RecallMessage(Command[Message]):
    """The sender recalls a message before its release. A message that has arrived cannot be recalled."""

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    sender: PartyId
    reason: str

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.message, self.sender)

    def consults(self) -> tuple[Consulted[Message]]:
        return (MESSAGE.of(self.message),)

    def decide(self, context: Context, message: Message) -> Iterator[Event]:
        """Recall it once; raises NoSuchMessage, AlreadyAvailable and NothingToRecall."""
        if message.stage is Stage.UNKNOWN or message.sender != self.sender:
            raise NoSuchMessage
        match message.stage:
            case Stage.RECALLED:
                return
            case Stage.SCHEDULED:
                assert message.recipient is not None, "a scheduled message has a known recipient"
                yield MessageRecalled(
                    message=self.message, sender=self.sender, recipient=message.recipient, reason=self.reason
                )
            case Stage.AVAILABLE:
                raise AlreadyAvailable
            case _:
                raise NothingToRecall


def delivery(
    context: Context,
    message: MessageId,
    sender: PartyId,
    recipient: PartyId,
    platform: Outages,
    *,
    nem_sms: bool,
    address: Address | None,
) -> Iterator[Event]:
    """The message arrives, or waits while nothing can arrive; a NemSMS is sent, which never arrives in law.

    What arrives at an address within its recipient is routed.
    """
    closed = None if nem_sms else closed_until(context.now, platform)
    if closed is not None:
        yield ReleasePostponed(
            message=message,
            sender=sender,
            recipient=recipient,
            release_at=closed.until,
            cause=closed.cause,
            outage=closed.outage,
            rule=closed.rule,
        )
        return
    yield (NemSmsSent if nem_sms else MessageMadeAvailable)(message=message, recipient=recipient)
    if address is not None and not nem_sms:
        yield from address.routed(message, context.today)
    yield issued(message, sender, ReceiptStatus.COMPLETED)


def address_of(recipient: PartyId | None, contact_point: UUID | None, *points: Entries) -> Address | None:
    """The address within a company, of a letter that names one."""
    if contact_point is None or not isinstance(recipient, CompanyId):
        return None
    (of_recipient,) = points
    return Address(recipient, contact_point, of_recipient)


def unreachable(because: UnreachableBecause, registration: MailRegistration) -> Fault:
    """The fault that is reported to the sender when the recipient cannot be reached.

    It says from when a company is registered; of a person it does not, for the day may be that of a child's birthday.
    """
    code, fault, advice, words = UNREACHABLE[because]
    planned = registration.planned
    if because is UnreachableBecause.NOT_YET and planned and planned.reason is PlannedFor.NEW_COMPANY:
        words = f"{words} It will be from {planned.waits_until} on."
    return Fault(code=code, path=f"{RECIPIENT_PATH}/recipientID", message=words, fault=fault, advice=advice)
