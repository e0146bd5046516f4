"""The submission of a message: it is rejected with all its faults, held back, or made available."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.danish_time import instant_at
from domain.entry import Entries
from domain.fact import Event
from domain.identity.authority import SendingRight
from domain.identity.contact_point import CONTACT_POINTS
from domain.identity.existence import EXISTENCE, UNKNOWN, Existence
from domain.identity.mandate import REPRESENTATION, WRITING_KINDS, MandateScope, Representation
from domain.identity.number import CPR_NUMBER, CVR_NUMBER, Number
from domain.identity.sender import OPERATORS, SENDER, Sender
from domain.operations.retention import rejected_deletion
from domain.policy import RELEASE_HOUR, SCHEDULED_AHEAD_DAYS_MAX
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Fault, Party
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.message import MESSAGE, NEM_SMS, Message, MessageRejected, MessageScheduled, Rejection, Stage
from domain.post.outage import OUTAGES, PLATFORM, Outages
from domain.post.receipt import ReceiptIssued, ReceiptStatus, issued
from domain.post.release_commands import RECIPIENT_PATH, address_of, delivery, unreachable
from domain.post.reply import Answerable, answered, reply_barred, reply_linked
from domain.post.sender_faults import NOT_THE_REPRESENTATIVE, SENDER_PATH, sender_faults
from domain.post.service import ServiceConfirmationRequested
from domain.post.submission import LetterDetails, MessageSubmitted, StoredLetter
from domain.post.unavailability import VIRUS, VirusFound
from domain.subject import CompanyId, CprIndex, CvrIndex, EntryId, MessageId, PartyId

WHOLE = frozenset({"/", "/Message", MESSAGE_HEADER_PATH})
UNREAD_RECIPIENT = WHOLE | {RECIPIENT_PATH, f"{RECIPIENT_PATH}/recipientID", f"{RECIPIENT_PATH}/idType"}
UNREAD_SENDER = WHOLE | {SENDER_PATH, f"{SENDER_PATH}/senderID", f"{SENDER_PATH}/idType"}
"""Where a fault of the letter leaves its recipient, or its sender, unread."""

DETAIL_FIELDS = tuple(field.name for field in fields(LetterDetails))
STORED_FIELDS = tuple(field.name for field in fields(StoredLetter))
OWN_FIELDS = tuple(
    name
    for name in MessageSubmitted.model_fields
    if name not in {*DETAIL_FIELDS, *STORED_FIELDS, "mandate", "submitted_on"}
)
"""The fields of MessageSubmitted by where a submission has them: itself, its details, and how it was stored."""


class MessageConflict(Refused):
    """Another message was submitted under this messageUUID. Submit this one under a new UUID (version 4)."""


class NumberHasMoved(Refused):
    """The number of the recipient was given to somebody else while the letter was read. Submit the letter again."""


class SubmitMessage(Command[Message, MailRegistration, Sender, Sender, Outages, Number, Answerable]):
    """A sender submits a message. The same UUID with the same content again changes nothing: the receipts remain valid.

    `faults` come from reading the file. `title` and the rest are as MessageSubmitted has them. What the sender may send
    is what its rights are on the day of the submission.
    """

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    sender: PartyId | None
    recipient: PartyId | None
    recipient_number: CprIndex | CvrIndex | None = None
    """The number by which the recipient was found; None when nobody was, or when no number was needed."""
    transmission: UUID
    memo_version: str | None
    message_type: str | None
    mandatory: bool
    legal_notification: bool
    reply: bool
    reply_by: datetime | None
    do_not_deliver_until: date | None
    title: str | None
    sender_reference: str | None
    case_reference: str | None = None
    asks_confirmation: bool = False
    """Whether it has an action by which its recipient confirms; of a sender that may serve, that asks for service."""
    details: LetterDetails = LetterDetails()
    faults: tuple[Fault, ...] = ()
    virus_found_by: str | None = None
    """The program that found a virus in it."""
    stored: StoredLetter | None = None
    """How it was stored; added by the application, before the command is executed."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message; its recipient's registration and whether that is an authority; its sender; the platform; whose
        the recipient's number is; the message that it answers; of a letter to a contact point, those of its recipient;
        of a letter with a representative, the sender's mandates and whether that one lives.

        For what is not registered the message is named, about which no such fact is ever recorded.
        """
        recipient, sender = self.recipient or self.message, self.sender or self.message
        return (
            MESSAGE.of(self.message),
            MAIL_REGISTRATION.of(recipient),
            SENDER.of(recipient),
            SENDER.of(sender),
            OUTAGES.of(PLATFORM),
            (CVR_NUMBER if isinstance(self.recipient_number, CvrIndex) else CPR_NUMBER).of(
                self.recipient_number or self.message
            ),
            answered(self.message, self.details.answers),
            *((CONTACT_POINTS.of(self._contacted),) if self._contacted else ()),
            *(
                (REPRESENTATION.of(sender), EXISTENCE.of(self.details.representative or self.message))
                if self._by_another
                else ()
            ),
        )

    def decide(  # noqa: PLR0917 - one argument for each state that it consults
        self,
        context: Context,
        message: Message,
        registration: MailRegistration,
        recipient: Sender,
        sender: Sender,
        platform: Outages,
        number: Number,
        answers: Answerable,
        *others: Any,
    ) -> Iterator[Event]:
        """Reject it with every fault at once, hold it back, or make it available.

        A letter with faults of its own to a recipient who cannot be reached is NOT_ALLOWED: mending it would not help.
        Raises MessageConflict and NumberHasMoved.
        """
        assert self.stored is not None, "a letter is stored before it is submitted"
        if self._is_known(message, self.stored):
            return
        if self.recipient_number is not None and number.bearer != self.recipient:
            raise NumberHasMoved
        points, representation = (others[:1], others[1:]) if self._contacted else ((), others)
        mandate = self._mandate(context.today, *representation)
        yield from self._handed_over(self.stored, mandate, context.today)
        barred = (
            *self._recipient_barred(registration, context.today),
            *self._sender_barred(sender, context.today, to_authority=recipient.is_authority(context.today)),
            *self._representative_barred(sender, context.today, mandate),
            *reply_barred(answers, self.sender, self.recipient),
        )
        virus = () if self.virus_found_by is None else (VIRUS,)
        faults = (*self.faults, *virus, *self._out_of_window(context.today), *barred)
        if faults:
            yield from self._rejected(Rejection.NOT_ALLOWED if barred else Rejection.INVALID, faults, context.today)
        else:
            yield from self._linked(answers, context)
            yield from self._confirmation_requested(sender, context.today)
            yield from self._accepted(context, platform, *points)

    def _is_known(self, message: Message, stored: StoredLetter) -> bool:
        """Whether this message was submitted before. Raises MessageConflict when another was under its UUID."""
        if message.stage is Stage.UNKNOWN:
            return False
        if message.content != stored.content or message.sender not in (None, self.sender):
            raise MessageConflict
        return True

    def _handed_over(self, stored: StoredLetter, mandate: EntryId | None, today: date) -> Iterator[Event]:
        said = {name: getattr(self, name) for name in OWN_FIELDS}
        said |= {name: getattr(self.details, name) for name in DETAIL_FIELDS}
        said |= {name: getattr(stored, name) for name in STORED_FIELDS}
        yield MessageSubmitted(**said, mandate=mandate, submitted_on=today)
        yield self._receipt(ReceiptStatus.RECEIVED)
        if self.virus_found_by is not None:
            yield VirusFound(message=self.message, recipient=self.recipient, scanner=self.virus_found_by)

    @property
    def _contacted(self) -> CompanyId | None:
        """The company of which the letter names a contact point."""
        named = self.details.contact_point is not None
        return self.recipient if named and isinstance(self.recipient, CompanyId) else None

    @property
    def _by_another(self) -> bool:
        """Whether the letter names a representative of its sender, be it somebody registered or not."""
        return self.details.representative_name is not None or self.details.representative is not None

    def _mandate(
        self, today: date, sender: Representation | None = None, representative: Existence = UNKNOWN
    ) -> EntryId | None:
        """By which the representative writes for the sender; None if there is none."""
        holder = self.details.representative
        if sender is None or self.sender is None or holder is None:
            return None
        if representative.ended_on is not None or representative.remains is not None:
            return None
        granted = sender.mandate(self.sender, holder, MandateScope.MAIL, today, WRITING_KINDS)
        return None if granted is None else granted.entry

    def _representative_barred(self, sender: Sender, today: date, mandate: EntryId | None) -> Iterator[Fault]:
        # An authority answers itself for those who send its letters.
        if not self._by_another or self.sender in OPERATORS or sender.is_authority(today):
            return
        if mandate is None and self.details.representative != self.sender:
            yield NOT_THE_REPRESENTATIVE

    def _recipient_barred(self, registration: MailRegistration, today: date) -> Iterator[Fault]:
        # A recipient that could not be read is a fault of the letter: nobody can say that it is unknown.
        unread = self.recipient is None and any(fault.path in UNREAD_RECIPIENT for fault in self.faults)
        if not registration.reachable(today) and not unread:
            yield unreachable(registration.unreachable_because(today), registration)

    def _sender_barred(self, sender: Sender, today: date, *, to_authority: bool) -> Iterator[Fault]:
        # A sender that could not be read is a fault of the letter: nobody can say what it may send.
        unread = self.sender is None and any(fault.path in UNREAD_SENDER for fault in self.faults)
        if self.sender not in OPERATORS and not unread:
            yield from sender_faults(
                sender,
                today,
                to_authority=to_authority,
                legal_notification=self.legal_notification,
                mandatory=self.mandatory,
            )

    def _out_of_window(self, today: date) -> Iterator[Fault]:
        day = self.do_not_deliver_until
        if day is None or day == today:
            return
        days_max = SCHEDULED_AHEAD_DAYS_MAX.on(today).value
        if not today <= day <= today + timedelta(days=days_max):
            yield Fault(
                code=f"do.not.deliver.until.date.too.{'early' if day < today else 'late'}",
                path=f"{MESSAGE_HEADER_PATH}/doNotDeliverUntilDate",
                message=f"A message is held back until today at the earliest and {days_max} days ahead at the latest.",
                fault=Party.SENDER,
            )

    def _rejected(self, status: Rejection, faults: tuple[Fault, ...], today: date) -> Iterator[Event]:
        window = None if self.do_not_deliver_until is None else str(SCHEDULED_AHEAD_DAYS_MAX.on(today))
        yield MessageRejected(
            message=self.message,
            sender=self.sender,
            recipient=self.recipient,
            status=status,
            faults=faults,
            rule=window,
        )
        yield self._receipt(ReceiptStatus(status.value), faults)
        if self.recipient is None:
            yield rejected_deletion(self.message, today)

    def _linked(self, answers: Answerable, context: Context) -> Iterator[Event]:
        assert self.recipient is not None, "a recipient that can be reached is known"
        parties = (self.sender, self.recipient)
        yield from reply_linked(self.message, self.details.answers, answers, parties, context.now)

    def _confirmation_requested(self, sender: Sender, today: date) -> Iterator[Event]:
        if self.asks_confirmation and sender.may(SendingRight.LEGAL_NOTIFICATION, today):
            assert self.recipient is not None, "a recipient that can be reached is known"
            yield ServiceConfirmationRequested(message=self.message, recipient=self.recipient)

    def _accepted(self, context: Context, platform: Outages, *points: Entries) -> Iterator[Event]:
        assert self.recipient is not None, "a recipient that can be reached is known"
        assert self.sender is not None, "a sender that may send is known"
        today, day = context.today, self.do_not_deliver_until
        release_at = context.now if day is None else instant_at(day, hour=RELEASE_HOUR.on(today).value)
        if release_at > context.now:
            yield MessageScheduled(
                message=self.message,
                sender=self.sender,
                recipient=self.recipient,
                release_at=release_at,
                rule=str(SCHEDULED_AHEAD_DAYS_MAX.on(today)),
                release_rule=str(RELEASE_HOUR.on(today)),
            )
            return
        yield from delivery(
            context,
            self.message,
            self.sender,
            self.recipient,
            platform,
            nem_sms=self.message_type == NEM_SMS,
            address=address_of(self.recipient, self.details.contact_point, *points),
        )

    def _receipt(self, status: ReceiptStatus, faults: tuple[Fault, ...] = ()) -> ReceiptIssued:
        return issued(self.message, self.sender, status, faults)
