"""The registration for Digital Post (*tilslutning*): who can be reached there, who cannot and why, and who reads along.

LBK 686/2021 (the Act), §§ 3 to 5. Emigration is no fact of the registration, for it does not end it (§ 3(4)).
Exemptions (§ 5) are entries of their own: see domain/post/exemption.py.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.entry import Entries
from domain.fact import Event
from domain.identity.existence import EXISTENCE_FACTS, UNKNOWN, Existence
from domain.post.exemption import EXEMPTIONS
from domain.subject import PartyId, PersonId


class AnnouncedFor(StrEnum):
    """Why somebody will be registered on a later day."""

    TURNING_15 = "turning_15"
    IMMIGRATION = "immigration"
    NEW_COMPANY = "new_company"


class Mode(StrEnum):
    """By duty (§ 3) or voluntarily (§ 4); the legal effect is the same."""

    AUTOMATIC = "automatic"
    VOLUNTARY = "voluntary"


class ClosureCause(StrEnum):
    """What closed a registration: a person died, a company ceased."""

    DEATH = "death"
    CESSATION = "cessation"


class ReopeningCause(StrEnum):
    """Which mistake had closed a registration."""

    DEATH_CORRECTED = "death_corrected"
    CESSATION_CORRECTED = "cessation_corrected"


class AccessKind(StrEnum):
    """*Læseadgang*, or *læse- og skriveadgang*; neither lets the reader delete, change settings or grant."""

    READ = "read"
    READ_WRITE = "read_write"


class AccessEnd(StrEnum):
    """Who or what ended a reader's access."""

    OWNER = "owner"
    READER = "reader"
    DEATH = "death"
    CESSATION = "cessation"


class UnreachableBecause(StrEnum):
    """Why no message can become available to a recipient; NEVER means that the recipient can be reached."""

    UNKNOWN = "unknown"
    EXEMPT = "exempt"
    CLOSED = "closed"
    NOT_YET = "not_yet"
    NEVER = "never"


class MailRegistrationAnnounced(Event):
    """The recipient was notified (*underretning*) of being registered from a later day; until then no post can be sent.

    A new company's wait is its grace (*karensperiode*). A later announcement with another day replaces the earlier.
    """

    recipient: PartyId
    reason: AnnouncedFor
    effective_on: date
    """The first Copenhagen day of the registration."""
    rule: str
    """The rule and its version that set the day."""


class MailGraceBroken(Event):
    """A new company logged in before its grace (*karensperiode*) was over, and so gave up the rest of it (virk.dk)."""

    recipient: PartyId


class MailRegistered(Event):
    """The recipient is registered (*tilsluttet*): authorities may send with the effects of § 10. Act §§ 3 and 4."""

    recipient: PartyId
    mode: Mode
    rule: str | None
    """The rule and its version that set the day; None where no number of the law did."""


class MailRegistrationClosed(Event):
    """The recipient died or ceased: nothing more can be sent (*lukket*).

    It was known when this was recorded; `happened_on` is the day it happened. Recorded again with another day, it
    corrects the day. BEK 1553/2013 § 14; virk.dk.
    """

    recipient: PartyId
    cause: ClosureCause
    happened_on: date


class MailRegistrationReopened(Event):
    """The death or cessation was a mistake: what held before the closing holds again, but for read access."""

    recipient: PartyId
    cause: ReopeningCause


class ReadAccessGranted(Event):
    """The owner lets a reader read all public post (*læseadgang*), also older post, and be served for the owner."""

    owner: PartyId
    reader: PersonId
    kind: AccessKind


class ReadAccessRevoked(Event):
    """The reader may no longer read the owner's post; the death of either ends it too (*adgangen er ophørt*)."""

    owner: PartyId
    reader: PersonId
    cause: AccessEnd


