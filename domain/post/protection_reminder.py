"""How a person is reminded that a protection lapses: by Digital Post, or, of who cannot be reached so, by nothing.

CPR act § 28; rksk.dk, navne- og adressebeskyttelse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

from domain.command import Command, Consulted
from domain.context import Context
from domain.danish_time import in_danish
from domain.fact import Event
from domain.identity.person import PERSON, Person
from domain.identity.protection import CPR_OPERATOR, ProtectionReminderGiven, ProtectionReminderOrdered
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.message_commands import SubmitMessage
from domain.subject import EntryId, MessageId, PersonId

TITLE = "Din beskyttelse i CPR bortfalder"
TEXT = """\
Din navne- og adressebeskyttelse eller en anden beskyttelse i CPR bortfalder den {day}.
Bed om en ny beskyttelse hos din kommune, hvis den fortsat skal gælde.
CPR-lovens § 28.
"""


class RemindOfProtection(Command[Person, MailRegistration, *tuple[Any, ...]]):
    """Remind a person once, and record how. That the person could not be reached is recorded too."""

    legal_basis = "CPR act § 28"

    entry: EntryId
    person: PersonId
    submission: SubmitMessage

    def consults(self) -> tuple[Consulted[Any], ...]:
        return PERSON.of(self.person), MAIL_REGISTRATION.of(self.person), *self.submission.consults()

    def decide(
        self, context: Context, person: Person, registration: MailRegistration, *submission: Any
    ) -> Iterator[Event]:
        if self.entry in person.reminded:
            return
        message = None
        if registration.reachable(context.today):
            message = self.submission.message
            yield from self.submission.decide(context, *submission)
        yield ProtectionReminderGiven(entry=self.entry, party=self.person, message=message)


def reminder_text(lapses_on: date) -> str:
    return TEXT.format(day=in_danish(lapses_on))


def submit_reminder(ordered: ProtectionReminderOrdered) -> SubmitMessage:
    return SubmitMessage(
        message=MessageId(_version_4(f"protection reminder {ordered.entry}")),
        sender=CPR_OPERATOR,
        recipient=ordered.party,
        transmission=_version_4(f"protection transmission {ordered.entry}"),
        memo_version=None,
        message_type="DIGITALPOST",
        mandatory=False,
        legal_notification=False,
        reply=False,
        reply_by=None,
        do_not_deliver_until=None,
        title=TITLE,
        sender_reference=None,
    )


def _version_4(text: str) -> UUID:
    """A uuid of the form of version 4, as MeMo requires of a message's."""
    return UUID(bytes=blake2b(text.encode(), digest_size=16).digest(), version=4)
