"""Files a letter: whose key encrypts it, the name of its document, and the digest by which a repeat is recognised.

Name and digest are keyed. Without the vault's key nobody can compute them from a guess at what the letter says, and two
letters with the same content have different ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from adapters.documents import Stored
from adapters.keys.vault import Holding, Vault
from bin.application.application import Application
from domain.fact import Retention
from domain.post.message import MESSAGE
from domain.post.message_commands import SubmitMessage
from domain.post.submission import DocumentKind, LetterDetails, LetterFile, StoredLetter
from domain.reaction import Document
from domain.subject import MessageId, PartyId

PURPOSE = "submission"
"""Of the key of these digests."""


def holding_of(message: MessageId, recipient: PartyId | None) -> Holding:
    """Whose key encrypts the letter: its recipient's; or its own, when no such recipient is registered."""
    return (message, Retention.REJECTED) if recipient is None else (recipient, Retention.POST)


def stored_letter(
    vault: Vault, message: MessageId, recipient: PartyId | None, *, meaning: str, sha256: str, size_bytes: int
) -> StoredLetter:
    """The letter as it is to be stored; `meaning` is a digest that is equal for files with the same meaning."""
    holder, retention = holding_of(message, recipient)
    return StoredLetter(
        content=_keyed(vault, "content", message, meaning),
        document=_keyed(vault, "document", message, f"{holder} {retention} {sha256}"),
        bytes_sha256=sha256,
        size_bytes=size_bytes,
    )


def transmission_of(vault: Vault, message: MessageId, sha256: str) -> UUID:
    """The id of a transmission: the same file submitted again is the same transmission."""
    return _keyed(vault, "transmission", message, sha256)


def with_stored_text(vault: Vault, submission: SubmitMessage, document: Document) -> tuple[SubmitMessage, Stored]:
    """A letter of the state's own, which is one text: its submission, and the document that is to be stored first."""
    message, recipient, content = submission.message, submission.recipient, document.content
    digest = sha256(content).hexdigest()
    stored = stored_letter(vault, message, recipient, meaning=digest, sha256=digest, size_bytes=len(content))
    assert stored.document is not None, "the state's own letters are not too large"
    file = LetterFile(
        document=DocumentKind.MAIN,
        document_number=1,
        media_type=document.media_type,
        language=document.language,
        size_bytes=len(content),
    )
    details = LetterDetails(files=(file,), file_sha256=(digest,))
    return (
        replace(submission, stored=stored, details=details),
        Stored(holding_of(message, recipient), stored.document, content),
    )


def delete_unrecorded(application: Application, submissions: Iterable[SubmitMessage]) -> None:
    """Delete the documents of letters that were not submitted after all: no fact names them, so none deletes them.

    Of a message that was submitted it is the document of other bytes under its UUID.
    """
    documents = [
        (each.message, each.stored.document)
        for each in submissions
        if each.stored is not None and each.stored.document is not None
    ]
    states = application.handler.known_states([MESSAGE.of(message) for message, _ in documents])
    for (_, document), state in zip(documents, states, strict=True):
        if state is not None and state.document != document:
            application.documents.delete(document)


def reference_index(vault: Vault, sender: PartyId, message_id: str) -> UUID:
    """What letters of one sender with the same messageID have in common."""
    return vault.index(PURPOSE, f"reference {sender} {message_id}")


def _keyed(vault: Vault, what: str, message: MessageId, text: str) -> UUID:
    return vault.index(PURPOSE, f"{what} {message} {text}")