@dataclass(frozen=True, slots=True)
class MailRegistration(State):
    """The registration of one recipient: announced, registered, exempt and closed are independent of each other."""

    recipient: Existence = UNKNOWN
    announced: MailRegistrationAnnounced | None = None
    mode: Mode | None = None
    exemptions: Entries = EXEMPTIONS.entity.opening
    closed_on: date | None = None
    """The day of the death or cessation that closed the registration."""
    access: tuple[ReadAccessGranted, ...] = ()
    """The grants in force that name this recipient, be it as owner or as reader."""

    def exempt(self, day: date) -> bool:
        """Whether an exemption holds on the Copenhagen day."""
        return self.exemptions.on(day) is not None

    def reachable(self, day: date) -> bool:
        """Whether a message can become available to the recipient on the day."""
        return self.unreachable_because(day) is UnreachableBecause.NEVER

    @property
    def closed(self) -> bool:
        """True from the recording of a death or cessation until it is corrected and the registration reopened."""
        return self.recipient.ended_on is not None or self.closed_on is not None

    def unreachable_because(self, day: date) -> UnreachableBecause:
        """The reason that is reported to a sender; death and cessation come before all others."""
        if self.closed or self.recipient.merged_into is not None:
            return UnreachableBecause.CLOSED
        if self.exempt(day):
            return UnreachableBecause.EXEMPT
        if self.mode:
            return UnreachableBecause.NEVER
        return UnreachableBecause.NOT_YET if self.announced else UnreachableBecause.UNKNOWN

    @property
    def not_before(self) -> date | None:
        """The Copenhagen day from which a recipient who is not registered yet will be; None when no day is set."""
        return self.announced.effective_on if self.announced and not self.mode else None

    @property
    def has_mailbox(self) -> bool:
        """True from registration to closing: an exemption removes nothing that has arrived."""
        return self.mode is not None and not self.closed and self.recipient.merged_into is None

    @property
    def readers(self) -> frozenset[PersonId]:
        """Who may read this recipient's post, apart from the owner.

        A person who reads for others is among their own readers, which gives nobody anything. A death or cessation
        ends every access at once, also before the closing has recorded so; the estate is granted its own afterwards.
        """
        if self.closed and self.closed_on is None:
            return frozenset()
        return frozenset(grant.reader for grant in self.access)

    def grant(self, owner: PartyId, reader: PersonId) -> ReadAccessGranted | None:
        """The grant in force from the owner to the reader, if there is one."""
        return next((grant for grant in self.access if (grant.owner, grant.reader) == (owner, reader)), None)

    def evolve(self, event: Event) -> Self:
        if isinstance(event, EXEMPTIONS.facts):
            return self.but(exemptions=self.exemptions.evolve(event))
        match event:
            case MailRegistrationAnnounced():
                return self.but(announced=event)
            case MailRegistered(mode=mode):
                return self.but(mode=mode)
            case ReadAccessGranted(owner=owner, reader=reader) | ReadAccessRevoked(owner=owner, reader=reader):
                others = tuple(grant for grant in self.access if (grant.owner, grant.reader) != (owner, reader))
                return self.but(access=(*others, event) if isinstance(event, ReadAccessGranted) else others)
            case _:
                return self._ended_by(event)

    def _ended_by(self, event: Event) -> Self:
        match event:
            case MailRegistrationClosed(happened_on=day):
                return self.but(closed_on=day)
            case MailRegistrationReopened():
                return self.but(closed_on=None)
            case _:
                return self.but(recipient=self.recipient.evolve(event))


MAIL_REGISTRATION = Entity(
    "mail_registration",
    MailRegistration(),
    {
        "MailRegistrationAnnounced": MailRegistrationAnnounced,
        "MailGraceBroken": MailGraceBroken,
        "MailRegistered": MailRegistered,
        "MailRegistrationClosed": MailRegistrationClosed,
        "MailRegistrationReopened": MailRegistrationReopened,
        "ReadAccessGranted": ReadAccessGranted,
        "ReadAccessRevoked": ReadAccessRevoked,
    },
    # From the death or cessation on nothing may arrive, also before the reaction to it has closed the registration.
    follows=(*EXISTENCE_FACTS, *EXEMPTIONS.facts),
)
