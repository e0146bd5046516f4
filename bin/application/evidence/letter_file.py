"""The letter itself as a file of a bundle: the bytes as they were received, compared with the digest in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.documents import DocumentFault, DocumentMissing
from adapters.ledger.entry import Entry, record_of
from bin.application.application import Application
from bin.application.disclosure import PARTIES, Reader
from bin.application.documents import log_fault, read_document
from domain.entities import FACTS, NAMES
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


@dataclass(frozen=True, slots=True)
class LetterFile:
    name: str
    """Its name in the bundle."""
    content: bytes


def letter_content(application: Application, entries: Sequence[Entry]) -> bytes:
    """The bytes of the letter of a message, before its reader is recorded; nothing of them is shown yet.

    Raises LetterNotEnclosed and DocumentFault.
    """
    submitted = _submitted(entries)
    if submitted.payload["document"] is None:
        raise LetterNotEnclosed("it was too large to be kept")
    decrypted = application.handler.decrypt(submitted)
    record = record_of(submitted, FACTS, None if decrypted is None else decrypted.fields)
    try:
        content = read_document(application, record)
    except DocumentFault as fault:
        if isinstance(fault, DocumentMissing) and any(entry.name == NAMES[ItemDeleted] for entry in entries):
            raise LetterNotEnclosed("its owner has deleted it for good") from None
        log_fault(record, fault)
        raise
    if content is None:
        raise LetterNotEnclosed("what it says was erased")
    return content


def letter_file(reader: Reader, entries: Sequence[Entry], content: bytes) -> LetterFile:
    """The letter of a message whose reader has been recorded. Raises LetterNotEnclosed."""
    submitted = _submitted(entries)
    if any(reader.protects(person) for person in _people(submitted)):
        raise LetterNotEnclosed("the name and address of a party are protected, and it may show them")
    if reader.opened(submitted) is None:
        raise LetterNotEnclosed("what it says was erased")
    payload = submitted.payload
    ending = "txt" if payload["memo_version"] is None and payload["message_type"] is not None else "xml"
    return LetterFile(f"{FOLDER}/{submitted.subject.uuid}.{ending}", content)


def _submitted(entries: Sequence[Entry]) -> Entry:
    submitted = next((entry for entry in entries if entry.name == NAMES[MessageSubmitted]), None)
    if submitted is None:
        raise LetterNotEnclosed("it was submitted in another system")
    return submitted


def _people(submitted: Entry) -> list[PersonId]:
    parties = [submitted.payload[name] for name in ("sender", "recipient", "representative")]
    named = [subject(party) for party in parties if party is not None and party.startswith(PARTIES)]
    return [party for party in named if isinstance(party, PersonId)]
