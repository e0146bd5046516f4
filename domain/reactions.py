"""Which commands follow from a record, or from a time that has come.

Pure, so the same record gives the same command ids on every run: a runner that crashed asks again, and the ledger
answers with the first outcome. A refused reaction is done: the law said no. A rebuild of registers runs none of this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from domain.due import (
    ACTIVATION_EXPIRY,
    DELETION_TERM,
    EXEMPTION_END,
    EXEMPTION_END_CORRECTED,
    EXEMPTION_TERM,
    NAMING,
    NEMKONTO_END,
    POSTPONED_RELEASE,
    PROTECTION_REMINDER,
    REGISTRATION,
    REGISTRATION_ANNOUNCEMENT,
    RELEASE,
    UNOPENED_POST,
    Due,
    DueRule,
)
from domain.fact import Event
from domain.identity.after_end import FollowCessation, FollowDeath
from domain.identity.company import CessationCorrected, CompanyCeased, CompanyEntryCause, CompanyRegistered
from domain.identity.mandate import MandateEndCorrected, MandateEnded, MandateGranted
from domain.identity.merge import MergeAnnulled
from domain.identity.naming_commands import MoveNaming, ReportMissingName
from domain.identity.person import (
    PERSON,
    BirthCorrected,
    DeathCorrected,
    PersonDied,
    PersonEntryCause,
    PersonRegistered,
)
from domain.identity.protection import (
    CPR_OPERATOR,
    ProtectionAnnulled,
    ProtectionEndCorrected,
    ProtectionEnded,
    ProtectionEntered,
)
from domain.identity.protection_lapse import PlanProtectionReminders, ProtectionReminderOrdered
from domain.identity.reactions import follows_change, follows_merging, follows_parties
from domain.identity.residence import (
    ResidenceAnnulled,
    ResidenceEndCorrected,
    ResidenceEntered,
    ResidenceKind,
)
from domain.identity.sender import DIGITAL_POST_OPERATOR, NEMKONTO_OPERATOR
from domain.identity.uncertain_day import UncertainDay
from domain.nemkonto.designation import NemkontoRestored
from domain.nemkonto.notice_text import OCCASIONS
from domain.nemkonto.reactions import (
    NEMKONTO_SYSTEM,
    ends_nemkonto,
    expires_designation,
    follows_end_of,
    follows_restored,
    notifies_payee,
    warns_sharers,
)
from domain.operations.retention_commands import PlanDeletion, ends_retention
from domain.post.arrival_flag import flags_late_arrivals
from domain.post.correction import MailRegistrationAnnulled
from domain.post.exemption import ExemptionAnnulled, ExemptionEndCorrected, RevocationCause
from domain.post.exemption_commands import RevokeExemption
from domain.post.mail_registration import UnopenedPostOrdered
from domain.post.mail_registration_commands import FollowRegistrationPlan, PlanMailRegistration
from domain.post.mail_registration_plan import PlannedFor, RegistrationAnnouncementOrdered
from domain.post.outage_reactions import ENDS_OF_OUTAGES, releases_waiting
from domain.post.reactions import (
    announces_registration,
    follows_annulled_exemption,
    follows_annulled_registration,
    follows_annulled_residence,
    follows_longer_exemption,
    follows_plan,
    follows_plan_again,
    orders_protection_reminder,
    orders_unopened,
    orders_unopened_of,
    plans_reminders,
    registers_after_exemption,
    releases_message,
    reminds_of_protection,
    resends_unopened,
)
from domain.post.receipt import AcknowledgeReceipt, ReceiptIssued
from domain.post.registered_too_young import corrects_if_too_young
from domain.reaction import Consequence, Reaction, Step, Timer
from domain.record import Record
from domain.subject import CompanyId, PartyId, PersonId, SubjectId

DIGITAL_POST = "digital-post"
CPR_REGISTER = "cpr"
CVR_REGISTER = "cvr"
REGISTER_OF: Mapping[CompanyId, str] = MappingProxyType(
    {CPR_OPERATOR: CPR_REGISTER, NEMKONTO_OPERATOR: NEMKONTO_SYSTEM, DIGITAL_POST_OPERATOR: DIGITAL_POST}
)
"""Who answers for the letters of each operator."""


def registers_for_mail(event: PersonRegistered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """A resident is registered for Digital Post from the age of 15, and of a child that is planned.

    Who immigrates waits, at a first entry as at a return.
    """
    if event.resident and isinstance(event.birth_date, UncertainDay):
        immigrates = event.cause is PersonEntryCause.IMMIGRATION
        reason = PlannedFor.IMMIGRATION if immigrates else PlannedFor.TURNING_15
        yield Step(PlanMailRegistration(recipient=event.person, reason=reason))


def follows_birth(event: BirthCorrected, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """What depends on a birth date follows its correction: registration for Digital Post, and the day to be named."""
    person = PERSON.opening
    for record in past:
        person = person.evolve(record.event)
    if not isinstance(event.birth_date, UncertainDay):
        return
    if person.awaits_name:
        yield Step(MoveNaming(person=event.person), authority=CPR_REGISTER)
    yield from corrects_if_too_young(event.person, event.birth_date, day, past)
    if person.may_owe_duty:
        yield Step(PlanMailRegistration(recipient=event.person, reason=PlannedFor.TURNING_15))


def registers_company(event: CompanyRegistered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """A new company is registered when its grace (*karensperiode*) is over; one that was taken over has none."""
    taken_over = event.cause is CompanyEntryCause.REGISTER_LOAD
    reason = PlannedFor.TAKEN_OVER if taken_over else PlannedFor.NEW_COMPANY
    yield Step(PlanMailRegistration(recipient=event.company, reason=reason))


def welcomes_back(event: ResidenceEntered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Who moves back to Denmark is no longer exempt, and waits to be registered if never registered.

    The commands find out whether the move is a return; of any other one the registration follows from the age alone.
    """
    if event.kind is ResidenceKind.RESIDENT:
        yield Step(RevokeExemption(recipient=event.party, cause=RevocationCause.RE_ENTRY, residence=event.entry))
        immigrates = PlannedFor.IMMIGRATION
        yield Step(PlanMailRegistration(recipient=event.party, reason=immigrates, residence=event.entry))


