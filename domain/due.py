"""Due times: which facts set a time at which something follows without a request, and which facts end the wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.danish_time import start_of_day
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.naming import NamingAwaited, NamingDeadlinePassed
from domain.identity.person import DeathCorrected, PersonDied
from domain.identity.person_name import NameEntered
from domain.identity.protection import (
    ProtectionAnnulled,
    ProtectionEndCorrected,
    ProtectionEnded,
)
from domain.identity.protection_lapse import ProtectionReminderOrdered, ProtectionReminderPlanned
from domain.nemkonto.designation import (
    ActivationLetterOrdered,
    DesignationBlocked,
    DesignationCancelled,
    DesignationExpired,
    DesignationReplaced,
    DesignationVoided,
    DesignationWithdrawn,
    NemkontoActivated,
    NemkontoEndDropped,
    NemkontoEnded,
    NemkontoEndPlanned,
)
from domain.operations.retention import DeletionDropped, DeletionFellDue, DeletionPlanned
from domain.post.exemption import ExemptionAnnulled, ExemptionEndCorrected, ExemptionEnded, ExemptionEntered
from domain.post.mail_registration import MailRegistered, UnopenedPostOrdered
from domain.post.mail_registration_plan import (
    MailRegistrationPlanDropped,
    MailRegistrationPlanned,
    RegistrationAnnouncementOrdered,
)
from domain.post.message import (
    MessageMadeAvailable,
    MessageRecalled,
    MessageRejected,
    MessageScheduled,
    NemSmsSent,
    ReleaseRefused,
)
from domain.post.postponement import ReleasePostponed
from domain.record import Record
from domain.subject import SubjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """One kind of due time, about the subject of the fact that sets it. A later fact of that kind moves the time."""

    kind: str
    """A stored name: it is in the register of due times and in the ids of commands."""
    begins: type[Event]
    """The fact that sets the time."""
    due_at: str
    """Its field that holds the time: an instant, or a Copenhagen day, which means the start of that day; or no time."""
    also: str | None = None
    """Its field that names a second subject, which the command needs."""
    sender: str | None = None
    """Its field that names who sent what falls due."""
    settled_by: tuple[type[Event], ...]
    """After one of these nothing falls due any more."""
    suspended_by: tuple[type[Event], ...] = ()
    """After one of these nothing falls due until it is resumed."""
    resumed_by: tuple[type[Event], ...] = ()
    renewed: bool = False
    """Whether a later fact may set the same time again for another act: each record then has an act of its own."""

    def due(self, record: Record) -> Due | None:
        """What falls due by the record of a fact that begins it; None when it names no time."""
        time = getattr(record.event, self.due_at)
        if not isinstance(time, date):
            return None
        return Due(
            rule=self,
            subject=record.event.own_subject,
            due_at=time if isinstance(time, datetime) else start_of_day(time),
            also=getattr(record.event, self.also) if self.also else None,
            sender=getattr(record.event, self.sender) if self.sender else None,
            position=record.position,
            correlation=record.context.correlation,
            case=record.context.case,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One act that falls due at `due_at` (UTC), about `subject`."""

    rule: DueRule
    subject: SubjectId
    due_at: datetime
    also: SubjectId | None = None
    sender: SubjectId | None = None
    position: int
    """Of the record that set the time, and so caused the act."""
    correlation: UUID
    case: str | None


LEFT_THE_QUEUE: tuple[type[Event], ...] = (MessageRecalled, MessageRejected, ReleaseRefused, MessageMadeAvailable)
"""After one of these a message is not held back any more."""
REGISTRATION_DONE: tuple[type[Event], ...] = (MailRegistered, MailRegistrationPlanDropped)
PARTY_ENDED: tuple[type[Event], ...] = (PersonDied, CompanyCeased)
END_CORRECTED: tuple[type[Event], ...] = (DeathCorrected, CessationCorrected)

