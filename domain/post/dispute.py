"""Disputes about the arrival of a letter, and late answers that are excused.

No fact here moves an arrival: a letter arrives when it is available (LBK 686/2021 § 10).
Whether it arrived, and whether a late answer is excused, is decided in a case (Ankestyrelsen, 28 November 2013).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from domain.command import Entity, State
from domain.fact import Event, Personal, Retention
from domain.subject import CompanyId, MessageId, PartyId


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

    holder = "recipient"
    retention = Retention.POST

    message: MessageId
    recipient: PartyId
    arrived: bool
    decided_by: CompanyId
    ground: Personal[str | None] = None
    """Administration act §§ 22 and 24 (*begrundelse*)."""


class LateAnswerExcused(Event):
    """An authority excused a late answer to the letter (*fristoverskridelse undskyldt*); the arrival remains.

    Ankestyrelsen, 28 November 2013; LBK 686/2021 § 10.
    """

    holder = "recipient"
    retention = Retention.POST

    message: MessageId
    recipient: PartyId
    answer_by: date | None
    """The last day of the new time limit, if one was set."""
    decided_by: CompanyId
    ground: Personal[str | None] = None
    """Administration act §§ 22 and 24 (*begrundelse*)."""


@dataclass(frozen=True, slots=True)
class Dispute(State):
    """The dispute about the arrival of one letter."""

    open: bool = False
    decided: DisputeDecided | None = None
    """The last decision, once there is one."""
    excused: bool = False
    answer_by: date | None = None

    def evolve(self, event: Event) -> Self:
        """Whether it awaits its decision, and which time limit was excused."""
        match event:
            case ArrivalDisputed():
                return self.but(open=True)
            case DisputeDecided():
                return self.but(open=False, decided=event)
            case LateAnswerExcused():
                return self.but(excused=True, answer_by=event.answer_by)
            case _:
                return self


DISPUTE = Entity(
    "dispute",
    Dispute(),
    {
        "ArrivalDisputed": ArrivalDisputed,
        "DisputeDecided": DisputeDecided,
        "LateAnswerExcused": LateAnswerExcused,
    },
    opened=True,
)
"""Opened, because a decision that is repeated has the same reasons."""
