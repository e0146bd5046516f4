"""Proves one record, or a message with all its facts."""

from __future__ import annotations

from adapters.ledger.entry import Entry
from adapters.seal.formats.checkpoint import Checkpoint
from bin.application.application import Application
from bin.application.disclosure import Reader, parties_named
from bin.application.errors import InvalidArgument
from bin.application.evidence.inclusion import prover_of
from bin.application.evidence.proof_files import ProofFile, key_history, message_proof, record_proof
from bin.application.evidence.scope import scope_of
from domain.operations.disclosure import QuestionKind
from domain.subject import MessageId


def prove(
    application: Application, about: MessageId | int, reader: Reader, wait_seconds: float = 0
) -> tuple[ProofFile, Checkpoint]:
    """The proof of a message or of the record at a position, and the checkpoint that covers it.

    Raises InvalidArgument for a position after the head, BadInput for an unknown message, NotSealed after the
    wait, and RecordAltered.
    """
    entries = _entries(application, about)
    # Whether it is sealed is known before anybody's data are read.
    prover = prover_of(application, entries[-1].position, wait_seconds)
    reader.disclose(
        QuestionKind.EXPORT,
        entries[-1].position,
        parties_named(entries),
        [entry.sealed for entry in entries],
        rows=len(entries),
    )
    keys = key_history(prover)
    if isinstance(about, MessageId):
        return message_proof(prover, reader, about, entries, keys), prover.checkpoint
    (proven,), (entry,) = prover.proven((about,)), entries
    return record_proof(prover, reader.opened(entry), proven, entry, keys), prover.checkpoint


def _entries(application: Application, about: MessageId | int) -> list[Entry]:
    if isinstance(about, MessageId):
        return list(scope_of(application, about, application.ledger.head()).entries)
    entries = application.ledger.entries(after=about - 1, until=about)
    if not entries:
        # The position is not repeated: it may be somebody's number.
        raise InvalidArgument(f"there is no such position: the newest is {application.ledger.head()}")
    return entries
