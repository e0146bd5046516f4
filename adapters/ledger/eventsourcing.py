"""The ledger as a recorder of the eventsourcing library (DCBRecorder), for users of that library.

The library's own tests of recorders run on it. An entry is carried as a type, tags, and the record's JSON.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self

import psycopg
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    TDCBRecorder_co,
)
from eventsourcing.dcb.persistence import DCBListenNotifySubscription
from eventsourcing.dcb.popo import SimpleDCBReadResponse
from eventsourcing.persistence import IntegrityError, ProgrammingError
from pydantic import TypeAdapter
from pydantic_core import to_json

from adapters.ledger.entry import Criterion, Decision, Entry, Verdict, record_of
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.notifications import Listener
from adapters.postgres.pool import Pool
from domain.context import Context
from domain.fact import Event
from domain.subject import subject

CONTEXT = TypeAdapter(Context)
WAKE_SECONDS_MAX = 1.0
"""A subscription polls after this time, in case a broken connection lost a notification."""


class LedgerRecorder(DCBRecorder):
    """The ledger on PostgreSQL as a recorder of the library; `contract` says whom a stored fact concerns."""

    def __init__(self, ledger: PostgresLedger, contract: Mapping[str, type[Event]]) -> None:
        self.ledger = ledger
        self._contract = contract

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """As `DCBRecorder.read`."""
        head = self.ledger.head()
        until = None if limit else head
        entries = self.ledger.entries(criteria_of(query), after=after or 0, until=until, limit=limit)
        last = entries[-1].position if entries else None
        return SimpleDCBReadResponse(map(self._sequenced, entries), last if limit is not None else head or None)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """As `DCBRecorder.append`; raises IntegrityError when the condition fails."""
        if not events:
            raise ProgrammingError("an append records at least one event")
        (appended,) = self.ledger.append_many([decision_of(events, condition)])
        if appended.verdict in (Verdict.CONFLICT, Verdict.OTHER):
            raise IntegrityError(condition)
        return appended.last

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> PostgresSubscription[Self]:
        """As `DCBRecorder.subscribe`: what is recorded, and then, woken by NOTIFY, what will be."""
        return PostgresSubscription(self, self.ledger.connections, query, after)

    def _sequenced(self, entry: Entry) -> DCBSequencedEvent:
        subjects = record_of(entry, self._contract).event.subjects()
        return DCBSequencedEvent(event_of(dataclasses.replace(entry, subjects=subjects)), entry.position)


class PostgresSubscription(DCBListenNotifySubscription[TDCBRecorder_co]):
    """The library's subscription, woken by a listener of its own; stopped by leaving its with statement."""

    def __init__(self, recorder: TDCBRecorder_co, connections: Pool, query: DCBQuery | None, after: int | None) -> None:
        super().__init__(recorder=recorder, query=query, after=after)
        self._conninfo = connections.conninfo
        self._listener = threading.Thread(target=self._listen, name="rigsbog-listener", daemon=True)
        self._listener.start()

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.join()

    def _listen(self) -> None:
        while not self._has_been_stopped:
            try:
                with Listener(self._conninfo) as listener:
                    self._has_been_notified.set()
                    while not self._has_been_stopped:
                        listener.wait(WAKE_SECONDS_MAX)
                        self._has_been_notified.set()
            except psycopg.OperationalError:
                # The server is away: what is recorded meanwhile is read from the table when it is back.
                threading.Event().wait(WAKE_SECONDS_MAX)


def event_of(entry: Entry, digest: bytes = b"") -> DCBEvent:
    """An entry as the library's event: the stored name is its type, the subjects are its tags."""
    form = {
        "subject": str(entry.subject),
        "ordinal": entry.ordinal,
        "context": entry.context,
        "recorded_at": entry.recorded_at,
        "payload": entry.payload,
        "sealed": None if entry.sealed is None else base64.b64encode(entry.sealed).decode(),
        "digest": digest.hex(),
    }
    return DCBEvent(type=entry.name, data=to_json(form), tags=[str(one) for one in entry.subjects])


def entry_of(event: DCBEvent, position: int = 0) -> Entry:
    form = json.loads(event.data)
    recorded, sealed = form["recorded_at"], form["sealed"]
    return Entry(
        name=event.type,
        subject=subject(form["subject"]),
        subjects=tuple(subject(tag) for tag in event.tags),
        context=CONTEXT.validate_python(form["context"]),
        ordinal=form["ordinal"],
        payload=form["payload"],
        sealed=None if sealed is None else base64.b64decode(sealed),
        position=position,
        recorded_at=None if recorded is None else datetime.fromisoformat(recorded),
    )


def decision_of(events: Sequence[DCBEvent], condition: DCBAppendCondition | None) -> Decision:
    """The decision that an append of the library makes; all its events must come from one command."""
    entries = tuple(entry_of(event) for event in events)
    commands = {entry.context.command for entry in entries}
    if len(commands) != 1:
        raise ValueError("one append records the facts of one command")
    return Decision(
        command=commands.pop(),
        digest=bytes.fromhex(json.loads(events[0].data)["digest"]),
        entries=entries,
        unless=None if condition is None else criteria_of(condition.fail_if_events_match),
        after=0 if condition is None else condition.after or 0,
    )


def criteria_of(query: DCBQuery | None) -> tuple[Criterion, ...]:
    """The library's query as criteria; one that asks for nothing matches everything."""
    items = query.items if query is not None else []
    return tuple(
        Criterion(tuple(subject(tag) for tag in item.tags), tuple(item.types) or None)
        for item in items or [DCBQueryItem()]
    )


def query_of(criteria: Sequence[Criterion]) -> DCBQuery:
    return DCBQuery(
        items=[DCBQueryItem(types=list(one.facts or ()), tags=[str(who) for who in one.subjects]) for one in criteria]
    )
