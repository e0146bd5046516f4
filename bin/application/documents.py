"""Reads the documents that facts name: whole, and compared with the fact, before anything of them is shown."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from adapters.documents import DocumentAltered, DocumentFault, DocumentUnreadable
from adapters.keys.vault import Vault
from adapters.logs import logger
from bin.application.application import Application
from domain.fact import SEALED, Event
from domain.nemkonto.designation import NemkontoDesignated
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import DesignationId

NAME_DOCUMENTS: tuple[type[Event], ...] = (MessageSubmitted, NemkontoDesignated)
"""The facts that name a document, in their field `document`."""


def designation_document(vault: Vault, designation: DesignationId, content: bytes) -> UUID:
    """The name of the document on which a designation rests: keyed, and of just these bytes."""
    return vault.index("nemkonto document", f"{designation} {sha256(content).hexdigest()}")


def is_erased(record: Record) -> bool:
    """Whether the personal fields of a record that was decrypted are erased."""
    return any(getattr(record.event, name) is SEALED for name in record.event.personal)


def read_document(application: Application, record: Record) -> bytes | None:
    """The bytes of the document that a decrypted record names; None when they were erased. Raises DocumentFault."""
    event = record.event
    assert isinstance(event, MessageSubmitted | NemkontoDesignated), "no other fact names a document"
    assert event.document is not None, "the caller asks for a document that was stored"
    if is_erased(record):
        return None
    content = application.documents.get(event.document)
    if content is None:
        raise DocumentUnreadable(
            f"The key of the document {event.document} was destroyed, and that of its fact was not."
        )
    if not _is_of(application.vault, event, content):
        raise DocumentAltered(f"The document {event.document} can be decrypted, and is not what its fact says.")
    return content


def log_fault(record: Record, fault: DocumentFault) -> None:
    """Log that a document could not be shown, for the operator: the reader who gets the error cannot mend it."""
    subject = str(record.event.own_subject)
    logger().error("document_not_shown", position=record.position, subject=subject, cause=str(fault))


def _is_of(vault: Vault, event: MessageSubmitted | NemkontoDesignated, content: bytes) -> bool:
    match event:
        case MessageSubmitted():
            return sha256(content).hexdigest() == event.bytes_sha256
        case NemkontoDesignated():
            return designation_document(vault, event.designation, content) == event.document
