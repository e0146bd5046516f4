"""How a recipient is notified before a registration for Digital Post by duty begins (*underretning*).

LBK 686/2021 § 3; randers.dk. It goes on paper: who has a mailbox is registered already.
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
from domain.identity.sender import DIGITAL_POST_OPERATOR
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.mail_registration_commands import REGISTRATION_BASIS, awaits_registration
from domain.post.mail_registration_plan import (
    MAIL_REGISTRATION_PLAN,
    RegistrationAnnounced,
    RegistrationAnnouncementOmitted,
    RegistrationAnnouncementOrdered,
    RegistrationPlan,
)
from domain.post.message_commands import SubmitMessage
from domain.post.notice_letter import id_about, notice_letter
from domain.post.paper_commands import address_for_paper, addresses_of, ordered
from domain.subject import EntryId, MessageId, PartyId

TITLE = "Tilslutning til Digital Post"
TEXT = """\
Fra den {day} bliver modtageren af dette brev tilsluttet Digital Post.
Fra den dag kan myndigheder sende post digitalt, med samme retsvirkning som et brev på papir.
Bed din kommune om fritagelse, hvis du ikke kan modtage Digital Post.
Lov om Digital Post fra offentlige afsendere §§ 3, 5 og 10.
"""


class AnnounceRegistration(Command[RegistrationPlan, MailRegistration, Person, Entries, *tuple[Any, ...]]):
    """Notify the recipient once of a plan, and record how. That it could not be done is recorded too.

    Nothing is sent of a plan that another one took the place of, nor to the registered, exempt, dead and ceased, nor to
    a person who moved away. Raises UnknownParty, and EntryIsMerged for a merged entry.
    """

    recipient: PartyId
    plan: EntryId
    submission: SubmitMessage

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The plan, the registration, the residence, the addresses, and what the submission consults."""
        return (
            MAIL_REGISTRATION_PLAN.of(self.recipient),
            MAIL_REGISTRATION.of(self.recipient),
            PERSON.of(self.recipient),
            addresses_of(self.recipient).entity.of(self.recipient),
            *self.submission.consults(),
        )

    def basis(
        self,
        plan: RegistrationPlan,
        registration: MailRegistration,
        person: Person,
        addresses: Entries,
        *submission: Any,
    ) -> str:
        return REGISTRATION_BASIS[type(self.recipient)]

    def decide(
        self,
        context: Context,
        plan: RegistrationPlan,
        registration: MailRegistration,
        person: Person,
        addresses: Entries,
        *submission: Any,
    ) -> Iterator[Event]:
        registration.recipient.must_be_registered()
        present = plan.planned is not None and plan.planned.plan == self.plan
        if not present or self.plan in plan.notified or not awaits_registration(registration, person, context.today):
            return
        if address_for_paper(addresses, context.today) is None:
            yield RegistrationAnnouncementOmitted(recipient=self.recipient, plan=self.plan)
            return
        message = self.submission.message
        yield from self.submission.decide(context, *submission)
        order = ordered(context, message, self.recipient)
        yield order
        yield RegistrationAnnounced(recipient=self.recipient, plan=self.plan, message=message, letter=order.letter)


def announcement_text(effective_on: date) -> str:
    return TEXT.format(day=in_danish(effective_on))


def submit_announcement(ordered: RegistrationAnnouncementOrdered) -> SubmitMessage:
    message = MessageId(id_about(f"registration announcement {ordered.plan}"))
    return notice_letter(message, DIGITAL_POST_OPERATOR, ordered.recipient, TITLE)
