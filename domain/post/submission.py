"""The submission of a message (*afsendelse*): what its sender submitted, and how it was stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.fact import Event, Personal, Retention
from domain.subject import CprIndex, CvrIndex, EntryId, MessageId, PartyId


class DocumentKind(StrEnum):
    """What a document is within its letter (*dokumenttype*). MeMo MessageBody."""

    MAIN = "main"
    ADDITIONAL = "additional"
    TECHNICAL = "technical"
    """For the recipient's systems, and not shown to a reader."""


class LetterFile(BaseModel):
    """One file of a letter. Several files of one document are the same document in several formats. MeMo File."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    document: DocumentKind
    document_number: int
    """The place of the document among those of its kind, from 1."""
    media_type: str
    language: str
    """Of two letters (ISO 639-1), as the sender wrote it."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDetails:
    """What a letter says of itself, as MessageSubmitted has it. Only the representative is looked at in a decision."""

    files: tuple[LetterFile, ...] = ()
    file_sha256: tuple[str, ...] = ()
    reference_index: UUID | None = None
    representative: PartyId | None = None
    representative_name: str | None = None
    answers: UUID | None = None
    thread: UUID | None = None
    forwards: UUID | None = None
    forwarded_from: str | None = None
    contact_point: UUID | None = None
    sender_contact_point: UUID | None = None
    sender_system: str | None = None
    post_type: str | None = None


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
    recipient_number: CprIndex | CvrIndex | None
    """By which the recipient was found; None when nobody was, or when no number was needed."""
    submitted_on: date
    """The Copenhagen day by which it is judged what its sender may send."""
    transmission: UUID
    memo_version: str | None
    """None of a letter with faults of its own, in which nothing is relied on, and of the state's own plain text."""
    message_type: str | None
    """None of a letter with faults of its own."""
    content: UUID
    """A keyed digest of the canonical XML, by which a repeated submission is recognised."""
    document: UUID | None
    """Under which the bytes are stored, a keyed digest of them; None when they were too many to be kept."""
    size_bytes: int
    files: tuple[LetterFile, ...]
    """Every file, in the order of the letter; of a letter with faults of its own those that could be read whole."""
    mandatory: bool
    """A mandatory notice (*pligtmeddelelse*)."""
    legal_notification: bool
    """A service of process (*forkyndelse*): it is served when it is first handled."""
    reply: bool
    reply_by: datetime | None
    do_not_deliver_until: date | None
    """The value date (*valørdato*), a Copenhagen day."""
    representative: PartyId | None
    """Who sent it on behalf of the sender (*repræsentant*), MeMo 1.2; None also when nobody such is registered."""
    mandate: EntryId | None = None
    """By which the representative writes for a sender who is no authority (*skriveadgang*). borger.dk."""
    reference_index: UUID | None
    """A keyed digest of the sender and its messageID: letters of one sender with the same messageID have the same, such
    as a letter that is submitted again under a new messageUUID. None without a messageID or a registered sender."""
    answers: UUID | None
    """The messageUUID of the message that it answers: the last of MeMo ReplyData."""
    thread: UUID | None
    """The messageUUID of the first message of the thread: the first of MeMo ReplyData."""
    forwards: UUID | None
    """The messageUUID of the message that it forwards, MeMo ForwardData."""
    contact_point: UUID | None
    """The recipient's contact point (*kontaktpunkt*) to which it is addressed."""
    sender_contact_point: UUID | None
    bytes_sha256: Personal[str]
    """In hexadecimal, of the bytes as they were received."""
    file_sha256: Personal[tuple[str, ...]]
    """In hexadecimal, of the contents of each of `files`, in the same order."""
    title: Personal[str | None]
    """None of a letter with faults of its own where it could not be read."""
    sender_reference: Personal[str | None]
    """MeMo messageID."""
    case_reference: Personal[str | None]
    """MeMo caseID: the sender's case, which is also in the record's context."""
    representative_name: Personal[str | None]
    """As the letter names the representative; None where the letter has none."""
    forwarded_from: Personal[str | None]
    """Who sent the forwarded message first, as the letter says."""
    sender_system: Personal[str | None]
    """The system that made the letter, MeMo GeneratingSystem."""
    post_type: Personal[str | None]
    """MeMo postType, as the sender wrote it."""
