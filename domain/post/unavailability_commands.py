"""The commands of an administrator about a single message: report a virus, or make a wrong dispatch unavailable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.post.message import MESSAGE, Message, MessageRejected, Rejection, Stage
from domain.post.receipt import ReceiptStatus, issued
from domain.post.release_commands import NoSuchMessage
from domain.post.unavailability import (
    UNAVAILABILITY,
    VIRUS,
    MessageMadeUnavailable,
    Unavailability,
    UnavailabilityCause,
    VirusFound,
)
from domain.subject import MessageId


class NotArrived(Refused):
    """The message has not arrived, so there is nothing to make unavailable. Let its sender recall it."""


class DocumentationNeeded(Refused):
    """A message is made unavailable on a documented request only. Name the case that holds the documentation."""


class AdministratorsAct(Command[Message, Unavailability]):
    """An act of the solution's administrator upon one message."""

    message: MessageId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, and what was found in it."""
        return MESSAGE.of(self.message), UNAVAILABILITY.of(self.message)

    def made_unavailable(self, message: Message, cause: UnavailabilityCause) -> Iterator[Event]:
        """The message is unavailable from now on, and its sender is informed."""
        assert message.recipient is not None, "an arrived message has a recipient"
        yield MessageMadeUnavailable(
            message=self.message, recipient=message.recipient, cause=cause, opened=message.opened
        )
        yield issued(self.message, message.sender, ReceiptStatus.UNAVAILABLE)


class ReportVirus(AdministratorsAct):
    """Report that a virus was found in a message that was submitted. A repeat changes nothing."""

    legal_basis = "GDPR art. 32(1)"

    scanner: str

    def decide(self, context: Context, message: Message, earlier: Unavailability) -> Iterator[Event]:
        """Reject it before its arrival, make it unavailable after; raises NoSuchMessage."""
        if message.stage is Stage.UNKNOWN:
            raise NoSuchMessage
        if earlier.virus_found:
            return
        yield VirusFound(message=self.message, recipient=message.recipient, scanner=self.scanner)
        if message.stage is Stage.SCHEDULED:
            yield MessageRejected(
                message=self.message,
                sender=message.sender,
                recipient=message.recipient,
                status=Rejection.INVALID,
                faults=(VIRUS,),
            )
            yield issued(self.message, message.sender, ReceiptStatus.INVALID, (VIRUS,))
        elif message.available and not earlier.unavailable:
            yield from self.made_unavailable(message, UnavailabilityCause.VIRUS)


class MakeUnavailable(AdministratorsAct):
    """Make a wrong dispatch unavailable, on the documented request of its sender. A repeat changes nothing."""

    legal_basis: str
    """The paragraph by which it is done."""

    def decide(self, context: Context, message: Message, earlier: Unavailability) -> Iterator[Event]:
        """Make it unavailable once; raises NoSuchMessage, NotArrived and DocumentationNeeded."""
        if message.stage is Stage.UNKNOWN:
            raise NoSuchMessage
        if not message.available:
            raise NotArrived
        if context.case is None:
            raise DocumentationNeeded
        if not earlier.unavailable:
            yield from self.made_unavailable(message, UnavailabilityCause.WRONG_DISPATCH)
