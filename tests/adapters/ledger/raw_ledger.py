"""The library's raw events in our record form, so that its own recorder tests can be run on the ledger."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID, uuid4, uuid5

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)

from adapters.ledger.entry import Entry
from adapters.ledger.eventsourcing import entry_of, event_of
from domain.fact import Event
from domain.subject import MessageId
from tests.law import CONTEXT

NAMESPACE = UUID("7a6b0000-0000-4000-8000-00000000c0de")
TYPES = ("type1", "type2", "type3", "type4", "StudentRegistered", "CourseRegistered", "StudentJoinedCourse")


class RawFact(Event):
    """An event of the library's tests: bytes and tags that mean nothing to us."""

    about: MessageId
    tags: tuple[MessageId, ...]
    names: tuple[str, ...]
    data: str


RAW: Mapping[str, type[Event]] = dict.fromkeys(TYPES, RawFact)


def tag(name: str) -> MessageId:
    """A tag of the library's tests as a subject."""
    return MessageId(uuid5(NAMESPACE, name))


class RawLedger(DCBRecorder):
    """A thin coat: raw events in, raw events out; everything else is the ledger's own doing."""

    def __init__(self, ledger: DCBRecorder) -> None:
        self._ledger = ledger

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        return _RawResponse(self._ledger.read(_wrapped_query(query), after=after, limit=limit))

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        command = uuid4()
        wrapped = [_wrapped(event, command, ordinal) for ordinal, event in enumerate(events)]
        if condition is not None:
            condition = DCBAppendCondition(_wrapped_query(condition.fail_if_events_match), condition.after)
        return self._ledger.append(wrapped, condition)

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> DCBSubscription[Any]:
        return _RawSubscription(self._ledger.subscribe(_wrapped_query(query), after=after))


class _RawResponse(DCBReadResponse):
    def __init__(self, response: DCBReadResponse) -> None:
        self._response = response

    @property
    def head(self) -> int | None:
        return self._response.head

    def __next__(self) -> DCBSequencedEvent:
        return _unwrapped(next(self._response))


class _RawSubscription(DCBSubscription[Any]):
    def __init__(self, subscription: DCBSubscription[Any]) -> None:
        self._inner = subscription

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        self._inner.__exit__(*args, **kwargs)

    def __next__(self) -> DCBSequencedEvent:
        return _unwrapped(next(self._inner))


def _wrapped(event: DCBEvent, command: UUID, ordinal: int) -> DCBEvent:
    fact = RawFact(
        about=tag(str(command)),
        tags=tuple(tag(name) for name in event.tags),
        names=tuple(event.tags),
        data=base64.b64encode(event.data).decode(),
    )
    context = CONTEXT.__class__(
        authority=CONTEXT.authority,
        actor=CONTEXT.actor,
        legal_basis=CONTEXT.legal_basis,
        command=command,
        correlation=CONTEXT.correlation,
    )
    entry = Entry(
        name=event.type,
        subject=fact.own_subject,
        subjects=fact.subjects(),
        context=context,
        ordinal=ordinal,
        payload=fact.open_fields(),
    )
    return event_of(entry, digest=b"raw")


def _unwrapped(sequenced: DCBSequencedEvent) -> DCBSequencedEvent:
    fact = RawFact.model_validate(entry_of(sequenced.event).payload)
    raw = DCBEvent(type=sequenced.event.type, data=base64.b64decode(fact.data), tags=list(fact.names))
    return DCBSequencedEvent(event=raw, position=sequenced.position)


def _wrapped_query(query: DCBQuery | None) -> DCBQuery:
    items = query.items if query is not None else []
    return DCBQuery(items=[DCBQueryItem(types=one.types, tags=[str(tag(name)) for name in one.tags]) for one in items])
