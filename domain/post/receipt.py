"""Receipts (*kvitteringer*): they inform the sender of what happened to a message, and are never deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import uuid5

from domain.command import Attempt, Command, Consulted, Entity, Refused, State
from domain.context import Context
from domain.fact import Event
from domain.post.letter_fault import Fault
from domain.subject import MessageId, PartyId, ReceiptId


class ReceiptStatus(StrEnum):
    """What a receipt says. RECEIVED comes first; one of COMPLETED, INVALID and NOT_ALLOWED is final for delivery.

    SERVED informs the court that a summons is served, UNAVAILABLE the sender that an arrived message was made so, and
    AVAILABLE_AGAIN that this was taken back.
    """

    RECEIVED = "RECEIVED"
    COMPLETED = "COMPLETED"
    INVALID = "INVALID"
    NOT_ALLOWED = "NOT_ALLOWED"
    SERVED = "SERVED"
    UNAVAILABLE = "UNAVAILABLE"
    AVAILABLE_AGAIN = "AVAILABLE_AGAIN"


FINAL = frozenset({ReceiptStatus.COMPLETED, ReceiptStatus.INVALID, ReceiptStatus.NOT_ALLOWED})
"""A message has at most one receipt of these (*forretningskvittering*)."""


def receipt_of(message: MessageId, status: ReceiptStatus, nth: int = 1) -> ReceiptId:
    """The nth receipt with that status for that message; only what can happen again has a second one."""
    return ReceiptId(uuid5(message.uuid, status.value if nth == 1 else f"{status.value} {nth}"))


class ReceiptIssued(Event):
    """A receipt informs the sender of what happened to the message (*kvittering*). MeMo receipt.

    RECEIVED (*teknisk kvittering*) proves the hand-over only. COMPLETED (*positiv forretningskvittering*) is issued
    when the message is made available, or is sent as a NemSMS. INVALID and NOT_ALLOWED carry every fault. SERVED is the
    receipt for service; UNAVAILABLE says that the message was made unavailable, and AVAILABLE_AGAIN that it can be read
    again, while its arrival remains.
    """

    once = True

    receipt: ReceiptId
    message: MessageId
    sender: PartyId | None
    status: ReceiptStatus
    faults: tuple[Fault, ...] = ()


def issued(
    message: MessageId, sender: PartyId | None, status: ReceiptStatus, faults: tuple[Fault, ...] = (), *, nth: int = 1
) -> ReceiptIssued:
    """The nth receipt with that status, issued to the sender of the message."""
    return ReceiptIssued(
        receipt=receipt_of(message, status, nth), message=message, sender=sender, status=status, faults=faults
    )


class ReceiptCopied(Event):
    """A copy of the receipt of service was put in the recipient's sent mail (*kopi i Sendt post*).

    MeMo receipt; domstol.dk, 28 February 2017.
    """

    once = True

    receipt: ReceiptId
    message: MessageId
    recipient: PartyId


class ReceiptAcknowledged(Event):
    """The sender has stored the receipt: it leaves the list of receipts to fetch, not the ledger. MeMo receipt."""

    once = True

    receipt: ReceiptId
    message: MessageId
    sender: PartyId | None


def receipts_of_service(
    message: MessageId, sender: PartyId | None, recipient: PartyId, nth: int
) -> tuple[Event, Event]:
    """The receipt of the nth service for the court, and its copy for the recipient."""
    served = issued(message, sender, ReceiptStatus.SERVED, nth=nth)
    return served, ReceiptCopied(receipt=served.receipt, message=message, recipient=recipient)


@dataclass(frozen=True, slots=True)
class Receipt(State):
    """What a decision must know about one receipt."""

    message: MessageId | None = None
    sender: PartyId | None = None
    acknowledged: bool = False

    def evolve(self, event: Event) -> Self:
        match event:
            case ReceiptIssued():
                return self.but(message=event.message, sender=event.sender)
            case ReceiptAcknowledged():
                return self.but(acknowledged=True)
            case _:
                return self


class NoSuchReceipt(Refused):
    """There is no such receipt for that message. Ask for the message's receipts and acknowledge one of them."""


class NotItsSender(Refused):
    """Only the sender of a message acknowledges its receipts. Name the sender, or leave the receipt to it."""


class AcknowledgeReceipt(Command[Receipt]):
    """The sender says that it has stored the receipt. A repeat changes nothing."""

    legal_basis = "LBK 686/2021 § 10"

    receipt: ReceiptId
    message: MessageId
    sender: PartyId

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.message, self.sender)

    def consults(self) -> tuple[Consulted[Receipt]]:
        return (RECEIPT.of(self.receipt),)

    def decide(self, context: Context, receipt: Receipt) -> Iterator[Event]:
        """Acknowledge once; raises NoSuchReceipt and NotItsSender."""
        if receipt.message != self.message:
            raise NoSuchReceipt
        if receipt.sender != self.sender:
            raise NotItsSender
        if not receipt.acknowledged:
            yield ReceiptAcknowledged(receipt=self.receipt, message=self.message, sender=self.sender)


RECEIPT = Entity(
    "receipt",
    Receipt(),
    {"ReceiptIssued": ReceiptIssued, "ReceiptCopied": ReceiptCopied, "ReceiptAcknowledged": ReceiptAcknowledged},
)
