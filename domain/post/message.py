"""A message (*forsendelse*): the legal events from submission to service; the reader's folders and marks are elsewhere.

A message is submitted, and then rejected, or made available at once, or scheduled; a scheduled one is recalled, or
refused at its release, or made available. A NemSMS is sent where a message is made available. A message is first opened
once. Nothing here happens twice, but a postponement, and a service after one that did not hold: the first record of
every other fact is the law's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Self
from uuid import UUID

from domain.command import Entity, State
from domain.fact import Event, Personal, Retention
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.letter_fault import Fault
from domain.post.mail_registration import UnreachableBecause
from domain.post.postponement import ReleasePostponed
from domain.post.routing import MessageRouted
from domain.post.submission import MessageSubmitted
from domain.subject import CprIndex, CvrIndex, EntryId, MessageId, OutageId, PartyId


class Channel(StrEnum):
    """Where the one public mailbox was shown to its reader (*visningsklient*)."""

    BORGER_DK = "borger.dk"
    E_BOKS = "e-Boks"
    MIT_DK = "mit.dk"
    APP = "app"
    VIRK_DK = "virk.dk"


class Handling(StrEnum):
    """What a reader does with a message; for a summons, the first of these serves it (*håndtering*)."""

    OPENED = "opened"
    MOVED = "moved"
    DELETED = "deleted"
    DOWNLOADED = "downloaded"
    FORWARDED = "forwarded"


class Rejection(StrEnum):
    """Why a message was rejected: the letter is wrong, or this sender may not send it to this recipient."""

    INVALID = "INVALID"
    NOT_ALLOWED = "NOT_ALLOWED"


NEM_SMS = "NEMSMS"
"""The MeMo message type of a NemSMS."""


class MessageRejected(Event):
    """The solution rejected the message with every fault at once (*afvist*): it never arrives, LBK 686/2021 § 10.

    At its submission, or at its release, when it has turned out that its sender never had the right to send it.
    """

    once = True

    message: MessageId
    sender: PartyId | None
    recipient: PartyId | None
    status: Rejection
    faults: tuple[Fault, ...]
    rule: str | None = None
    """The rule and its version by which the value date was judged; None without a value date."""


class MessageScheduled(Event):
    """The message is held back until its value date (*valørdato*); it has not arrived. MeMo doNotDeliverUntilDate.

    `rule` is the version of the window that allowed the date, `release_rule` that of the hour of the release, and
    `release_at` the instant, in UTC, that follows from both.
    """

    once = True

    message: MessageId
    sender: PartyId
    recipient: PartyId
    release_at: datetime
    rule: str
    release_rule: str


class MessageRecalled(Event):
    """The sender recalled the message before its release (*tilbagekaldt før valørdato*): it never arrives.

    Possible before the release only (digst.dk). The reason is free text about somebody's post, so it is encrypted with
    the recipient's key.
    """

    holder = "recipient"
    retention = Retention.POST
    once = True

    message: MessageId
    sender: PartyId
    recipient: PartyId
    reason: Personal[str]


class ReleaseRefused(Event):
    """At its release the recipient could not receive the message any more: it never arrives, LBK 686/2021 §§ 3-5.

    The sender's next step is paper, and the arrival is then the paper's.
    """

    once = True

    message: MessageId
    recipient: PartyId
    because: UnreachableBecause


class MessageMadeAvailable(Event):
    """The message arrived (*kommet frem*): it is available to its addressee, read or not. LBK 686/2021 § 10 no. 1.

    The legal time is the record's registration time. Nothing moves it: no exemption, death, deletion or paper copy.
    """

    once = True

    message: MessageId
    recipient: PartyId


class NemSmsSent(Event):
    """The message was sent as a NemSMS (*NemSMS afsendt*): a reminder by text message, which never arrives in law.

    LBK 686/2021 § 10 gives effect to messages in Digital Post only; digst.dk on NemSMS.
    """

    once = True

    message: MessageId
    recipient: PartyId


class ReadersFact(Event):
    """What a reader does, and where it was shown; `mandate` is by which another than the owner does it."""

    message: MessageId
    recipient: PartyId
    reader: PartyId
    channel: Channel
    mandate: EntryId | None = None


class MessageOpened(ReadersFact):
    """Somebody entitled opened the message for the first time (*først åbnet*): evidence of knowledge and no more.

    The reader is the recipient, or has a mandate, such as read access (*læseadgang*). Later openings are the item's.
    Ordinary post has its effect read or not, LBK 686/2021 § 10 no. 1.
    """

    once = True


class ServiceEffected(ReadersFact):
    """The summons is served (*forkyndt*): it was first opened or otherwise handled. Retsplejeloven § 155(1) no. 3,
    simplified digital service (*forenklet digital forkyndelse*), as the courts word it.

    Deadlines run from the record's registration time. A holder of read access is served on behalf of the recipient.
    It happens again only after the court found that the service did not hold.
    """

    handling: Handling


class Stage(StrEnum):
    """The stage of a message; all but SUBMITTED and SCHEDULED are final."""

    UNKNOWN = "unknown"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    RECALLED = "recalled"
    REFUSED = "refused"
    AVAILABLE = "available"
    SENT = "sent"
    """As a NemSMS."""
    IMPORTED = "imported"
    """It arrived in another system, and is not in a mailbox here."""


STAGES: Mapping[type[Event], Stage] = MappingProxyType(
    {
        MessageSubmitted: Stage.SUBMITTED,
        MessageScheduled: Stage.SCHEDULED,
        MessageRejected: Stage.REJECTED,
        MessageRecalled: Stage.RECALLED,
        ReleaseRefused: Stage.REFUSED,
        MessageMadeAvailable: Stage.AVAILABLE,
        NemSmsSent: Stage.SENT,
        ArrivalImported: Stage.IMPORTED,
        ArrivalImportAnnulled: Stage.UNKNOWN,
    }
)
"""The stage to which each fact brings a message."""


@dataclass(frozen=True, slots=True)
class Message(State):
    """The state of one message."""

    stage: Stage = Stage.UNKNOWN
    sender: PartyId | None = None
    recipient: PartyId | None = None
    recipient_number: CprIndex | CvrIndex | None = None
    submitted_on: date | None = None
    content: UUID | None = None
    document: UUID | None = None
    """Under which its bytes are stored."""
    mandatory: bool = False
    legal_notification: bool = False
    nem_sms: bool = False
    mandate: EntryId | None = None
    """By which a representative wrote it for its sender."""
    contact_point: UUID | None = None
    """The recipient's, to which it is addressed."""
    release_at: datetime | None = None
    waits_for: OutageId | None = None
    """The outage because of which it was postponed to `release_at`."""
    opened: bool = False
    imported: tuple[PartyId, datetime, str] | None = None
    """The recipient, the time and the source of an arrival in another system, also of one that was annulled."""

    @property
    def available(self) -> bool:
        """Whether it has arrived (*kommet frem*) in the mailbox here."""
        return self.stage is Stage.AVAILABLE

    @property
    def arrived(self) -> bool:
        """Whether it has arrived, in the mailbox here or in another system."""
        return self.stage in {Stage.AVAILABLE, Stage.IMPORTED}

    def evolve(self, event: Event) -> Self:
        stage = STAGES.get(type(event), self.stage)
        match event:
            case MessageSubmitted():
                return self.but(
                    stage=stage,
                    sender=event.sender,
                    recipient=event.recipient,
                    recipient_number=event.recipient_number,
                    submitted_on=event.submitted_on,
                    content=event.content,
                    document=event.document,
                    mandatory=event.mandatory,
                    legal_notification=event.legal_notification,
                    nem_sms=event.message_type == NEM_SMS,
                    mandate=event.mandate,
                    contact_point=event.contact_point,
                )
            case MessageScheduled():
                return self.but(stage=stage, release_at=event.release_at)
            case ReleasePostponed():
                return self.but(stage=Stage.SCHEDULED, release_at=event.release_at, waits_for=event.outage)
            case MessageOpened():
                return self.but(opened=True)
            case ArrivalImported(recipient=recipient, available_at=at, system=system):
                return self.but(stage=stage, sender=event.sender, recipient=recipient, imported=(recipient, at, system))
            case _:
                return self.but(stage=stage)


MESSAGE = Entity(
    "message",
    Message(),
    {
        "MessageSubmitted": MessageSubmitted,
        "MessageRejected": MessageRejected,
        "MessageScheduled": MessageScheduled,
        "MessageRecalled": MessageRecalled,
        "ReleaseRefused": ReleaseRefused,
        "ReleasePostponed": ReleasePostponed,
        "MessageMadeAvailable": MessageMadeAvailable,
        "MessageRouted": MessageRouted,
        "NemSmsSent": NemSmsSent,
        "ArrivalImported": ArrivalImported,
        "ArrivalImportAnnulled": ArrivalImportAnnulled,
        "MessageOpened": MessageOpened,
        "ServiceEffected": ServiceEffected,
    },
)
