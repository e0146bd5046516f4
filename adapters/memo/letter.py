"""The result of reading a MeMo letter: the letter as plain values, or all its faults."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.post.letter_fault import Fault

MessageType = Literal["DIGITALPOST", "NEMSMS"]
MemoVersion = Literal["1.1", "1.2"]
IdType = Literal["CPR", "CVR"]
Role = Literal["main", "additional", "technical"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LetterParty(Frozen):
    """A sender, recipient or sender's representative, by a CPR number of ten digits or a CVR number of eight."""

    id: str = Field(repr=False)
    id_type: IdType
    label: str | None = Field(default=None, repr=False)
    contact_point_id: str | None = None


class File(Frozen):
    """One file of a document; `sha256` and `size_bytes` are of its decoded contents, which `read_letter` passes on."""

    filename: str = Field(repr=False)
    encoding_format: str
    language: str
    size_bytes: int
    sha256: str


class Reservation(Frozen):
    """An appointment (aftale) for the recipient's calendar; times are UTC."""

    reservation_uuid: UUID
    description: str = Field(repr=False)
    abstract: str = Field(repr=False)
    location: str = Field(repr=False)
    starts_at: datetime
    ends_at: datetime
    organizer_mail: str | None = Field(default=None, repr=False)
    organizer_name: str | None = Field(default=None, repr=False)


class Action(Frozen):
    """What the recipient can do about a document: open an https address or keep an appointment."""

    label: str = Field(repr=False)
    code: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    url: str | None = Field(default=None, repr=False)
    reservation: Reservation | None = None


class LetterDocument(Frozen):
    """A document of the letter; each file holds the whole document, in its own format."""

    role: Role
    files: tuple[File, ...]
    id: str | None = None
    label: str | None = Field(default=None, repr=False)
    actions: tuple[Action, ...] = ()


class EarlierMessage(Frozen):
    """One earlier message of the correspondence (MeMo: ReplyData); a letter lists all of them."""

    message_uuid: UUID
    reply_uuid: UUID | None = None
    message_id: str | None = None
    case_id: str | None = Field(default=None, repr=False)


class Letter(Frozen):
    """A MeMo letter without faults; times are UTC, and personal values are not in its repr.

    `canonical_sha256` is equal for two files with the same meaning: see adapters/memo/canonical.py.
    """

    message_uuid: UUID
    message_type: MessageType
    memo_version: MemoVersion
    label: str = Field(repr=False)
    sender: LetterParty
    recipient: LetterParty
    message_id: str | None = None
    message_code: str | None = None
    notification: str | None = Field(default=None, repr=False)
    additional_notification: str | None = Field(default=None, repr=False)
    reply: bool = False
    reply_by: datetime | None = None
    do_not_deliver_until: date | None = None
    mandatory: bool = False
    legal_notification: bool = False
    post_type: str | None = None
    representative: LetterParty | None = None
    case_id: str | None = Field(default=None, repr=False)
    case_system: str | None = Field(default=None, repr=False)
    forwards: UUID | None = None
    replies_to: tuple[EarlierMessage, ...] = ()
    created_at: datetime | None = None
    documents: tuple[LetterDocument, ...] = ()
    canonical_sha256: str

    @property
    def files(self) -> tuple[File, ...]:
        """Every file, in the order in which `read_letter` passes on the contents."""
        return tuple(file for document in self.documents for file in document.files)


class Reading(Frozen):
    """The result of reading one file: a letter, or at least one fault.

    A refused letter has `message_uuid`, `sender` and `recipient` too, if they could be read: its receipt needs them.
    """

    letter: Letter | None = None
    faults: tuple[Fault, ...] = ()
    message_uuid: UUID | None = None
    sender: LetterParty | None = None
    recipient: LetterParty | None = None
