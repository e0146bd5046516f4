"""The notice to a payee of a changed NemKonto: its text, its submission, and the fact that it was sent.

A stranger who changes somebody's NemKonto takes the payee's money, so the payee is notified of each change at once. The
notice is plain text and no MeMo letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.identity.sender import NEMKONTO_OPERATOR
from domain.nemkonto.account import DanishAccount, IbanAccount
from domain.nemkonto.designation import NemkontoActivated, NemkontoChangeNotified
from domain.nemkonto.nemkonto import NEMKONTO, Nemkonto
from domain.post.message import MESSAGE, Message, Stage
from domain.post.message_commands import SubmitMessage
from domain.subject import DesignationId, MessageId, PartyId

TITLE = "Ny NemKonto"
MEMO_VERSION = "plain"
"""No version of MeMo: the notice is the state's own text."""
MESSAGE_TYPE = "DIGITALPOST"

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)

REGISTERED = "Der er registreret en NemKonto: {account}."
EFFECT = "Senest fra den {day} bliver penge fra det offentlige sat ind på den."
EFFECT_ABROAD = (
    "Fra den {day} bliver penge fra det offentlige sendt til den. Kontoen er i udlandet, så det kan tage længere tid."
)
UNTIL_THEN = "Indtil da kan de stadig blive sat ind på den hidtidige NemKonto."
WARNING = "Er ændringen ikke ønsket, så kontakt straks banken og Nemkonto Support."
BASIS = "Anvisning {designation}. Bekendtgørelse nr. 788 af 20. juni 2025 om nemkonto, § 10."
UNNAMED_ACCOUNT = "den konto, der er anvist"


class NoChangeToNotify(Refused):
    """This designation was never active, so nothing changed. Notify the payee when it is activated."""


class NoSuchNotice(Refused):
    """No such message was submitted to this payee. Submit the notice first, then record that it was sent."""


class NotifyNemkontoChange(Command[Nemkonto, Message]):
    """Record that the payee was notified. A notice that did not arrive records nothing, and blocks nothing."""

    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId
    message: MessageId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return NEMKONTO.of(self.payee), MESSAGE.of(self.message)

    def decide(self, context: Context, nemkonto: Nemkonto, message: Message) -> Iterator[Event]:
        if self.designation in nemkonto.notified:
            return
        if self.designation not in nemkonto.activated:
            raise NoChangeToNotify
        if message.stage is Stage.UNKNOWN or message.recipient != self.payee:
            raise NoSuchNotice
        if message.available:
            yield NemkontoChangeNotified(designation=self.designation, payee=self.payee, message=self.message)


def notice_of(designation: DesignationId) -> MessageId:
    """The message that notifies of this designation; its uuid has the form of version 4, as MeMo requires."""
    return MessageId(_derived("message", designation))


def notice_text(change: NemkontoActivated, account: DanishAccount | IbanAccount | None) -> str:
    """The words of the notice, in Danish; the account is masked, and unnamed if nobody may open it."""
    lines = [
        REGISTERED.format(account=f"konto {account.masked}" if account else UNNAMED_ACCOUNT),
        (EFFECT if change.latest_on else EFFECT_ABROAD).format(day=_in_danish(change.effective_on)),
        *([UNTIL_THEN] if change.supersedes else []),
        WARNING,
        BASIS.format(designation=change.designation.uuid),
    ]
    return "".join(f"{line}\n" for line in lines)


def submit_notice(change: NemkontoActivated) -> SubmitMessage:
    return SubmitMessage(
        message=notice_of(change.designation),
        sender=NEMKONTO_OPERATOR,
        recipient=change.payee,
        transmission=_derived("transmission", change.designation),
        memo_version=MEMO_VERSION,
        message_type=MESSAGE_TYPE,
        file_count=1,
        mandatory=False,
        legal_notification=False,
        reply=False,
        reply_by=None,
        do_not_deliver_until=None,
        title=TITLE,
        sender_reference=None,
    )


def _derived(what: str, designation: DesignationId) -> UUID:
    digest = blake2b(f"nemkonto notice {what} {designation}".encode(), digest_size=16).digest()
    return UUID(bytes=digest, version=4)


def _in_danish(day: date) -> str:
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
