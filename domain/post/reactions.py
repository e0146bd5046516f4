"""What follows for the post of the exempt and of who was registered by mistake, and when a day has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.danish_time import day_of
from domain.due import Due
from domain.identity.merge import MergeAnnulled
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.protection import (
    ProtectionAnnulled,
    ProtectionEndCorrected,
    ProtectionEnded,
    ProtectionEntered,
)
from domain.identity.protection_lapse import OrderProtectionReminder, PlanProtectionReminders, ProtectionReminderOrdered
from domain.identity.residence import ResidenceAnnulled, ResidenceEndCorrected
from domain.identity.uncertain_day import UncertainDay
from domain.post.correction import MailRegistrationAnnulled
from domain.post.exemption import ExemptionAnnulled, ExemptionEndCorrected, ExemptionEntered
from domain.post.exemption_after_return import RestoreExemptions
from domain.post.item import ItemDeleted
from domain.post.mail_registration import UnopenedPostOrdered
from domain.post.mail_registration_commands import (
    DropRegistrationPlan,
    FollowRegistrationPlan,
    PlanMailRegistration,
)
from domain.post.mail_registration_plan import PlannedFor, RegistrationAnnouncementOrdered
from domain.post.message import MessageMadeAvailable, MessageOpened
from domain.post.protection_reminder import RemindOfProtection, reminder_text, submit_reminder
from domain.post.registered_too_young import is_too_young
from domain.post.registration_announcement import AnnounceRegistration, announcement_text, submit_announcement
from domain.post.release_commands import ReleaseMessage
from domain.post.unavailability import MessageMadeUnavailable, UnavailabilityLifted
from domain.post.unopened_post import UNOPENED_MAX, OrderUnopenedPost, SendUnopenedOnPaper
from domain.reaction import PLAIN_TEXT, Document, Step
from domain.record import Record
from domain.subject import CompanyId, EntryId, MessageId, PartyId, PersonId


def orders_unopened(due: Due) -> OrderUnopenedPost:
    """On the first day of an exemption unopened post goes on paper, if the exempt wish it."""
    assert isinstance(due.subject, EntryId), "an exemption is an entry"
    assert isinstance(due.also, PersonId | CompanyId), "an exemption names the recipient"
    return OrderUnopenedPost(recipient=due.also, exemption=due.subject)


def orders_unopened_of(recipient: PartyId, past: Sequence[Record]) -> Iterator[Step]:
    """Unopened post that fell due while its recipient was recorded as dead or ceased by mistake is ordered now."""
    for record in past:
        event = record.event
        if isinstance(event, ExemptionEntered) and event.party == recipient and event.resend_on:
            yield Step(OrderUnopenedPost(recipient=recipient, exemption=event.entry), about=event.entry)


def follows_longer_exemption(event: ExemptionEndCorrected, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Unopened post that fell due while an exemption was recorded as over by mistake is ordered now."""
    yield Step(OrderUnopenedPost(recipient=event.party, exemption=event.entry))


