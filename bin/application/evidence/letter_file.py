"""The letter itself as a file of a bundle: the bytes as they were received, compared with the digest in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from adapters.documents import DocumentMissing
from adapters.ledger.entry import Entry
from bin.application.application import Application
from bin.application.disclosure import PARTIES, Reader
from domain.entities import NAMES
from domain.errors import ErrorKind, RigsbogError
from domain.post.item import ItemDeleted
from domain.post.submission import MessageSubmitted
from domain.subject import PersonId, subject

FOLDER = "letter"
COLUMN = "letter"
"""How the record of an answer says that the letter itself was given to its reader."""


class LetterNotEnclosed(RigsbogError):
    """The letter itself cannot be in this evidence: ask for the evidence without it."""

    kind = ErrorKind.REFUSED

    def __init__(self, because: str) -> None:
        super().__init__(f"The letter cannot be enclosed, because {because}: ask for the evidence without the letter.")


class LetterAltered(RigsbogError):
    """The stored letter is not the one that was received: restore the folder `documents` from its backup."""

    kind = ErrorKind.CORRUPT


@dataclass(frozen=True, slots=True)
class LetterFile:
    name: str
    """Its name in the bundle."""
    content: bytes


def letter_file(application: Application, reader: Reader, entries: Sequence[Entry]) -> LetterFile:
    """The letter of a message whose reader has been recorded. Raises LetterNotEnclosed, LetterAltered and what the
    store of documents raises.
    """
    submitted = next((entry for entry in entries if entry.name == NAMES[MessageSubmitted]), None)
    if submitted is None:
        raise LetterNotEnclosed("it was submitted in another system")
    if any(reader.protects(person) for person in _people(submitted)):
        raise LetterNotEnclosed("the name and address of a party are protected, and it may show them")
    decrypted = reader.opened(submitted)
    if decrypted is None:
        raise LetterNotEnclosed("what it says was erased")
    content = _content(application, submitted, entries)
    if sha256(content).hexdigest() != decrypted.fields["bytes_sha256"]:
        raise LetterAltered
    payload = submitted.payload
    ending = "txt" if payload["memo_version"] is None and payload["message_type"] is not None else "xml"
    return LetterFile(f"{FOLDER}/{submitted.subject.uuid}.{ending}", content)


def _content(application: Application, submitted: Entry, entries: Sequence[Entry]) -> bytes:
    document = submitted.payload["document"]
    if document is None:
        raise LetterNotEnclosed("it was too large to be kept")
    try:
        content = application.documents.get(UUID(document))
    except DocumentMissing:
        if any(entry.name == NAMES[ItemDeleted] for entry in entries):
            raise LetterNotEnclosed("its owner has deleted it for good") from None
        raise
    if content is None:
        raise LetterNotEnclosed("what it says was erased")
    return content


def _people(submitted: Entry) -> list[PersonId]:
    parties = [submitted.payload[name] for name in ("sender", "recipient", "representative")]
    named = [subject(party) for party in parties if party is not None and party.startswith(PARTIES)]
    return [party for party in named if isinstance(party, PersonId)]
