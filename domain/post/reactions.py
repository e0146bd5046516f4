"""What follows for the post of one who became exempt or was registered by mistake, and when a message is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.danish_time import day_of, months_before
from domain.due import Due
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.uncertain_day import UncertainDay
from domain.policy import RESEND_WINDOW_MONTHS
from domain.post.exemption import ExemptionAnnulled, ExemptionEntered
from domain.post.item import ItemDeleted
from domain.post.mail_registration import AnnouncedFor, MailRegistrationAnnulled
from domain.post.mail_registration_commands import AnnounceMailRegistration, RegisterForMail
from domain.post.message import MessageMadeAvailable, MessageOpened
from domain.post.paper_commands import UNOPENED_MAX, SendUnopenedOnPaper
from domain.post.release_commands import ReleaseMessage
from domain.post.unavailability import MessageMadeUnavailable
from domain.reaction import Step
from domain.record import Record
from domain.subject import CompanyId, MessageId, PersonId


def resends_unopened(event: ExemptionEntered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Unopened post of the last months goes on paper, if the exempt wish it; its arrival does not move."""
    if not event.resend_unopened:
        return
    since = months_before(day, RESEND_WINDOW_MONTHS.on(day).value)
    gone = MessageOpened | ItemDeleted | MessageMadeUnavailable
    seen = {record.event.message for record in past if isinstance(record.event, gone)}
    unopened = [
        record.event.message
        for record in past
        if isinstance(record.event, MessageMadeAvailable)
        and record.event.recipient == event.party
        and day_of(record.recorded_at) >= since
        and record.event.message not in seen
    ]
    if unopened:
        newest = tuple(unopened[-UNOPENED_MAX:])
        yield Step(SendUnopenedOnPaper(recipient=event.party, exemption=event.entry, messages=newest))


def follows_annulled_registration(event: MailRegistrationAnnulled, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """A child who was registered by mistake is announced for the right birthday."""
    births = [record.event.birth_date for record in past if isinstance(record.event, PersonRegistered | BirthCorrected)]
    if isinstance(event.recipient, PersonId) and births and isinstance(births[-1], UncertainDay):
        yield Step(
            AnnounceMailRegistration(
                recipient=event.recipient, reason=AnnouncedFor.TURNING_15, birth_date=births[-1].latest
            )
        )


def follows_annulled_exemption(event: ExemptionAnnulled, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Who was exempt by mistake is registered, if the day to be registered has come."""
    yield Step(RegisterForMail(recipient=event.party))


def releases_message(due: Due) -> ReleaseMessage:
    """A message that was held back arrives on its value date, if its recipient can still be reached."""
    assert isinstance(due.subject, MessageId), "a release is a message's"
    assert isinstance(due.also, PersonId | CompanyId), "a release names the recipient also"
    return ReleaseMessage(message=due.subject, recipient=due.also, due=due.due_at)


def registers_as_announced(due: Due) -> RegisterForMail:
    """The recipient of an announcement is registered on its day."""
    assert isinstance(due.subject, PersonId | CompanyId), "a registration is a person's or a company's"
    return RegisterForMail(recipient=due.subject)
