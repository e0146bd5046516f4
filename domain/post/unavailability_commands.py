"""The commands of an administrator about a single message: a virus or a wrong dispatch, and that it was neither."""

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
    UnavailabilityLifted,
    VirusFindingAnnulled,
    VirusFound,
)
from domain.subject import MessageId, PartyId


class NotArrived(Refused):
    """The message has not arrived, so there is nothing to make unavailable. Let its sender recall it."""


class DocumentationNeeded(Refused):
    """The administrator does this in a documented case only. Name the case that holds the documentation."""


class NoSuchFile(Refused):
    """The letter has no file with this number. Its files are numbered from 1, in the order of the letter."""


class NoSuchFinding(Refused):
    """No virus was found in that file of the letter. List the facts about the letter and name such a file."""


class VirusStands(Refused):
    """The message is unavailable because of a virus. Annul the finding instead, if it was a mistake."""


class AdministratorsAct(Command[Message, Unavailability]):
    """An act of the solution's administrator upon one message."""

    message: MessageId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, and what was found in it."""
        return MESSAGE.of(self.message), UNAVAILABILITY.of(self.message)

    def made_unavailable(
        self, message: Message, cause: UnavailabilityCause, earlier: Unavailability
    ) -> Iterator[Event]:
        """The message is unavailable for this cause from now on, and its sender is informed if it was not before."""
        recipient = _recipient_of(message)
        yield MessageMadeUnavailable(message=self.message, recipient=recipient, cause=cause, opened=message.opened)
        if not earlier.unavailable:
            yield issued(self.message, message.sender, ReceiptStatus.UNAVAILABLE, nth=earlier.lifted + 1)

    def lifted(self, message: Message, cause: UnavailabilityCause, earlier: Unavailability) -> Iterator[Event]:
        """The message can be read again, and its sender is informed."""
        yield UnavailabilityLifted(message=self.message, recipient=_recipient_of(message), cause=cause)
        yield issued(self.message, message.sender, ReceiptStatus.AVAILABLE_AGAIN, nth=earlier.lifted + 1)


class ReportVirus(AdministratorsAct):
    """Report that a virus was found in a message that was submitted. A repeat changes nothing."""

    legal_basis = "GDPR art. 32(1)"

    scanner: str
    file: int | None = None
    """In which of the letter's files, from 1; None: the program named no file."""

    def decide(self, context: Context, message: Message, earlier: Unavailability) -> Iterator[Event]:
        """Reject it before its arrival, make it unavailable after; raises NoSuchMessage and NoSuchFile."""
        if message.stage is Stage.UNKNOWN:
            raise NoSuchMessage
        if self.file is not None and not 1 <= self.file <= earlier.files:
            raise NoSuchFile
        if self.file in earlier.infected:
            return
        yield VirusFound(message=self.message, recipient=message.recipient, scanner=self.scanner, file=self.file)
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
            yield from self.made_unavailable(message, UnavailabilityCause.VIRUS, earlier)


class AnnulVirusFinding(AdministratorsAct):
    """Annul the finding of a virus in a file, a false alarm. When none remains, the message can be read again."""

    legal_basis = "GDPR art. 32(1)"

    file: int | None = None
    """As the finding names it."""

    def decide(self, context: Context, message: Message, earlier: Unavailability) -> Iterator[Event]:
        """Annul it; raises DocumentationNeeded and NoSuchFinding."""
        if context.case is None:
            raise DocumentationNeeded
        if self.file not in earlier.infected:
            raise NoSuchFinding
        yield VirusFindingAnnulled(message=self.message, recipient=message.recipient, file=self.file)
        if earlier.cause is UnavailabilityCause.VIRUS and earlier.infected == {self.file}:
            yield from self.lifted(message, UnavailabilityCause.VIRUS, earlier)


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
        if earlier.cause is not UnavailabilityCause.WRONG_DISPATCH:
            yield from self.made_unavailable(message, UnavailabilityCause.WRONG_DISPATCH, earlier)


class LiftUnavailability(AdministratorsAct):
    """Make available again what was no wrong dispatch. Of an available message it changes nothing.

    A message in which a virus was found stays unavailable, because of the virus.
    """

    legal_basis: str
    """The paragraph by which it is done."""

    def decide(self, context: Context, message: Message, earlier: Unavailability) -> Iterator[Event]:
        """Lift it; raises NoSuchMessage, DocumentationNeeded and VirusStands."""
        if message.stage is Stage.UNKNOWN:
            raise NoSuchMessage
        if context.case is None:
            raise DocumentationNeeded
        if earlier.cause is UnavailabilityCause.VIRUS:
            raise VirusStands
        if earlier.cause is None:
            return
        if earlier.virus_found:
            yield from self.made_unavailable(message, UnavailabilityCause.VIRUS, earlier)
        else:
            yield from self.lifted(message, earlier.cause, earlier)


def _recipient_of(message: Message) -> PartyId:
    assert message.recipient is not None, "an arrived message has a recipient"
    return message.recipient