def resends_unopened(event: UnopenedPostOrdered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """What arrived since the day and was not opened goes on paper; its arrival does not move."""
    seen, barred = set[MessageId](), set[MessageId]()
    for record in past:
        match record.event:
            case MessageOpened(message=message) | ItemDeleted(message=message):
                seen.add(message)
            case MessageMadeUnavailable(message=message):
                barred.add(message)
            case UnavailabilityLifted(message=message):
                barred.discard(message)
            case _:
                pass
    unopened = [
        record.event.message
        for record in past
        if isinstance(record.event, MessageMadeAvailable)
        and record.event.recipient == event.party
        and day_of(record.recorded_at) >= event.since
        and record.event.message not in seen | barred
    ]
    if unopened:
        newest = tuple(unopened[-UNOPENED_MAX:])
        yield Step(SendUnopenedOnPaper(recipient=event.party, exemption=event.entry, messages=newest))


def follows_annulled_registration(event: MailRegistrationAnnulled, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """The registration of a child who was registered by mistake is planned for the right birthday."""
    births = [record.event.birth_date for record in past if isinstance(record.event, PersonRegistered | BirthCorrected)]
    if births and isinstance(births[-1], UncertainDay) and is_too_young(births[-1], day):
        yield Step(PlanMailRegistration(recipient=event.recipient, reason=PlannedFor.TURNING_15))


def follows_annulled_exemption(event: ExemptionAnnulled, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Who was exempt by mistake is registered, if the day to be registered has come."""
    yield Step(FollowRegistrationPlan(recipient=event.party))


def follows_plan_again(
    event: ResidenceEndCorrected | MergeAnnulled, day: date, past: Sequence[Record]
) -> Iterator[Step]:
    """Who was recorded as gone by mistake is registered, if the day to be registered has come."""
    yield Step(FollowRegistrationPlan(recipient=event.person if isinstance(event, MergeAnnulled) else event.party))


def follows_annulled_residence(event: ResidenceAnnulled, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """What followed from a move by mistake is undone: exemptions hold again, and another registration is planned."""
    yield Step(RestoreExemptions(recipient=event.party, residence=event.entry))
    yield Step(DropRegistrationPlan(recipient=event.party))
    yield Step(FollowRegistrationPlan(recipient=event.party))
    yield Step(PlanMailRegistration(recipient=event.party, reason=PlannedFor.TURNING_15))


def announces_registration(event: RegistrationAnnouncementOrdered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """The recipient is notified of a registration to come, unless nobody can know its day any more."""
    if isinstance(event.effective_on, date):
        document = Document(announcement_text(event.effective_on).encode(), PLAIN_TEXT)
        command = AnnounceRegistration(
            recipient=event.recipient, plan=event.plan, submission=submit_announcement(event)
        )
        yield Step(command, (document,))


def plans_reminders(
    event: ProtectionEntered | ProtectionEnded | ProtectionEndCorrected | ProtectionAnnulled,
    day: date,
    past: Sequence[Record],
) -> Iterator[Step]:
    """Before a protection lapses the person is to be reminded, also when its end was moved."""
    mistake = isinstance(event, ProtectionEndCorrected | ProtectionAnnulled)
    yield Step(PlanProtectionReminders(person=event.party, after_mistake=mistake))


def orders_protection_reminder(due: Due) -> OrderProtectionReminder:
    """A person is reminded of a protection that lapses, unless it was prolonged."""
    assert isinstance(due.subject, EntryId), "a protection is an entry"
    assert isinstance(due.also, PersonId), "a protection is a person's"
    return OrderProtectionReminder(person=due.also, entry=due.subject)


def reminds_of_protection(event: ProtectionReminderOrdered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """The person is reminded that a protection lapses."""
    document = Document(reminder_text(event.lapses_on).encode(), PLAIN_TEXT)
    submission = submit_reminder(event)
    remind = RemindOfProtection(entry=event.entry, person=event.party, lapses_on=event.lapses_on, submission=submission)
    yield Step(remind, (document,))


def releases_message(due: Due) -> ReleaseMessage:
    """A message that was held back arrives on its value date, if its recipient can still be reached."""
    assert isinstance(due.subject, MessageId), "a release is a message's"
    assert isinstance(due.also, PersonId | CompanyId), "a release names the recipient also"
    assert isinstance(due.sender, PersonId | CompanyId), "a release names the sender"
    return ReleaseMessage(message=due.subject, sender=due.sender, recipient=due.also, due=due.due_at)


def follows_plan(due: Due) -> FollowRegistrationPlan:
    """A day of a plan has come: the recipient is notified, or registered."""
    assert isinstance(due.subject, PersonId | CompanyId), "a registration is a person's or a company's"
    return FollowRegistrationPlan(recipient=due.subject)


def registers_after_exemption(due: Due) -> FollowRegistrationPlan:
    """Who is not exempt any more is registered, if the day to be registered has come."""
    assert isinstance(due.also, PersonId | CompanyId), "an exemption names the recipient"
    return FollowRegistrationPlan(recipient=due.also)
