"""What a sender, or who writes for one, has no right to send: faults that no change of the letter removes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.identity.authority import SendingRight
from domain.identity.mandate import Representation
from domain.identity.sender import Sender
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Advice, Fault
from domain.post.message import Message

SENDER_PATH = f"{MESSAGE_HEADER_PATH}/Sender"
UNMARKED = "The sender has no right to send such messages. Send it without the mark, or ask for it."

NOT_A_PUBLIC_SENDER = Fault(
    code="sender.not.allowed",
    path=f"{SENDER_PATH}/senderID",
    message="This sender is not a public sender, and may write to authorities only. Send on paper.",
    advice=Advice.NEXT_CHANNEL,
)
MAY_NOT_SERVE = Fault(
    code="legal.notification.not.allowed", path=f"{MESSAGE_HEADER_PATH}/legalNotification", message=UNMARKED
)
MAY_NOT_OBLIGE = Fault(code="mandatory.not.allowed", path=f"{MESSAGE_HEADER_PATH}/mandatory", message=UNMARKED)
NOT_THE_REPRESENTATIVE = Fault(
    code="representative.not.allowed",
    path=f"{SENDER_PATH}/Representative/representativeID",
    message="The representative has no mandate to write for the sender. Let the sender grant one first.",
)


def sender_faults(
    sender: Sender, day: date, *, to_authority: bool, legal_notification: bool, mandatory: bool
) -> Iterator[Fault]:
    """The faults of a letter that is submitted on the day, by the rights that its sender has then."""
    if not (sender.may(SendingRight.PUBLIC_SENDER, day) or (sender.exists and to_authority)):
        yield NOT_A_PUBLIC_SENDER
    if legal_notification and not sender.may(SendingRight.LEGAL_NOTIFICATION, day):
        yield MAY_NOT_SERVE
    if mandatory and not sender.may(SendingRight.MANDATORY, day):
        yield MAY_NOT_OBLIGE


def never_allowed(
    message: Message, day: date, sender: Sender, recipient: Sender, mandates: Representation
) -> Iterator[Fault]:
    """What nobody had a right to on the day of the submission, as is known now."""
    yield from sender_faults(
        sender.as_on(day),
        day,
        to_authority=recipient.as_on(day).is_authority(day),
        legal_notification=message.legal_notification,
        mandatory=message.mandatory,
    )
    if message.mandate is None or sender.as_on(day).is_authority(day):
        # An authority answers itself for those who send its letters.
        return
    held = (period for period in mandates.mandates.periods if period.entry == message.mandate)
    # One that ended on the day of the submission may have held when the letter was submitted.
    if not any(period.valid_to is None or period.valid_to >= day for period in held):
        yield NOT_THE_REPRESENTATIVE
