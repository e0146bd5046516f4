"""A registration for Digital Post that was wrong for a time of the past, and what was decided on the letters of it.

LBK 686/2021 § 3; the incidents of 2022 (en.digst.dk, letter of 27 April 2023). An exemption that was entered with a day
in the past has letters in between too. Nothing here moves a legal time of a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.fact import Event, Personal, Retention
from domain.post.exemption import ExemptionAnnulled, ExemptionEntered
from domain.subject import CompanyId, EntryId, MessageId, NoticeId, PartyId


class RegistrationStatus(StrEnum):
    REGISTERED = "registered"
    NOT_REGISTERED = "not_registered"


class ImpactDecision(StrEnum):
    """What a human decides about a letter of the wrong time."""

    STANDS = "stands"
    """It arrived, with all its effects."""
    EXCUSED = "excused"
    """It arrived, and a late answer is excused (*undskyldelig fristoverskridelse*). Ankestyrelsen, 28 November 2013."""
    NOT_ARRIVED = "not_arrived"
    """It has no effect against the recipient (*ikke kommet frem*), and is sent on paper."""


class RegistrationCorrected(Event):
    """The registration was wrong for a time of the past (*tilslutning rettet*); the letters of it are to be decided on.

    If it is wrong until now, another fact says what holds from now on.
    """

    once = True

    correction: EntryId
    recipient: PartyId
    wrong_from: date
    wrong_to: date
    """The first Copenhagen day on which it was right again; the day after today, if it was wrong until now."""
    should: RegistrationStatus
    """What should have held instead."""
    rule: str | None = None
    """The rule and its version by which a person was old enough on the first day; None where no age was asked."""
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class MailRegistrationAnnulled(Event):
    """The recipient is not registered: the registration was a mistake (*tilslutning annulleret*). Act § 3.

    RegistrationCorrected says from when it was wrong.
    """

    recipient: PartyId


class SenderInformed(Event):
    """A sender was informed of its letters of the wrong time (*afsender orienteret*)."""

    once = True

    notice: NoticeId
    correction: EntryId
    recipient: PartyId
    sender: PartyId
    messages: tuple[MessageId, ...]


class ImpactDecided(Event):
    """It was decided what a letter of the wrong time is worth (*afgørelse om virkning*); a later decision replaces it.

    The times of the message stay as they were recorded: the decision is recorded next to them.
    """

    holder = "recipient"
    retention = Retention.POST

    message: MessageId
    correction: EntryId
    recipient: PartyId
    decision: ImpactDecision
    decided_by: CompanyId
    ground: Personal[str | None] = None
    """Administration act §§ 22 and 24 (*begrundelse*)."""


@dataclass(frozen=True, slots=True)
class Correction(State):
    """One correction: of whom, which senders were informed of which letters, and what was decided."""

    recipient: PartyId | None = None
    annulled: bool = False
    """Of an exemption that never held."""
    informed: Mapping[PartyId, frozenset[MessageId]] = field(default_factory=dict)
    decisions: Mapping[MessageId, ImpactDecision] = field(default_factory=dict)

    def evolve(self, event: Event) -> Self:
        match event:
            case RegistrationCorrected(recipient=recipient) | ExemptionEntered(party=recipient):
                return self.but(recipient=recipient)
            case ExemptionAnnulled():
                return self.but(annulled=True)
            case SenderInformed(sender=sender, messages=messages):
                known = self.informed.get(sender, frozenset())
                return self.but(informed={**self.informed, sender: known | set(messages)})
            case ImpactDecided(message=message, decision=decision):
                return self.but(decisions={**self.decisions, message: decision})
            case _:
                return self


CORRECTION = Entity(
    "registration_correction",
    Correction(),
    {
        "RegistrationCorrected": RegistrationCorrected,
        "SenderInformed": SenderInformed,
        "ImpactDecided": ImpactDecided,
    },
    follows=(ExemptionEntered, ExemptionAnnulled),
)
"""Consulted of the entry of the correction, or of the exemption that begins in the past."""
