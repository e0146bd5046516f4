"""The commands about an arrival in doubt: dispute the arrival, decide, excuse a late answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Attempt, Command, Consulted, InvalidInput, Refused
from domain.context import Context
from domain.fact import Event
from domain.identity.sender import SENDER, Sender, must_be_authority
from domain.post.dispute import (
    DISPUTE,
    ArrivalDisputed,
    Dispute,
    DisputeDecided,
    LateAnswerExcused,
)
from domain.post.item_commands import NotTheRecipient
from domain.post.message import MESSAGE, Message
from domain.subject import CompanyId, MessageId, PartyId


class NothingArrived(Refused):
    """No such letter has arrived, so there is no arrival to speak of. Check the messageUUID, or read its receipt."""


class NoOpenDispute(InvalidInput):
    """Nobody disputes the arrival of this letter, or another authority decided it. Record a dispute first, or let that
    authority correct its decision.
    """


class ClaimNeeded(InvalidInput):
    """A dispute says why the letter did not arrive. Give the reasons in the recipient's words."""


def arrived_at(message: Message) -> PartyId:
    """The recipient of a letter that has arrived; raises NothingArrived."""
    if not message.arrived:
        raise NothingArrived
    assert message.recipient is not None, "an arrived letter has a recipient"
    return message.recipient


class DisputeArrival(Command[Message, Dispute]):
    """The recipient disputes that the letter arrived."""

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    recipient: PartyId
    claim: str

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.message, self.recipient)

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The letter, and the dispute about it."""
        return MESSAGE.of(self.message), DISPUTE.of(self.message)

    def decide(self, context: Context, message: Message, dispute: Dispute) -> Iterator[Event]:
        """Open the dispute once; raises NotTheRecipient, NothingArrived and ClaimNeeded."""
        if message.recipient != self.recipient:
            raise NotTheRecipient
        recipient = arrived_at(message)
        if not self.claim.strip():
            raise ClaimNeeded
        if not dispute.open:
            yield ArrivalDisputed(message=self.message, recipient=recipient, claim=self.claim)


class DecideOnArrival(Command[Message, Dispute, Sender]):
    """What an authority decides about the arrival of one letter."""

    legal_basis: str
    """The paragraph by which it decides."""
    message: MessageId
    decided_by: CompanyId
    ground: str | None = None

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.message, self.decided_by)

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The letter, the dispute about it, and who decides."""
        return MESSAGE.of(self.message), DISPUTE.of(self.message), SENDER.of(self.decided_by)

    def recipient_of(self, context: Context, message: Message, authority: Sender) -> PartyId:
        """The recipient of a letter that has arrived; raises NothingArrived and NotAnAuthority."""
        recipient = arrived_at(message)
        must_be_authority(authority, context)
        return recipient


class DecideDispute(DecideOnArrival):
    """An authority decides whether the letter had arrived, or corrects what it decided by mistake.

    The same decision again changes nothing.
    """

    arrived: bool

    def decide(self, context: Context, message: Message, dispute: Dispute, authority: Sender) -> Iterator[Event]:
        """Decide an open dispute, or correct it; raises NothingArrived, NotAnAuthority and NoOpenDispute."""
        recipient = self.recipient_of(context, message, authority)
        earlier = None if dispute.open else dispute.decided
        if not dispute.open and (earlier is None or earlier.decided_by != self.decided_by):
            raise NoOpenDispute
        if earlier and (earlier.arrived, earlier.ground) == (self.arrived, self.ground):
            return
        yield DisputeDecided(
            message=self.message,
            recipient=recipient,
            arrived=self.arrived,
            decided_by=self.decided_by,
            ground=self.ground,
        )


class ExcuseLateAnswer(DecideOnArrival):
    """An authority excuses a late answer to the letter, also where nobody disputes its arrival."""

    answer_by: date | None = None

    def decide(self, context: Context, message: Message, dispute: Dispute, authority: Sender) -> Iterator[Event]:
        """Excuse it; a repeat changes nothing. Raises NothingArrived, NotAnAuthority."""
        recipient = self.recipient_of(context, message, authority)
        if not (dispute.excused and dispute.answer_by == self.answer_by):
            yield LateAnswerExcused(
                message=self.message,
                recipient=recipient,
                answer_by=self.answer_by,
                decided_by=self.decided_by,
                ground=self.ground,
            )
