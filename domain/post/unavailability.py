"""A virus found in a message, and messages that were made unavailable after their arrival, which remains.

LBK 686/2021 § 10 gives effect to what is available in the solution, once; nothing takes that effect away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from domain.command import Entity, Refused, State
from domain.fact import Event
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Fault
from domain.subject import MessageId, PartyId

VIRUS = Fault(code="virus.found", path=MESSAGE_HEADER_PATH, message="The letter holds a virus. Send it without.")


class UnavailabilityCause(StrEnum):
    """Why a message was made unavailable."""

    VIRUS = "virus"
    WRONG_DISPATCH = "wrong_dispatch"
    """Its sender documented that it was sent to the wrong recipient, or by mistake (*fejlforsendelse*)."""


class VirusFound(Event):
    """A virus was found in the message (*virus fundet*), at its submission or later. GDPR art. 32(1).

    What follows is a fact of its own: the message is rejected before its arrival, and made unavailable after it.
    """

    once = True

    message: MessageId
    recipient: PartyId | None
    scanner: str
    """The program that found it."""


class MessageMadeUnavailable(Event):
    """An administrator made an arrived message unavailable (*gjort utilgængelig*); its arrival remains, § 10 no. 1.

    Nobody reads or handles it any more. The record's context names the case that documents it.
    """

    once = True

    message: MessageId
    recipient: PartyId
    cause: UnavailabilityCause
    opened: bool
    """Whether it had been opened before."""


class MessageIsUnavailable(Refused):
    """The administrator has made this message unavailable. It did arrive; ask its sender why nobody can read it."""


@dataclass(frozen=True, slots=True)
class Unavailability(State):
    """Whether a virus was found in a message, and whether it was made unavailable after its arrival."""

    virus_found: bool = False
    unavailable: bool = False

    @property
    def barred(self) -> bool:
        """Whether it is not to be printed: it holds a virus, or was made unavailable."""
        return self.virus_found or self.unavailable

    def evolve(self, event: Event) -> Self:
        match event:
            case VirusFound():
                return self.but(virus_found=True)
            case MessageMadeUnavailable():
                return self.but(unavailable=True)
            case _:
                return self


NOTHING_FOUND = Unavailability()

UNAVAILABILITY = Entity(
    "unavailability",
    NOTHING_FOUND,
    {"VirusFound": VirusFound, "MessageMadeUnavailable": MessageMadeUnavailable},
)
