"""The form in which the eventsourcing library's recorders carry an entry: type, tags, and the record's JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem, DCBSequencedEvent

from adapters.ledger.entry import Criterion, Decision, Entry
from domain.context import Context
from domain.subject import subject


def event_of(entry: Entry, digest: bytes = b"") -> DCBEvent:
    """An entry as the library's event: the stored name is its type, the subjects are its tags."""
    context = entry.context
    form: dict[str, Any] = {
        "subject": str(entry.subject),
        "ordinal": entry.ordinal,
        "authority": context.authority,
        "actor": context.actor,
        "legal_basis": context.legal_basis,
        "case": context.case,
        "command": str(context.command),
        "correlation": str(context.correlation),
        "causation": context.causation,
        "effective_from": context.effective_from and context.effective_from.isoformat(),
        "recorded_at": entry.recorded_at and entry.recorded_at.isoformat(),
        "payload": entry.payload,
        "sealed": None if entry.sealed is None else base64.b64encode(entry.sealed).decode(),
        "digest": digest.hex(),
    }
    data = json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode()
    return DCBEvent(type=entry.name, data=data, tags=[str(one) for one in entry.subjects])


def entry_of(event: DCBEvent, position: int = 0) -> Entry:
    """The entry that an event of the library carries."""
    form = json.loads(event.data)
    effective, recorded, sealed = form["effective_from"], form["recorded_at"], form["sealed"]
    return Entry(
        name=event.type,
        subject=subject(form["subject"]),
        subjects=tuple(subject(tag) for tag in event.tags),
        context=Context(
            authority=form["authority"],
            actor=form["actor"],
            legal_basis=form["legal_basis"],
            case=form["case"],
            command=UUID(form["command"]),
            correlation=UUID(form["correlation"]),
            causation=form["causation"],
            effective_from=None if effective is None else datetime.fromisoformat(effective),
        ),
        ordinal=form["ordinal"],
        payload=form["payload"],
        sealed=None if sealed is None else base64.b64decode(sealed),
        position=position,
        recorded_at=None if recorded is None else datetime.fromisoformat(recorded),
    )


def sequenced(entry: Entry) -> DCBSequencedEvent:
    """A stored entry as the library reads it."""
    return DCBSequencedEvent(event=event_of(entry), position=entry.position)


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
    """Criteria as the library's query."""
    return DCBQuery(
        items=[DCBQueryItem(types=list(one.facts or ()), tags=[str(who) for who in one.subjects]) for one in criteria]
    )
