"""Notifications of a letter, disputes about its arrival, and late answers that are excused.

No fact here moves an arrival: a letter arrives when it is available, also if nobody was notified (LBK 686/2021 § 10).
Whether it arrived, and whether a late answer is excused, is decided in a case (Ankestyrelsen, 28 November 2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.fact import Event, Personal, Retention
from domain.subject import CompanyId, MessageId, PartyId


class NotificationMeans(StrEnum):
    """How a recipient is notified of a new letter."""

    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"


class RecipientNotified(Event):
    """The recipient was notified that a letter has arrived (*adviseret*); it has no legal effect. LBK 686/2021 § 10."""

    message: MessageId
    recipient: PartyId
    means: NotificationMeans


class NotificationFailed(Event):
    """The notification of a letter failed (*advisering mislykkedes*); the letter arrived all the same."""

    message: MessageId
    recipient: PartyId
    means: NotificationMeans


class ArrivalDisputed(Event):
    """The recipient disputes that the letter arrived (*fremkomsten bestrides*), with reasons in the recipient's words.

    LBK 686/2021 § 10: the authority must show that the letter was available.
    """

    holder = "recipient"
    retention = Retention.POST

    message: MessageId
    recipient: PartyId
    claim: Personal[str]


class DisputeDecided(Event):
    """An authority decided whether the letter had arrived (*afgørelse om fremkomst*).

    The time of the arrival remains as it was recorded, LBK 686/2021 § 10.
    """

    message: MessageId
    recipient: PartyId
    arrived: bool
    decided_by: CompanyId


class LateAnswerExcused(Event):
    """An authority excused a late answer to the letter (*fristoverskridelse undskyldt*); the arrival remains.

    Ankestyrelsen, 28 November 2013; LBK 686/2021 § 10.
    """

    message: MessageId
    recipient: PartyId
    answer_by: date | None
    """The last day of the new time limit, if one was set."""
    decided_by: CompanyId


@dataclass(frozen=True, slots=True)
class Dispute(State):
    """The dispute about the arrival of one letter."""

    open: bool = False
    excused: bool = False
    answer_by: date | None = None

    def evolve(self, event: Event) -> Self:
        """Whether it awaits its decision, and which time limit was excused."""
        match event:
            case ArrivalDisputed():
                return self.but(open=True)
            case DisputeDecided():
                return self.but(open=False)
            case LateAnswerExcused():
                return self.but(excused=True, answer_by=event.answer_by)
            case _:
                return self


DISPUTE = Entity(
    "dispute",
    Dispute(),
    {
        "RecipientNotified": RecipientNotified,
        "NotificationFailed": NotificationFailed,
        "ArrivalDisputed": ArrivalDisputed,
        "DisputeDecided": DisputeDecided,
        "LateAnswerExcused": LateAnswerExcused,
    },
)
