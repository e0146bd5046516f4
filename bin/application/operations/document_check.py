"""Reads every document that a fact names, and compares it with the fact; nothing of a document is shown to anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Select, func, select

from adapters.documents import DocumentAltered, DocumentFault, DocumentMissing, DocumentUnreadable
from adapters.keys.vault import NotWhatWasEncrypted
from adapters.ledger.entry import Criterion, Entry, record_of
from bin.application.application import Application
from bin.application.documents import NAME_DOCUMENTS, is_erased, read_document
from bin.application.operations.record import record_act
from domain.entities import FACTS, NAMES
from domain.operations.operation import DocumentCheckBegun, DocumentsChecked
from domain.post.item import ItemDeleted
from domain.record import Record
from domain.subject import THIS_LOG, SubjectId
from projections.engine.ledger_checks import UUID_FORM
from projections.engine.ledger_tables import fact_name, record

FACTS_A_BATCH = 200
LISTED_MAX = 1_000
"""Documents listed in the result; each is reported when it is found."""
NAMING = tuple(sorted(NAMES[fact] for fact in NAME_DOCUMENTS))
DELETED = (NAMES[ItemDeleted],)
DOCUMENT = record.c.payload["document"].astext


class DocumentState(StrEnum):
    WHOLE = "whole"
    ERASED = "erased"
    """Its key was destroyed, as that of its fact was."""
    DELETED = "deleted"
    """Its owner deleted it for good."""
    MISSING = "missing"
    ALTERED = "altered"
    """Its file does not decrypt, or not to the bytes of which the fact holds the digest."""
    UNREADABLE = "unreadable"
    """Its file or its fact cannot be read, or its key is gone."""
    LEFT = "left"
    """It was erased or deleted, and is still there to be read."""


AS_IT_SHOULD_BE = (DocumentState.WHOLE, DocumentState.ERASED, DocumentState.DELETED)
STATES: Mapping[type[DocumentFault], DocumentState] = {
    DocumentMissing: DocumentState.MISSING,
    DocumentAltered: DocumentState.ALTERED,
    DocumentUnreadable: DocumentState.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """A document that is not as it should be, by the fact that names it."""

    position: int
    subject: SubjectId
    state: DocumentState
    detail: str


@dataclass(slots=True)
class DocumentCheck:
    """What a check found of the documents that the facts of (after, until] name."""

    after: int
    until: int
    counts: Counter[DocumentState] = field(default_factory=Counter)
    findings: list[DocumentFinding] = field(default_factory=list)
    """The first of those that are not as they should be."""
    unnamed: int = 0
    """Files in the store that no fact names: what refused or killed acts left, and letters that are just coming in."""

    @property
    def ok(self) -> bool:
        return sum(self.counts[state] for state in AS_IT_SHOULD_BE) == self.counts.total()


Progress = Callable[[int, int, int], object]
"""Called with how many documents are read, of how many, and up to which position."""
Report = Callable[[DocumentFinding], object]
"""Called with each document that is not as it should be."""


def check_documents(application: Application, after: int, progress: Progress, report: Report) -> DocumentCheck:
    """Check the documents that the facts beyond a position name.

    The operator's act is recorded before it, and what it found after it. A check that was killed goes on from a later
    position, as another act.
    """
    check = DocumentCheck(after, application.ledger.head())
    record_act(application, DocumentCheckBegun(log=THIS_LOG, after_position=after, until_position=check.until))
    total, done = _count(application, after, check.until), 0
    for batch in _batches(application, after, check.until):
        for entry, (state, detail) in _compared(application, batch, check.until):
            done += 1
            check.counts[state] += 1
            if state not in AS_IT_SHOULD_BE:
                finding = DocumentFinding(entry.position, entry.subject, state, detail)
                report(finding)
                if len(check.findings) < LISTED_MAX:
                    check.findings.append(finding)
        progress(done, total, batch[-1].position)
    check.unnamed = _count_unnamed(application)
    counts = {state.value: check.counts[state] for state in DocumentState}
    span = {"after_position": after, "until_position": check.until}
    record_act(application, DocumentsChecked(log=THIS_LOG, unnamed=check.unnamed, **span, **counts))
    return check


def _batches(application: Application, after: int, until: int) -> Iterator[Sequence[Entry]]:
    """The entries of (after, until] whose facts may name a document."""
    while entries := application.ledger.entries([Criterion((), NAMING)], after=after, until=until, limit=FACTS_A_BATCH):
        application.vault.fetch(entry.sealed for entry in entries if entry.sealed is not None)
        yield entries
        after = entries[-1].position


def _compared(
    application: Application, entries: Sequence[Entry], until: int
) -> Iterator[tuple[Entry, tuple[DocumentState, str]]]:
    """For each entry that names a document, the state of the document and what is wrong with it."""
    deleted = _deleted(application, [entry.subject for entry in entries], until)
    for entry in entries:
        if entry.payload.get("document") is not None:
            yield entry, _state(application, entry, deleted=entry.subject in deleted)


def _state(application: Application, entry: Entry, *, deleted: bool) -> tuple[DocumentState, str]:
    try:
        decrypted = application.handler.decrypt(entry)
        named = record_of(entry, FACTS, None if decrypted is None else decrypted.fields)
    except (NotWhatWasEncrypted, ValidationError):
        return DocumentState.UNREADABLE, "the fact that names it is damaged: run `rigsbog verify ledger`"
    if deleted or is_erased(named):
        return _state_of_gone(application, named, deleted=deleted)
    try:
        read_document(application, named)
    except DocumentFault as fault:
        if isinstance(fault, DocumentMissing) and _deleted(application, [entry.subject]):
            return DocumentState.DELETED, ""  # while this check ran
        return STATES[type(fault)], str(fault)
    return DocumentState.WHOLE, ""


def _state_of_gone(application: Application, named: Record, *, deleted: bool) -> tuple[DocumentState, str]:
    """Of a document that was deleted, or erased: nobody may be able to read it any more."""
    gone = DocumentState.DELETED if deleted else DocumentState.ERASED
    try:
        content = application.documents.get(UUID(str(getattr(named.event, "document", None))))
    except DocumentFault:
        return gone, ""
    if content is None:
        return gone, ""
    if deleted:
        return DocumentState.LEFT, "its owner deleted it, and it came back or was never removed: remove its file"
    return DocumentState.LEFT, "its fact is erased, and its file can still be decrypted: remove it"


def _deleted(application: Application, subjects: Sequence[SubjectId], until: int | None = None) -> set[SubjectId]:
    """Those of the messages that their owners deleted for good."""
    criteria = [Criterion((each,), DELETED) for each in subjects]
    return {entry.subject for entry in application.ledger.entries(criteria, until=until)}


def _names(*columns: Any) -> Select[Any]:
    """The names of documents in facts."""
    naming = select(*columns).select_from(record).join(fact_name, fact_name.c.fact == record.c.fact)
    return naming.where(fact_name.c.name.in_(NAMING), DOCUMENT.is_not(None))


def _count(application: Application, after: int, until: int) -> int:
    statement = _names(func.count()).where(record.c.position > after, record.c.position <= until)
    with application.database.audit.connect() as connection:
        return int(connection.execute(statement).scalar_one())


def _count_unnamed(application: Application) -> int:
    """How much is in the store that no fact names. Both are read in the order of the names, and neither is held."""
    statement = _names(DOCUMENT).where(DOCUMENT.regexp_match(UUID_FORM)).order_by(DOCUMENT.collate("C"))
    with (
        application.database.audit.connect().execution_options(stream_results=True) as connection,
        connection.execute(statement) as rows,
    ):
        named = map(UUID, rows.scalars())
        unnamed, next_named = 0, next(named, None)
        for name in application.documents.names():
            if isinstance(name, UUID):
                while next_named is not None and next_named < name:
                    next_named = next(named, None)
            unnamed += name != next_named
    return unnamed
