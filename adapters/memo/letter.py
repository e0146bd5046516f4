"""The result of reading a MeMo letter: the letter as plain values, or all its faults."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.post.letter_fault import Fault
from domain.post.submission import DocumentKind

MessageType = Literal["DIGITALPOST", "NEMSMS"]
MemoVersion = Literal["1.1", "1.2"]
IdType = Literal["CPR", "CVR"]


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

    document: DocumentKind
    document_number: int
    """The place of the document among those of its kind, from 1."""
    filename: str = Field(repr=False)
    encoding_format: str
    language: str
    size_bytes: int
    sha256: str

    @property
    def media_type(self) -> str:
        """The encoding format without its parameters, in lower case."""
        return self.encoding_format.partition(";")[0].strip().lower()


class Reply(Frozen):
    """One message of the thread that a letter continues."""

    message_uuid: UUID
    reply_uuid: UUID | None = None
    """The message that this one answered."""


class Forwarded(Frozen):
    """The message that a letter forwards."""

    message_uuid: UUID
    original_sender: str = Field(repr=False)


class Letter(Frozen):
    """What is needed of a MeMo letter without faults; times are UTC, and personal values are not in its repr.

    `canonical_sha256` is equal for two files with the same meaning: see adapters/memo/canonical.py.
    """

    message_uuid: UUID
    message_type: MessageType
    memo_version: MemoVersion
    label: str = Field(repr=False)
    sender: LetterParty
    recipient: LetterParty
    message_id: str | None = None
    reply: bool = False
    reply_by: datetime | None = None
    do_not_deliver_until: date | None = None
    mandatory: bool = False
    legal_notification: bool = False
    asks_confirmation: bool = False
    """Whether a document has an action by which its recipient confirms."""
    case_id: str | None = Field(default=None, repr=False)
    representative: LetterParty | None = None
    """Who sends on behalf of the sender, MeMo 1.2."""
    generating_system: str | None = Field(default=None, repr=False)
    post_type: str | None = Field(default=None, repr=False)
    replies: tuple[Reply, ...] = ()
    forwarded: Forwarded | None = None
    files: tuple[File, ...] = ()
    """Every file of every document, in the order in which `read_letter` passes on the contents."""
    canonical_sha256: str


class Readable(Frozen):
    """What is certain of a refused letter that was read to its end: its title, its reference, and its sound files."""

    label: str | None = Field(default=None, repr=False)
    message_id: str | None = None
    files: tuple[File, ...] = ()


class Reading(Frozen):
    """The result of reading one file: a letter, or at least one fault.

    A refused letter has `message_uuid`, `sender` and `recipient` too, if they could be read: its receipt needs them.
    `readable` is what else of it is recorded.
    """

    letter: Letter | None = None
    faults: tuple[Fault, ...] = ()
    readable: Readable = Readable()
    message_uuid: UUID | None = None
    sender: LetterParty | None = None
    recipient: LetterParty | None = None
