"""The submission of a message (*afsendelse*): what its sender submitted, and how it was stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.fact import Event, Personal, Retention
from domain.subject import MessageId, PartyId


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter as it was stored before its submission; the fields are as MessageSubmitted has them."""

    content: UUID
    document: UUID | None
    bytes_sha256: str
    size_bytes: int


class MessageSubmitted(Event):
    """A sender handed a message to the solution (*afsendt*); it proves the hand-over and nothing about arrival.

    MeMo MessageHeader. The content lies outside the ledger, encrypted. The SHA-256 of its bytes is encrypted with the
    title: decrypted with its salt it proves the bytes, and once the key is destroyed nothing leads from the fact to
    what the letter said. A party that is not registered is None; its number is then only in the content.
    """

    holder = "recipient"
    retention = Retention.POST
    retention_of_own_key = Retention.REJECTED
    once = True

    message: MessageId
    sender: PartyId | None
    recipient: PartyId | None
    transmission: UUID
    memo_version: str
    message_type: str
    content: UUID
    """A keyed digest of the canonical XML, by which a repeated submission is recognised."""
    document: UUID | None
    """Under which the bytes are stored, a keyed digest of them; None when they were too many to be kept."""
    size_bytes: int
    file_count: int
    mandatory: bool
    """A mandatory notice (*pligtmeddelelse*)."""
    legal_notification: bool
    """A service of process (*forkyndelse*): it is served when it is first handled."""
    reply: bool
    reply_by: datetime | None
    do_not_deliver_until: date | None
    """The value date (*valørdato*), a Copenhagen day."""
    bytes_sha256: Personal[str]
    """In hexadecimal, of the bytes as they were received."""
    title: Personal[str]
    sender_reference: Personal[str | None]
    """MeMo messageID."""
    case_reference: Personal[str | None] = None
    """MeMo caseID: the sender's case, which is also in the record's context."""
