"""A virus found in a message, and messages made unavailable after their arrival, which remains; and both taken back.

LBK 686/2021 § 10 gives effect to what is available in the solution, once; nothing takes that effect away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from domain.command import Entity, Refused, State
from domain.fact import Event
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Fault
from domain.post.submission import MessageSubmitted
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

    message: MessageId
    recipient: PartyId | None
    scanner: str
    """The program that found it."""
    file: int | None = None
    """In which of the letter's files: 1 is the first of `MessageSubmitted.files`. None: the program named no file."""


class VirusFindingAnnulled(Event):
    """The finding was a mistake (*falsk alarm*): the file holds no virus. GDPR art. 32(1).

    A letter that was rejected because of it stays rejected. The record's context names the case that documents it.
    """

    message: MessageId
    recipient: PartyId | None
    file: int | None
    """As the finding names it."""


class MessageMadeUnavailable(Event):
    """An administrator made an arrived message unavailable (*gjort utilgængelig*); its arrival remains, § 10 no. 1.

    Nobody reads or handles it any more. The record's context names the case that documents it. Recorded again, it has
    another cause from now on.
    """

    message: MessageId
    recipient: PartyId
    cause: UnavailabilityCause
    opened: bool
    """Whether it had been opened before."""


class UnavailabilityLifted(Event):
    """The message can be read and handled again (*tilgængelig igen*); its arrival is as it was, § 10 no. 1.

    The record's context names the case that documents it.
    """

    message: MessageId
    recipient: PartyId
    cause: UnavailabilityCause
    """What was found to be a mistake."""


class MessageIsUnavailable(Refused):
    """The administrator has made this message unavailable. It did arrive; ask its sender why nobody can read it."""


@dataclass(frozen=True, slots=True)
class Unavailability(State):
    """Whether a virus was found in a message, and whether it was made unavailable after its arrival."""

    files: int = 0
    """How many files the letter has."""
    infected: frozenset[int | None] = frozenset()
    """The files in which a virus was found, as the findings name them that are not annulled."""
    cause: UnavailabilityCause | None = None
    lifted: int = 0
    """How often it was made available again."""

    @property
    def virus_found(self) -> bool:
        return bool(self.infected)

    @property
    def unavailable(self) -> bool:
        return self.cause is not None

    @property
    def barred(self) -> bool:
        """Whether it is not to be printed: it holds a virus, or was made unavailable."""
        return self.virus_found or self.unavailable

    def evolve(self, event: Event) -> Self:
        match event:
            case MessageSubmitted(files=files):
                return self.but(files=len(files))
            case VirusFound(file=file):
                return self.but(infected=self.infected | {file})
            case VirusFindingAnnulled(file=file):
                return self.but(infected=self.infected - {file})
            case MessageMadeUnavailable(cause=cause):
                return self.but(cause=cause)
            case UnavailabilityLifted():
                return self.but(cause=None, lifted=self.lifted + 1)
            case _:
                return self


NOTHING_FOUND = Unavailability()

UNAVAILABILITY = Entity(
    "unavailability",
    NOTHING_FOUND,
    {
        "VirusFound": VirusFound,
        "VirusFindingAnnulled": VirusFindingAnnulled,
        "MessageMadeUnavailable": MessageMadeUnavailable,
        "UnavailabilityLifted": UnavailabilityLifted,
    },
    follows=(MessageSubmitted,),
)
