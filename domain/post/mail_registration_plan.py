"""The plan to register somebody for Digital Post by duty on a later day, and that the recipient was notified of it.

LBK 686/2021 (the Act), § 3. Of a child the day is the 15th birthday, so it is encrypted, and a decision about it opens
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.fact import Event, Personal
from domain.post.correction import MailRegistrationAnnulled
from domain.subject import EntryId, MessageId, PaperLetterId, PartyId


class PlannedFor(StrEnum):
    """Why somebody is registered by duty."""

    TURNING_15 = "turning_15"
    IMMIGRATION = "immigration"
    NEW_COMPANY = "new_company"
    TAKEN_OVER = "taken_over"
    """A company that was taken over from another register is not new, and waits for nothing."""


class MailRegistrationPlanned(Event):
    """The recipient is to be registered on a day (*tilslutning planlagt*); until then no post can be sent.

    It does not say that the recipient was notified. A later plan takes its place. Act § 3.
    """

    recipient: PartyId
    plan: EntryId
    reason: PlannedFor
    effective_on: Personal[date]
    """The first Copenhagen day of the registration; personal, because the birth date follows from it."""
    announce_on: Personal[date | None]
    """The day from which the recipient is to be notified; None when the registration has no day to come."""
    waits_until: date | None
    """The first day after the wait of an immigrant, or after the grace (*karensperiode*) of a new company."""
    rule: str | None
    """The rule and its version that set the day of the registration; None where no number of the law did."""
    announce_rule: str | None = None
    """The rule and its version that set `announce_on`; None where there is none."""
    residence: EntryId | None = None
    """The move back to Denmark after which the recipient waits; None: another reason."""


class MailRegistrationPlanDropped(Event):
    """The move back for which a registration was planned was a mistake (*planlagt tilslutning opgivet*). Act § 3."""

    recipient: PartyId
    plan: EntryId


class RegistrationAnnouncementOrdered(Event):
    """The registration begins soon, so the recipient is to be notified of it (*underretning bestilt*). Act § 3."""

    recipient: PartyId
    plan: EntryId
    effective_on: Personal[date]


class RegistrationAnnounced(Event):
    """The recipient was notified on paper of the registration to come (*underretning om tilslutning*). Act § 3."""

    recipient: PartyId
    plan: EntryId
    message: MessageId
    letter: PaperLetterId


class RegistrationAnnouncementOmitted(Event):
    """Nobody could be notified of the registration to come, because no address for paper is known. Act § 3."""

    recipient: PartyId
    plan: EntryId


@dataclass(frozen=True, slots=True)
class RegistrationPlan(State):
    """What is planned for one recipient, opened; None and empty where nothing is, or its key is destroyed."""

    planned: MailRegistrationPlanned | None = None
    newest: MailRegistrationPlanned | None = None
    """The newest plan that was not dropped: its wait goes on also after the registration was annulled."""
    ordered: frozenset[EntryId] = frozenset()
    """The plans of which a notice was ordered."""
    notified: frozenset[EntryId] = frozenset()
    """The plans of which the recipient was notified, or could not be."""

    @property
    def effective_on(self) -> date | None:
        """The first day of the registration, if it is known."""
        day = None if self.planned is None else self.planned.effective_on
        return day if isinstance(day, date) else None

    def announces(self, today: date) -> bool:
        """Whether the day has come to have the recipient notified, and nobody was asked to do so yet."""
        day = None if self.planned is None or self.planned.plan in self.ordered else self.planned.announce_on
        return isinstance(day, date) and day <= today

    def evolve(self, event: Event) -> Self:
        match event:
            case MailRegistrationPlanned():
                return self.but(planned=event, newest=event)
            case MailRegistrationPlanDropped():
                return self.but(planned=None, newest=None)
            case MailRegistrationAnnulled():
                return self.but(planned=None)
            case RegistrationAnnouncementOrdered(plan=plan):
                return self.but(ordered=self.ordered | {plan})
            case RegistrationAnnounced(plan=plan) | RegistrationAnnouncementOmitted(plan=plan):
                return self.but(notified=self.notified | {plan})
            case _:
                return self


MAIL_REGISTRATION_PLAN = Entity(
    "mail_registration_plan",
    RegistrationPlan(),
    {
        "MailRegistrationPlanned": MailRegistrationPlanned,
        "MailRegistrationPlanDropped": MailRegistrationPlanDropped,
        "RegistrationAnnouncementOrdered": RegistrationAnnouncementOrdered,
        "RegistrationAnnounced": RegistrationAnnounced,
        "RegistrationAnnouncementOmitted": RegistrationAnnouncementOmitted,
    },
    follows=(MailRegistrationAnnulled,),
    opened=True,
)