RELEASE = DueRule(
    kind="release",
    begins=MessageScheduled,
    due_at="release_at",
    also="recipient",
    sender="sender",
    settled_by=(*LEFT_THE_QUEUE, ReleasePostponed, NemSmsSent),
)
"""The release of a message that is held back until its value date. MeMo doNotDeliverUntilDate."""
POSTPONED_RELEASE = DueRule(
    kind="postponed_release",
    begins=ReleasePostponed,
    due_at="release_at",
    also="recipient",
    sender="sender",
    settled_by=LEFT_THE_QUEUE,
)
"""The release of a message that waits because nothing could arrive. LBK 686/2021 §§ 10 and 10 d."""
REGISTRATION = DueRule(
    kind="registration",
    begins=MailRegistrationPlanned,
    due_at="effective_on",
    settled_by=REGISTRATION_DONE,
    suspended_by=PARTY_ENDED,
    resumed_by=END_CORRECTED,
    renewed=True,
)
"""The beginning of a registration that was planned. LBK 686/2021 § 3."""
REGISTRATION_ANNOUNCEMENT = DueRule(
    kind="registration_announcement",
    begins=MailRegistrationPlanned,
    due_at="announce_on",
    settled_by=(RegistrationAnnouncementOrdered, *REGISTRATION_DONE),
    suspended_by=PARTY_ENDED,
    resumed_by=END_CORRECTED,
    renewed=True,
)
"""The notice before a registration that was planned. LBK 686/2021 § 3; randers.dk."""
UNOPENED_POST = DueRule(
    kind="unopened_post",
    begins=ExemptionEntered,
    due_at="resend_on",
    also="party",
    settled_by=(ExemptionAnnulled, UnopenedPostOrdered),
)
"""The beginning of an exemption, on which unopened post goes on paper. LBK 686/2021 § 5; mariagerfjord.dk."""
EXEMPTION_TERM = DueRule(
    kind="exemption_term",
    begins=ExemptionEntered,
    due_at="valid_to",
    also="party",
    settled_by=(ExemptionAnnulled, ExemptionEnded, ExemptionEndCorrected),
)
"""The end of an exemption that was granted for a time: who is due to be registered is. LBK 686/2021 §§ 3 and 5."""
EXEMPTION_END = DueRule(
    kind="exemption_end",
    begins=ExemptionEnded,
    due_at="valid_to",
    also="party",
    settled_by=(ExemptionAnnulled, ExemptionEndCorrected),
    renewed=True,
)
"""The end of an exemption that was revoked: who is due to be registered is. LBK 686/2021 §§ 3 and 5."""
EXEMPTION_END_CORRECTED = DueRule(
    kind="exemption_end_corrected",
    begins=ExemptionEndCorrected,
    due_at="valid_to",
    also="party",
    settled_by=(ExemptionAnnulled, ExemptionEnded),
    renewed=True,
)
"""The end of an exemption that holds longer than was recorded. LBK 686/2021 §§ 3 and 5."""
ACTIVATION_EXPIRY = DueRule(
    kind="activation_expiry",
    begins=ActivationLetterOrdered,
    due_at="valid_until",
    also="payee",
    settled_by=(
        NemkontoActivated,
        DesignationReplaced,
        DesignationWithdrawn,
        DesignationExpired,
        DesignationBlocked,
        DesignationVoided,
    ),
)
"""The end of an activation code. BEK 788/2025 § 10."""
NEMKONTO_END = DueRule(
    kind="nemkonto_end",
    begins=NemkontoEndPlanned,
    due_at="ends_on",
    also="payee",
    settled_by=(NemkontoEnded, NemkontoEndDropped, DesignationCancelled, DesignationVoided),
)
"""The end-marking of the NemKonto of a payee who died or ceased. nemkonto.dk, "Ophør af en NemKonto"."""
NAMING = DueRule(
    kind="naming",
    begins=NamingAwaited,
    due_at="due_on",
    settled_by=(NameEntered, NamingDeadlinePassed),
)
"""The day by which a newborn is to be named. CPR act § 3."""
PROTECTION_REMINDER = DueRule(
    kind="protection_reminder",
    begins=ProtectionReminderPlanned,
    due_at="remind_on",
    also="party",
    settled_by=(ProtectionReminderOrdered, ProtectionAnnulled),
    suspended_by=(ProtectionEnded,),
    resumed_by=(ProtectionEndCorrected,),
    renewed=True,
)
"""The reminder before a protection lapses. CPR act § 28; rksk.dk."""
DELETION_TERM = DueRule(
    kind="deletion",
    begins=DeletionPlanned,
    due_at="due_on",
    settled_by=(DeletionDropped, DeletionFellDue),
    renewed=True,
)
"""The end of a term of storage. BEK 1553/2013 § 14(3); GDPR art. 5(1)(e)."""

DUE_RULES = (
    DELETION_TERM,
    RELEASE,
    POSTPONED_RELEASE,
    REGISTRATION,
    REGISTRATION_ANNOUNCEMENT,
    UNOPENED_POST,
    EXEMPTION_TERM,
    EXEMPTION_END,
    EXEMPTION_END_CORRECTED,
    ACTIVATION_EXPIRY,
    NEMKONTO_END,
    NAMING,
    PROTECTION_REMINDER,
)

SETS_A_TIME: tuple[type[Event], ...] = tuple(dict.fromkeys(rule.begins for rule in DUE_RULES))
"""The facts that set a due time."""


def dues_by(record: Record) -> tuple[Due, ...]:
    """What falls due by the record of a fact, and when; nothing by one that sets no time."""
    dues = (rule.due(record) for rule in DUE_RULES if rule.begins is type(record.event))
    return tuple(due for due in dues if due is not None)