def follows_death(event: PersonDied, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Nobody acts for a dead person but who represents the estate; the NemKonto ends in time; nothing begins then."""
    yield Step(FollowDeath(person=event.person), authority=CPR_REGISTER)
    yield from _follows_end(event, event.person, day, past)


def follows_corrected_death(event: DeathCorrected, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """After a death by mistake everything is as before, and what fell due meanwhile is done."""
    yield Step(FollowDeath(person=event.person), authority=CPR_REGISTER)
    yield Step(FollowRegistrationPlan(recipient=event.person))
    yield from orders_unopened_of(event.person, past)
    yield Step(PlanProtectionReminders(person=event.person, after_mistake=True), authority=CPR_REGISTER)
    yield from _follows_end(event, event.person, day, past)


def follows_cessation(event: CompanyCeased, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Nobody acts for a ceased company but who was appointed; the NemKonto ends in time; nothing begins then."""
    yield Step(FollowCessation(company=event.company), authority=CVR_REGISTER)
    yield from _follows_end(event, event.company, day, past)


def follows_corrected_cessation(event: CessationCorrected, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """After a cessation by mistake everything is as before, and what fell due meanwhile is done."""
    yield Step(FollowCessation(company=event.company), authority=CVR_REGISTER)
    yield Step(FollowRegistrationPlan(recipient=event.company))
    yield from orders_unopened_of(event.company, past)
    yield from _follows_end(event, event.company, day, past)


def _follows_end(
    event: PersonDied | DeathCorrected | CompanyCeased | CessationCorrected,
    party: PartyId,
    day: date,
    past: Sequence[Record],
) -> Iterator[Step]:
    yield follows_end_of(party)
    yield Step(PlanDeletion(holder=party))
    if isinstance(event, PersonDied | CompanyCeased):
        yield from warns_sharers(party, day, past)
    yield from flags_late_arrivals(event, day, past)
    yield from follows_parties(day, past)


def acknowledges_own_receipt(event: ReceiptIssued, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """The operators of registers acknowledge the receipts of their own notices at once."""
    if isinstance(event.sender, CompanyId) and event.sender in REGISTER_OF:
        acknowledge = AcknowledgeReceipt(receipt=event.receipt, message=event.message, sender=event.sender)
        yield Step(acknowledge, authority=REGISTER_OF[event.sender])


REACTIONS: tuple[Consequence, ...] = (
    Consequence(of=PersonRegistered, authority=DIGITAL_POST, steps=registers_for_mail),
    Consequence(of=BirthCorrected, authority=DIGITAL_POST, steps=follows_birth, reads_past=True),
    Consequence(of=CompanyRegistered, authority=DIGITAL_POST, steps=registers_company),
    Consequence(of=ResidenceEntered, authority=DIGITAL_POST, steps=welcomes_back),
    Consequence(of=UnopenedPostOrdered, authority=DIGITAL_POST, steps=resends_unopened, reads_past=True),
    Consequence(
        of=MailRegistrationAnnulled, authority=DIGITAL_POST, steps=follows_annulled_registration, reads_past=True
    ),
    *(
        Consequence(of=mistake, authority=DIGITAL_POST, steps=follows_plan_again)
        for mistake in (ResidenceEndCorrected, MergeAnnulled)
    ),
    Consequence(of=ResidenceAnnulled, authority=DIGITAL_POST, steps=follows_annulled_residence),
    Consequence(of=RegistrationAnnouncementOrdered, authority=DIGITAL_POST, steps=announces_registration),
    Consequence(of=ExemptionAnnulled, authority=DIGITAL_POST, steps=follows_annulled_exemption),
    Consequence(of=ExemptionEndCorrected, authority=DIGITAL_POST, steps=follows_longer_exemption),
    Consequence(of=PersonDied, authority=DIGITAL_POST, steps=follows_death, reads_past=True),
    Consequence(of=DeathCorrected, authority=DIGITAL_POST, steps=follows_corrected_death, reads_past=True),
    Consequence(of=CompanyCeased, authority=DIGITAL_POST, steps=follows_cessation, reads_past=True),
    Consequence(of=CessationCorrected, authority=DIGITAL_POST, steps=follows_corrected_cessation, reads_past=True),
    *(Consequence(of=end, authority=DIGITAL_POST, steps=releases_waiting, reads_past=True) for end in ENDS_OF_OUTAGES),
    Consequence(of=MandateGranted, authority=DIGITAL_POST, steps=follows_merging),
    Consequence(of=MandateEnded, authority=DIGITAL_POST, steps=follows_change),
    Consequence(of=MandateEndCorrected, authority=DIGITAL_POST, steps=follows_change),
    Consequence(of=ReceiptIssued, authority=NEMKONTO_SYSTEM, steps=acknowledges_own_receipt),
    *(
        Consequence(of=change, authority=CPR_REGISTER, steps=plans_reminders)
        for change in (ProtectionEntered, ProtectionEnded, ProtectionEndCorrected, ProtectionAnnulled)
    ),
    Consequence(of=ProtectionReminderOrdered, authority=CPR_REGISTER, steps=reminds_of_protection),
    Consequence(of=NemkontoRestored, authority=NEMKONTO_SYSTEM, steps=follows_restored, reads_past=True),
    *(
        Consequence(of=change, authority=NEMKONTO_SYSTEM, steps=notifies_payee, reads_past=True)
        for change in OCCASIONS
        if change is not NemkontoRestored
    ),
)
"""All that follows from records."""


def reports_unnamed(due: Due) -> ReportMissingName:
    """A child that was not named in time is reported."""
    assert isinstance(due.subject, PersonId), "a name is a person's"
    return ReportMissingName(person=due.subject)


TIMERS: Mapping[DueRule, Timer] = MappingProxyType(
    {
        RELEASE: Timer(authority=DIGITAL_POST, command=releases_message),
        POSTPONED_RELEASE: Timer(authority=DIGITAL_POST, command=releases_message),
        REGISTRATION: Timer(authority=DIGITAL_POST, command=follows_plan),
        REGISTRATION_ANNOUNCEMENT: Timer(authority=DIGITAL_POST, command=follows_plan),
        UNOPENED_POST: Timer(authority=DIGITAL_POST, command=orders_unopened),
        EXEMPTION_TERM: Timer(authority=DIGITAL_POST, command=registers_after_exemption),
        EXEMPTION_END: Timer(authority=DIGITAL_POST, command=registers_after_exemption),
        EXEMPTION_END_CORRECTED: Timer(authority=DIGITAL_POST, command=registers_after_exemption),
        ACTIVATION_EXPIRY: Timer(authority=NEMKONTO_SYSTEM, command=expires_designation),
        NEMKONTO_END: Timer(authority=NEMKONTO_SYSTEM, command=ends_nemkonto),
        NAMING: Timer(authority=CPR_REGISTER, command=reports_unnamed),
        DELETION_TERM: Timer(authority=DIGITAL_POST, command=ends_retention),
        PROTECTION_REMINDER: Timer(authority=CPR_REGISTER, command=orders_protection_reminder),
    }
)
"""All that follows from times."""


def reads_past(record: Record) -> bool:
    """True if a reaction to the record reads the earlier records of its own subject."""
    return any(consequence.reads_past and consequence.of is type(record.event) for consequence in REACTIONS)


def whose_past(event: Event) -> SubjectId:
    """Whose earlier records a reaction to the fact reads: of what goes on paper, those of its recipient."""
    return event.party if isinstance(event, UnopenedPostOrdered) else event.own_subject


def react(record: Record, past: Sequence[Record] = ()) -> tuple[Reaction, ...]:
    """All that follows from the record, in the order of execution.

    `past` is the records of `whose_past` up to it, opened as far as keys allow, if `reads_past(record)`. What a
    destroyed key hides is not acted on; a notice then names no account.
    """
    return tuple(
        reaction
        for consequence in REACTIONS
        if consequence.of is type(record.event)
        for reaction in consequence.after(record, past)
    )


def fall_due(due: Due) -> Reaction:
    """What follows when the time has come; its id makes one due time have one effect."""
    return TIMERS[due.rule].when(due)
