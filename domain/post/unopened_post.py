"""Unopened post of one who becomes exempt: it is ordered when the exemption begins, and goes on paper. horsholm.dk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.command import Command, Consulted
from domain.context import Context
from domain.danish_time import months_before
from domain.fact import Event
from domain.identity.number import BORNE_NUMBERS, BorneNumbers
from domain.policy import RESEND_WINDOW_MONTHS
from domain.post.exemption import resend_on
from domain.post.item import ITEM
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration, UnopenedPostOrdered
from domain.post.message import MESSAGE
from domain.post.paper import PAPER, PaperOccasion
from domain.post.paper_commands import ordered
from domain.subject import EntryId, MessageId, PartyId

UNOPENED_MAX = 1_000
"""Unopened letters that go on paper when an exemption is granted, the newest; older ones remain in the mailbox."""


class OrderUnopenedPost(Command[MailRegistration]):
    """Order the unopened post of one who became exempt on paper, when the exemption begins, if that is wished.

    Ordered, nothing changes. Of an exemption that is over, and of a recipient who has died or ceased, nothing is
    ordered; if that was a mistake, it is when the mistake is corrected.
    """

    legal_basis = "LBK 686/2021 § 5"

    recipient: PartyId
    exemption: EntryId

    def consults(self) -> tuple[Consulted[MailRegistration], ...]:
        return (MAIL_REGISTRATION.of(self.recipient),)

    def decide(self, context: Context, registration: MailRegistration) -> Iterator[Event]:
        period = registration.exemptions.period(self.exemption)
        if resend_on(period) is None or self.exemption in registration.resent:
            return
        if registration.closed or not period.holds(context.today):
            return
        months = RESEND_WINDOW_MONTHS.on(context.today)
        yield UnopenedPostOrdered(
            entry=self.exemption,
            party=self.recipient,
            since=months_before(context.today, months.value),
            rule=str(months),
        )


class SendUnopenedOnPaper(Command[MailRegistration, BorneNumbers, *tuple[Any, ...]]):
    """Send the unopened post of one who became exempt on paper; each message remains arrived. horsholm.dk.

    What was opened, deleted or made unavailable meanwhile, or is under way already, is left out; and so is what came by
    a number that leads to somebody else now.
    """

    legal_basis = "LBK 686/2021 § 5"

    recipient: PartyId
    exemption: EntryId
    messages: tuple[MessageId, ...]
    """What arrived within the window and was not opened."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The registration, the numbers, and of each message how it was received, its paper and its item."""
        return (
            MAIL_REGISTRATION.of(self.recipient),
            BORNE_NUMBERS.of(self.recipient),
            *(MESSAGE.of(message) for message in self.messages),
            *(PAPER.of(message) for message in self.messages),
            *(ITEM.of(message) for message in self.messages),
        )

    def decide(
        self, context: Context, registration: MailRegistration, numbers: BorneNumbers, *states: Any
    ) -> Iterator[Event]:
        registration.exemptions.period(self.exemption)
        if registration.closed:
            return
        count = len(self.messages)
        received, papers, items = states[:count], states[count : 2 * count], states[2 * count :]
        for message, state, paper, item in zip(self.messages, received, papers, items, strict=True):
            unopened = state.recipient == self.recipient and state.available and not state.opened
            unopened = unopened and numbers.refers_to(state.recipient_number, self.recipient)
            gone = item.deleted or item.unavailability.barred
            if unopened and not gone and not paper.under_way:
                yield ordered(context, message, self.recipient, PaperOccasion.UNOPENED)
