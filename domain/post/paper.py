"""A letter on paper (*fysisk post*): what could not be delivered, or was not opened, with an arrival of its own.

A letter on paper is the paper form of a message. It changes nothing about the message: what arrived in Digital Post
arrived then, and what was refused never arrives there. LBK 686/2021 § 10; mariagerfjord.dk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from domain.command import Entity, State
from domain.fact import Event
from domain.post.mail_registration import UnreachableBecause
from domain.post.message import MessageRejected, Rejection, ReleaseRefused
from domain.post.release_commands import UNREACHABLE
from domain.subject import EntryId, MessageId, PaperLetterId, PartyId

GOES_ON_PAPER = frozenset(
    {UnreachableBecause.UNKNOWN, UnreachableBecause.EXEMPT, UnreachableBecause.MERGED, UnreachableBecause.NOT_YET}
)
"""Why a recipient cannot be reached by Digital Post and can be by paper: the dead and the ceased cannot."""
PAPER_FAULTS = frozenset(UNREACHABLE[because][0] for because in GOES_ON_PAPER)


class PaperOccasion(StrEnum):
    """Why a letter goes on paper."""

    UNDELIVERED = "undelivered"
    """It could not be delivered by Digital Post."""
    UNOPENED = "unopened"
    """It arrived, and its recipient, who became exempt, had not opened it."""
    CORRECTED = "corrected"
    """It arrived while the registration was wrong, and was decided to have no effect there."""


class PaperReturn(StrEnum):
    """Why a letter came back (*returpost*)."""

    UNKNOWN_AT_ADDRESS = "unknown_at_address"
    MOVED = "moved"
    REFUSED = "refused"
    OTHER = "other"


class PaperLetterOrdered(Event):
    """A message is to be sent on paper (*fjernprint*): to be printed with the recipient's address. mariagerfjord.dk."""

    once = True

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId
    occasion: PaperOccasion


class PaperLetterPosted(Event):
    """The letter was handed to the post (*afleveret til postbesørgelse*), with the address that was used.

    It has an arrival of its own: the day on which it is presumed to have come (*formodning*), unless it is returned.
    """

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId
    address: EntryId
    """The entry of the address that was printed."""
    posted_on: date
    arrives_on: date
    """The Copenhagen day on which it is presumed to have arrived."""
    rule: str
    """The rule and its version that set the day."""


class PaperLetterReturned(Event):
    """The letter came back (*returpost*): it did not arrive."""

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId
    returned_on: date
    because: PaperReturn


class PaperLetterPostingAnnulled(Event):
    """The letter was not handed to the post, as was reported by mistake (*afsendelse annulleret*): it is to be printed
    and posted still, and has no arrival. LBK 686/2021 § 10.
    """

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId


class PaperLetterReturnAnnulled(Event):
    """The letter did not come back, as was reported by mistake (*returpost annulleret*): it is presumed to have arrived
    on its day again. LBK 686/2021 § 10.
    """

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId


class PaperStage(StrEnum):
    ORDERED = "ordered"
    POSTED = "posted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """One letter of a message."""

    occasion: PaperOccasion
    stage: PaperStage = PaperStage.ORDERED
    posted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Paper(State):
    """A message as far as paper is concerned: whether it could not be delivered, and its letters."""

    undelivered: bool = False
    """Whether it was refused for no other reason than that its recipient cannot be reached by Digital Post."""
    letters: Mapping[PaperLetterId, PaperLetter] = field(default_factory=dict)
    """In the order in which they were ordered: after one that came back there may be another."""

    @property
    def last(self) -> PaperLetter | None:
        return next(reversed(list(self.letters.values())), None)

    @property
    def under_way(self) -> bool:
        """Whether a letter is ordered or posted, and was not returned."""
        return any(letter.stage is not PaperStage.RETURNED for letter in self.letters.values())

    def evolve(self, event: Event) -> Self:
        match event:
            case MessageRejected(status=Rejection.NOT_ALLOWED, recipient=recipient, faults=faults):
                only_unreachable = all(fault.code in PAPER_FAULTS for fault in faults)
                return self.but(undelivered=recipient is not None and only_unreachable)
            case ReleaseRefused(because=because):
                return self.but(undelivered=because in GOES_ON_PAPER)
            case PaperLetterOrdered(letter=letter, occasion=occasion):
                return self.but(letters={**self.letters, letter: PaperLetter(occasion)})
            case _:
                return self._reported(event)

    def _reported(self, event: Event) -> Self:
        match event:
            case PaperLetterPosted(letter=letter, posted_on=day):
                return self._changed(letter, stage=PaperStage.POSTED, posted_on=day)
            case PaperLetterPostingAnnulled(letter=letter):
                return self._changed(letter, stage=PaperStage.ORDERED, posted_on=None)
            case PaperLetterReturned(letter=letter):
                return self._changed(letter, stage=PaperStage.RETURNED)
            case PaperLetterReturnAnnulled(letter=letter):
                return self._changed(letter, stage=PaperStage.POSTED)
            case _:
                return self

    def _changed(self, letter: PaperLetterId, **changes: Any) -> Self:
        return self.but(letters={**self.letters, letter: replace(self.letters[letter], **changes)})


PAPER = Entity(
    "paper",
    Paper(),
    {
        "PaperLetterOrdered": PaperLetterOrdered,
        "PaperLetterPosted": PaperLetterPosted,
        "PaperLetterReturned": PaperLetterReturned,
        "PaperLetterPostingAnnulled": PaperLetterPostingAnnulled,
        "PaperLetterReturnAnnulled": PaperLetterReturnAnnulled,
    },
    follows=(MessageRejected, ReleaseRefused),
)
"""Consulted of a message: its letters name it."""
