"""How a payee is notified of what happens to the NemKonto: by Digital Post, on paper, or by nothing, and why.

A stranger who changes somebody's NemKonto takes the payee's money, so the payee is notified of each change at once. The
notice is plain text and no MeMo letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Command, Consulted
from domain.context import Context
from domain.entry import Entries
from domain.fact import Event
from domain.identity.sender import NEMKONTO_OPERATOR
from domain.nemkonto.change_notice import ChangeNoticeGiven, NoticeMedium, NoticeOccasion, NotNotifiedBecause
from domain.nemkonto.nemkonto import NEMKONTO, Nemkonto
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.message_commands import SubmitMessage
from domain.post.notice_letter import id_about, notice_letter
from domain.post.paper_commands import address_for_paper, addresses_of, ordered
from domain.subject import DesignationId, MessageId, NoticeId, PaperLetterId, PartyId, SubjectId


class NotifyPayee(Command[Nemkonto, Nemkonto, MailRegistration, Entries, *tuple[Any, ...]]):
    """Notify a payee, and record how. That nobody could be notified is recorded too, and blocks nothing."""

    legal_basis = "BEK 788/2025 § 10"

    notice: NoticeId
    designation: DesignationId | None
    occasion: NoticeOccasion
    submission: SubmitMessage
    because_of: PartyId | None = None
    """Of a warning: who died or ceased. It is dropped if that was a mistake, or the payee uses the account no more."""

    @property
    def payee(self) -> PartyId:
        assert self.submission.recipient is not None, "a notice is to a known payee"
        return self.submission.recipient

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (
            NEMKONTO.of(self.payee),
            NEMKONTO.of(self.because_of or self.payee),
            MAIL_REGISTRATION.of(self.payee),
            addresses_of(self.payee).entity.of(self.payee),
            *self.submission.consults(),
        )

    def decide(
        self,
        context: Context,
        nemkonto: Nemkonto,
        other: Nemkonto,
        registration: MailRegistration,
        addresses: Entries,
        *submission: Any,
    ) -> Iterator[Event]:
        if self.notice in nemkonto.notices:
            return
        if self.because_of and not self._still_concerns(nemkonto, other, context.today):
            return
        message = self.submission.message
        if registration.reachable(context.today):
            yield from self.submission.decide(context, *submission)
            yield self._given(NoticeMedium.DIGITAL_POST, message=message)
        elif registration.closed:
            yield self._given(NoticeMedium.NONE, because=NotNotifiedBecause.PAYEE_IS_NO_MORE)
        elif address_for_paper(addresses, context.today) is None:
            yield self._given(NoticeMedium.NONE, because=NotNotifiedBecause.NO_ADDRESS)
        else:
            yield from self.submission.decide(context, *submission)
            order = ordered(context, message, self.payee)
            yield order
            yield self._given(NoticeMedium.LETTER, message=message, letter=order.letter)

    def _still_concerns(self, nemkonto: Nemkonto, other: Nemkonto, today: date) -> bool:
        """Whether the account is used by this designation first: who designated it twice is warned once."""
        periods = nemkonto.held_from(today)
        accounts = [nemkonto.designated[period.designation].account_index for period in periods]
        first = {period.designation for nth, period in enumerate(periods) if accounts[nth] not in accounts[:nth]}
        return self.designation in first and other.payee.ended_on is not None

    def _given(
        self,
        medium: NoticeMedium,
        message: MessageId | None = None,
        letter: PaperLetterId | None = None,
        because: NotNotifiedBecause | None = None,
    ) -> ChangeNoticeGiven:
        return ChangeNoticeGiven(
            notice=self.notice,
            payee=self.payee,
            designation=self.designation,
            occasion=self.occasion,
            medium=medium,
            message=message,
            letter=letter,
            because=because,
        )


def notice_of(subject: SubjectId, position: int) -> NoticeId:
    """The notice of the record at the position, about the designation or the payee."""
    return NoticeId(id_about(f"nemkonto notice {subject} {position}"))


def submit_notice(notice: NoticeId, payee: PartyId, title: str) -> SubmitMessage:
    return notice_letter(MessageId(notice.uuid), NEMKONTO_OPERATOR, payee, title)
