"""The conclusion of a piece of evidence: what follows in law from the facts in it, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bin.application.evidence.language import PAGE, Both, read_words
from bin.application.evidence.wording import Writer
from domain.fact import Event
from domain.newer import NewerFact
from domain.post.arrival_flag import ArrivalFlagged, ArrivalFlagLifted
from domain.post.correction import ImpactDecided
from domain.post.dispute import ArrivalDisputed, DisputeDecided, LateAnswerExcused
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.legal_times import legal_times
from domain.post.message import (
    MessageMadeAvailable,
    MessageOpened,
    MessageRecalled,
    MessageRejected,
    MessageScheduled,
    NemSmsSent,
    ReleaseRefused,
)
from domain.post.outage import OutageAnnulled, OutageEnded, OutageRecorded
from domain.post.paper import (
    PaperLetterPosted,
    PaperLetterPostingAnnulled,
    PaperLetterReturnAnnulled,
    PaperLetterReturned,
)
from domain.post.service import (
    SERVICE,
    SERVING,
    ServiceAbandoned,
    ServiceAnnulled,
    ServiceRequestAnnulled,
    service_that_holds,
)
from domain.post.submission import MessageSubmitted
from domain.post.unavailability import MessageMadeUnavailable, UnavailabilityLifted, VirusFindingAnnulled, VirusFound
from domain.record import Record

SAID = read_words("conclusion")
NEVER_ARRIVED = (
    MessageRejected,
    MessageRecalled,
    ReleaseRefused,
    NemSmsSent,
    ArrivalImportAnnulled,
    MessageScheduled,
    MessageSubmitted,
)
"""Of a letter that has not arrived, the first of these facts that it has says why."""
NOTICED = (
    ServiceRequestAnnulled,
    ServiceAbandoned,
    ImpactDecided,
    ArrivalDisputed,
    DisputeDecided,
    LateAnswerExcused,
    ArrivalFlagged,
    ArrivalFlagLifted,
    VirusFound,
    VirusFindingAnnulled,
    MessageMadeUnavailable,
    UnavailabilityLifted,
    OutageRecorded,
    OutageEnded,
    OutageAnnulled,
    PaperLetterPosted,
    PaperLetterPostingAnnulled,
    PaperLetterReturned,
    PaperLetterReturnAnnulled,
    NewerFact,
)
"""What a court looks at besides, because it may weigh what follows."""


def conclusion_about_message(records: Sequence[Record], writer: Writer) -> Iterator[str]:
    """Whether and when the message was served, arrived and was opened, as far as its facts show."""
    yield from _service(records, writer)
    served = service_that_holds(record.event for record in records) is not None
    arrived = legal_times(records).available_at is not None
    if arrived:
        yield _by_fact(writer, "arrived", _arrival(records))
    elif not served:
        yield _by_fact(writer, "never_arrived", _first(records, *NEVER_ARRIVED))
    opened = _first(records, MessageOpened)
    if opened is not None:
        yield _filled(writer, SAID["opened"], opened)
    elif arrived and not served:
        yield writer.said(SAID["not_opened"])
    yield from noticed(records, writer)


def noticed(records: Sequence[Record], writer: Writer) -> Iterator[str]:
    """What else a court looks at, each with the time at which it was recorded."""
    for record in records:
        if isinstance(record.event, NOTICED):
            sentence = writer.sentence(record.name, record.event)
            yield writer.said(PAGE["noticed"], recorded_at=record.recorded_at, sentence=sentence)


def _service(records: Sequence[Record], writer: Writer) -> Iterator[str]:
    """What is said of the service of the message, if it is one that is to be served."""
    of_service = [record for record in records if isinstance(record.event, (*SERVING, ServiceAnnulled))]
    annulled = [record for record in of_service if isinstance(record.event, ServiceAnnulled)]
    if annulled and of_service[-1] is annulled[-1]:
        yield _filled(writer, SAID["service_failed"], annulled[-1])
    elif of_service:
        yield _by_fact(writer, "served", of_service[-1])
        if annulled:
            yield _filled(writer, SAID["served_again"], annulled[-1])
    elif SERVICE.state_after(record.event for record in records).requested:
        yield writer.said(SAID["not_served"])


def _arrival(records: Sequence[Record]) -> Record | None:
    """The record by which the message arrived: of imports the last, for what was wrong before is annulled."""
    return _first(records, MessageMadeAvailable) or _first(reversed(records), ArrivalImported)


def _first(records: Iterable[Record], *facts: type[Event]) -> Record | None:
    """The first record of the first of these facts that there is."""
    known = list(records)
    return next((record for fact in facts for record in known if type(record.event) is fact), None)


def _by_fact(writer: Writer, said: str, record: Record | None) -> str:
    assert record is not None, "a message that is known was submitted or taken over"
    return _filled(writer, SAID[said][record.name], record)


def _filled(writer: Writer, sentence: Both, record: Record) -> str:
    return writer.filled(
        sentence, lambda name: record.recorded_at if name == "recorded_at" else getattr(record.event, name, None)
    )
