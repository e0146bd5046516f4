"""How a person is reminded that a protection lapses: by Digital Post, or else on paper.

CPR act § 28; rksk.dk, navne- og adressebeskyttelse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Command, Consulted
from domain.context import Context
from domain.danish_time import in_danish
from domain.entry import Entries
from domain.fact import Event
from domain.identity.person import PERSON, Person
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.protection import CPR_OPERATOR
from domain.identity.protection_lapse import (
    PROTECTION_REMINDERS,
    ProtectionReminderGiven,
    ProtectionReminderOmitted,
    ProtectionReminderOrdered,
    ProtectionReminders,
)
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.message_commands import SubmitMessage
from domain.post.notice_letter import id_about, notice_letter
from domain.post.paper_commands import address_for_paper, ordered
from domain.subject import EntryId, MessageId, PersonId

TITLE = "Din beskyttelse i CPR bortfalder"
TEXT = """\
Din navne- og adressebeskyttelse eller en anden beskyttelse i CPR bortfalder den {day}.
Bed om en ny beskyttelse hos din kommune, hvis den fortsat skal gælde.
CPR-lovens § 28.
"""


class RemindOfProtection(Command[Person, ProtectionReminders, MailRegistration, Entries, *tuple[Any, ...]]):
    """Remind a person once of each lapse, and record how, or that it could not be done; the dead are not reminded."""

    legal_basis = "CPR act § 28"

    entry: EntryId
    person: PersonId
    lapses_on: date
    submission: SubmitMessage

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (
            PERSON.of(self.person),
            PROTECTION_REMINDERS.of(self.person),
            MAIL_REGISTRATION.of(self.person),
            PERSON_ADDRESSES.of(self.person),
            *self.submission.consults(),
        )

    def decide(
        self,
        context: Context,
        person: Person,
        reminders: ProtectionReminders,
        registration: MailRegistration,
        addresses: Entries,
        *submission: Any,
    ) -> Iterator[Event]:
        person.must_be_registered()
        if (self.entry, self.lapses_on) in reminders.reminded or registration.closed:
            return
        about = {"entry": self.entry, "party": self.person, "lapses_on": self.lapses_on}
        reachable = registration.reachable(context.today)
        if not reachable and address_for_paper(addresses, context.today) is None:
            yield ProtectionReminderOmitted(**about)
            return
        message, letter = self.submission.message, None
        yield from self.submission.decide(context, *submission)
        if not reachable:
            order = ordered(context, message, self.person)
            yield order
            letter = order.letter
        yield ProtectionReminderGiven(**about, message=message, letter=letter)


def reminder_text(lapses_on: date) -> str:
    return TEXT.format(day=in_danish(lapses_on))


def submit_reminder(ordered: ProtectionReminderOrdered) -> SubmitMessage:
    message = MessageId(id_about(f"protection reminder {ordered.entry} {ordered.lapses_on}"))
    return notice_letter(message, CPR_OPERATOR, ordered.party, TITLE)
