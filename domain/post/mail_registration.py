"""The registration for Digital Post (*tilslutning*): who can be reached there, who cannot and why.

LBK 686/2021 (the Act), §§ 3 to 5. Emigration is no fact of the registration, for it does not end it (§ 3(4)). Nor is a
death or a cessation, which closes it: the fact of the person or the company says so.
Exemptions (§ 5) are entries of their own: see domain/post/exemption.py.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.command import Entity, State
from domain.entry import Entries
from domain.fact import Event
from domain.identity.existence import EXISTENCE_FACTS, UNKNOWN, Existence
from domain.post.correction import MailRegistrationAnnulled, RegistrationCorrected, RegistrationStatus
from domain.post.exemption import EXEMPTIONS
from domain.post.mail_registration_plan import MailRegistrationPlanDropped, MailRegistrationPlanned
from domain.subject import EntryId, PartyId


class Mode(StrEnum):
    """By duty (§ 3) or voluntarily (§ 4); the legal effect is the same."""

    AUTOMATIC = "automatic"
    VOLUNTARY = "voluntary"


class UnreachableBecause(StrEnum):
    """Why no message can become available to a recipient; NEVER means that the recipient can be reached."""

    UNKNOWN = "unknown"
    EXEMPT = "exempt"
    CLOSED = "closed"
    MERGED = "merged"
    """The recipient's entry was merged with another of the same person, who lives."""
    NOT_YET = "not_yet"
    NUMBER_MOVED = "number_moved"
    """The number by which the recipient was found leads to somebody else now, or to nobody: of a letter held back."""
    NEVER = "never"


class MailGraceBroken(Event):
    """A new company logged in before its grace (*karensperiode*) was over, and so gave up the rest of it (virk.dk)."""

    recipient: PartyId


class MailRegistered(Event):
    """The recipient is registered (*tilsluttet*): authorities may send with the effects of § 10. Act §§ 3 and 4."""

    recipient: PartyId
    mode: Mode
    rule: str | None
    """The rule and its version that set the day; None where no number of the law did."""
    signature: UUID | None = None
    """The reference of the electronic signature of who joined; None: by duty, or of the exempt. Act § 4(1)."""


class UnopenedPostOrdered(Event):
    """Unopened post goes on paper (*eftersendes som fysisk post*), because its recipient became exempt and wishes it.

    Its arrival does not move. mariagerfjord.dk; horsholm.dk.
    """

    once = True

    entry: EntryId
    party: PartyId
    since: date
    """What arrived on this Copenhagen day or later goes on paper."""
    rule: str
    """The rule and its version that set the day."""


@dataclass(frozen=True, slots=True)
class MailRegistration(State):
    """The registration of one recipient: planned, registered, exempt and closed are independent of each other."""

    recipient: Existence = UNKNOWN
    planned: MailRegistrationPlanned | None = None
    """Its days are encrypted here: a decision about them opens MAIL_REGISTRATION_PLAN, which says the same."""
    mode: Mode | None = None
    exemptions: Entries = EXEMPTIONS.entity.opening
    corrected: frozenset[tuple[date, date, RegistrationStatus]] = frozenset()
    """The times that were corrected, and what should have held."""
    resent: frozenset[EntryId] = frozenset()
    """The exemptions for which unopened post was ordered on paper."""

    def exempt(self, day: date) -> bool:
        """Whether an exemption holds on the Copenhagen day."""
        return self.exemptions.on(day) is not None

    def reachable(self, day: date) -> bool:
        """Whether a message can become available to the recipient on the day."""
        return self.unreachable_because(day) is UnreachableBecause.NEVER

    @property
    def closed(self) -> bool:
        """Whether the recipient died or ceased (*lukket*): true as long as that is recorded and not corrected.

        BEK 1553/2013 § 14; virk.dk.
        """
        return self.recipient.ended_on is not None

    def unreachable_because(self, day: date) -> UnreachableBecause:
        """The reason that is reported to a sender; death and cessation come before all others."""
        if self.closed:
            return UnreachableBecause.CLOSED
        if self.recipient.remains is not None:
            return UnreachableBecause.MERGED
        if self.exempt(day):
            return UnreachableBecause.EXEMPT
        if self.mode:
            return UnreachableBecause.NEVER
        return UnreachableBecause.NOT_YET if self.planned else UnreachableBecause.UNKNOWN

    @property
    def has_mailbox(self) -> bool:
        """True from registration to closing: an exemption removes nothing that has arrived."""
        return self.mode is not None and not self.closed and self.recipient.remains is None

    def evolve(self, event: Event) -> Self:  # noqa: PLR0911 - one return for each kind of fact
        if isinstance(event, EXEMPTIONS.facts):
            return self.but(exemptions=self.exemptions.evolve(event))
        match event:
            case MailRegistrationPlanned() | MailRegistrationPlanDropped():
                return self.but(planned=event if isinstance(event, MailRegistrationPlanned) else None)
            case MailRegistered(mode=mode):
                return self.but(mode=mode)
            case MailRegistrationAnnulled():
                return self.but(mode=None, planned=None)
            case UnopenedPostOrdered(entry=entry):
                return self.but(resent=self.resent | {entry})
            case RegistrationCorrected():
                return self.but(corrected=self.corrected | {(event.wrong_from, event.wrong_to, event.should)})
            case _:
                return self.but(recipient=self.recipient.evolve(event))


MAIL_REGISTRATION = Entity(
    "mail_registration",
    MailRegistration(),
    {
        "MailGraceBroken": MailGraceBroken,
        "MailRegistered": MailRegistered,
        "MailRegistrationAnnulled": MailRegistrationAnnulled,
        "UnopenedPostOrdered": UnopenedPostOrdered,
    },
    follows=(
        *EXISTENCE_FACTS,
        *EXEMPTIONS.facts,
        RegistrationCorrected,
        MailRegistrationPlanned,
        MailRegistrationPlanDropped,
    ),
)
