"""Random histories of the real contract, and the records that hold them, for the tests of the registers."""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID, uuid4, uuid5

from hypothesis import strategies as st
from pydantic import StringConstraints
from sqlalchemy import Connection, func, insert, select

from domain.entities import FACTS
from domain.fact import SEALED, Event
from domain.post.letter_fault import Fault, Party
from domain.post.submission import DocumentKind, LetterFile
from domain.stored_names import Names
from domain.subject import KINDS, SubjectId, subject
from projections.catalogue import register
from projections.engine import ledger_tables as ledger
from projections.engine.ledger_names import read_names
from projections.engine.position import head

QUICK_REGISTERS = [register("messages"), register("due_times")]
"""The registers whose histories `make quick` tries; `make test` tries all."""
POOL = UUID("9001e000-0000-4000-8000-000000000000")
SUBJECTS_PER_KIND = 3
FACTS_PER_INSTANT = 4
CLOSED = Fault(code="recipient.is.closed", path="/Message", message="The recipient is closed.", fault=Party.SENDER)
PAGE = LetterFile(document=DocumentKind.MAIN, document_number=1, media_type="text/plain", language="da", size_bytes=1)

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    types.NoneType: st.none(),
    bool: st.booleans(),
    int: st.integers(0, 2**40),
    str: st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=6),
    date: st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
    datetime: st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis wants bounds without a zone
        lambda at: at.isoformat().replace("+00:00", "Z")
    ),
    UUID: st.uuids().map(str),
    Fault: st.just(CLOSED.model_dump(mode="json")),
    LetterFile: st.just(PAGE.model_dump(mode="json")),
}


@dataclass(frozen=True)
class Happened:
    """One fact of a history: its class, its open fields as JSON, and the bytes of its encrypted part."""

    fact: type[Event]
    payload: dict[str, Any]
    sealed: bytes | None

    @property
    def event(self) -> Event:
        return self.fact.model_validate({**self.payload, **dict.fromkeys(self.fact.personal, SEALED)})


def pool(kind: type[SubjectId]) -> list[str]:
    """The few subjects of a kind that histories are about."""
    return [str(kind(uuid5(POOL, f"{kind.kind} {nth}"))) for nth in range(SUBJECTS_PER_KIND)]


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """The JSON values that a field may hold."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return st.one_of([values(part) for part in get_args(annotation)])
    if origin is tuple:
        return st.lists(values(get_args(annotation)[0]), max_size=2)
    if origin is Annotated:
        of, *constraints = get_args(annotation)
        patterns = [each.pattern for each in constraints if isinstance(each, StringConstraints) and each.pattern]
        return st.from_regex(patterns[0], fullmatch=True) if patterns else values(of)
    if issubclass(annotation, SubjectId):
        return st.sampled_from(pool(annotation))
    if issubclass(annotation, StrEnum):
        return st.sampled_from([one.value for one in annotation])
    return SCALARS[annotation]


@st.composite
def happenings(draw: st.DrawFn, fact: type[Event]) -> Happened:
    """One fact of that class."""
    open_fields = {name: field for name, field in fact.model_fields.items() if name not in fact.personal}
    payload = {name: draw(values(field.annotation)) for name, field in open_fields.items()}
    for name, field in open_fields.items():
        if not field.is_required() and draw(st.booleans()):
            del payload[name]  # as in a fact recorded before it had the field
    if "previous" in payload and payload["previous"] == payload["index"]:
        payload["previous"] = next(one for one in pool(KINDS["cpr"]) if one != payload["index"])
    return Happened(fact, payload, draw(st.binary(min_size=1, max_size=5)) if fact.personal else None)


@st.composite
def histories(draw: st.DrawFn, facts: Sequence[type[Event]], most: int = 30) -> list[Happened]:
    """Facts in any order and often repeated, but those that happen once only once to their own subject."""
    drawn = draw(st.lists(st.sampled_from(facts).flatmap(happenings), max_size=most))
    seen: set[tuple[str, SubjectId]] = set()
    possible = []
    for happened in drawn:
        own = (happened.fact.__name__, happened.event.own_subject)
        if not (happened.fact.once and own in seen):
            possible.append(happened)
        seen.add(own)
    return possible


def put(connection: Connection, history: Sequence[Happened], *, actor: str = "system:test") -> None:
    """Record each fact as the only one of a command; a few share one registration time."""
    for begin in range(0, len(history), FACTS_PER_INSTANT):
        put_commands(connection, [[one] for one in history[begin : begin + FACTS_PER_INSTANT]], actor=actor)


def put_commands(connection: Connection, commands: Sequence[Sequence[Happened]], *, actor: str = "system:test") -> None:
    """Record the facts of each command together, all at one registration time."""
    names, position = read_names(connection), head(connection)
    at = connection.execute(select(func.ledger.clock())).scalar_one()
    records: list[dict[str, Any]] = []
    subjects: list[dict[str, Any]] = []
    spans: list[dict[str, Any]] = []
    for facts in commands:
        command = uuid4()
        first, last = position + 1, position + len(facts)
        spans.append({"command": command, "digest": b"", "first_position": first, "last_position": last})
        for ordinal, happened in enumerate(facts):
            position += 1
            record = _record(names, happened, position, at)
            records.append({**record, "actor": actor, "command": command, "ordinal": ordinal})
            subjects += [
                {"subject": about.uuid, "kind": names.kind(about), "fact": record["fact"], "position": position}
                for about in happened.event.subjects()
            ]
    for table, written in ((ledger.record, records), (ledger.concerns, subjects), (ledger.command, spans)):
        connection.execute(insert(table).values(written))


def _record(names: Names, happened: Happened, position: int, at: datetime) -> dict[str, Any]:
    own = happened.event.own_subject
    return {
        "position": position,
        "recorded_at": at,
        "correlation": uuid4(),
        "subject": own.uuid,
        "kind": names.kind(own),
        "fact": names.fact(happened.fact),
        "authority": "34051178",
        "legal_basis": "a paragraph",
        "case_id": f"case-{position % 3}",
        "payload": happened.payload,
        "sealed": happened.sealed,
    }


def fact(name: str, sealed: bytes | None = None, **payload: Any) -> Happened:
    """One fact by its stored name, its subjects and values as JSON."""
    found = FACTS[name]
    return Happened(found, payload, sealed if sealed is not None or not found.personal else b"sealed")


def about(name: str) -> SubjectId:
    """A subject by `kind:uuid`."""
    return subject(name)
