"""What reading a MeMo letter gives: the letter as plain values, or every fault found in it."""

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
    """A value that is never changed and accepts no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Party(Frozen):
    """A sender, a recipient or a sender's representative, named by a ten-digit CPR or eight-digit CVR number."""

    id: str = Field(repr=False)
    id_type: IdType
    label: str | None = Field(default=None, repr=False)
    contact_point_id: str | None = None


class File(Frozen):
    """One file of a document; its contents were handed on while reading, `sha256` and `size_bytes` tell which."""

    filename: str = Field(repr=False)
    encoding_format: str
    language: str
    size_bytes: int
    sha256: str


class Reservation(Frozen):
    """An appointment (aftale) that the recipient can put into a calendar; times are UTC."""

    reservation_uuid: UUID
    description: str = Field(repr=False)
    abstract: str = Field(repr=False)
    location: str = Field(repr=False)
    starts_at: datetime
    ends_at: datetime
    organizer_mail: str | None = Field(default=None, repr=False)
    organizer_name: str | None = Field(default=None, repr=False)


class Action(Frozen):
    """Something the recipient may do about a document: visit an https address or keep an appointment."""

    label: str = Field(repr=False)
    code: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    url: str | None = Field(default=None, repr=False)
    reservation: Reservation | None = None


class Document(Frozen):
    """A document of the letter; several files are the same document in several formats."""

    role: Role
    files: tuple[File, ...]
    id: str | None = None
    label: str | None = Field(default=None, repr=False)
    actions: tuple[Action, ...] = ()


class Hop(Frozen):
    """One earlier message of the correspondence this letter belongs to (ReplyData); the whole chain travels."""

    message_uuid: UUID
    reply_uuid: UUID | None = None
    message_id: str | None = None
    case_id: str | None = Field(default=None, repr=False)


class Letter(Frozen):
    """A MeMo letter that broke no rule, times in UTC, personal values left out of its repr.

    `canonical_sha256` is equal for two files that say the same (adapters/memo/canonical.py has the byte form);
    `bytes_sha256` and `size_bytes` are of the file as it came.
    """

    message_uuid: UUID
    message_type: MessageType
    memo_version: MemoVersion
    label: str = Field(repr=False)
    sender: Party
    recipient: Party
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
    representative: Party | None = None
    case_id: str | None = Field(default=None, repr=False)
    case_system: str | None = Field(default=None, repr=False)
    forwards: UUID | None = None
    replies_to: tuple[Hop, ...] = ()
    created_at: datetime | None = None
    documents: tuple[Document, ...] = ()
    canonical_sha256: str
    bytes_sha256: str
    size_bytes: int

    @property
    def files(self) -> tuple[File, ...]:
        """Every file, in the order its contents were handed on."""
        return tuple(file for document in self.documents for file in document.files)

    @property
    def files_count(self) -> int:
        """How many files the letter has over all its documents."""
        return sum(len(document.files) for document in self.documents)


class Reading(Frozen):
    """The outcome of reading one file: the letter, or at least one fault and whatever identity was readable.

    `message_uuid`, `sender` and `recipient` are given even for a refused letter when they could be read,
    so that its receipt can name the message and reach the sender.
    """

    letter: Letter | None = None
    faults: tuple[Fault, ...] = ()
    message_uuid: UUID | None = None
    sender: Party | None = None
    recipient: Party | None = None
