"""Sources as SQL: the same value as text, as JSON, as a number to add, or as a part of a key."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Text,
    Uuid,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from domain.fact import Event
from projections.sources import Constant, Field, Header, Source, StartOfDay

Expression = ColumnElement[Any]

COPENHAGEN = "Europe/Copenhagen"
UUID_CHARACTERS = 36


def as_text(records: FromClause, fact: type[Event], source: Source) -> Expression:
    """The value as PostgreSQL writes it; nothing for an empty one."""
    match source:
        case Field(name):
            return field_text(records.c.payload, fact, name)
        case Constant(None):
            return cast(null(), Text)
        case Constant(value):
            return cast(literal(str(value).lower() if isinstance(value, bool) else str(value)), Text)
        case Header.SUBJECT:
            return as_text(records, fact, Field(next(iter(fact.model_fields))))
        case _:
            return cast(_instant_or_header(records, fact, source), Text)


def field_text(payload: Expression, fact: type[Event], name: str) -> Expression:
    return _or_default(payload, fact, name, payload.op("->>", return_type=Text())(literal(name, Text())), Text())


def field_value(payload: Expression, fact: type[Event], name: str, kind: TypeEngine[Any]) -> Expression:
    """The field in a column's type; nothing for an empty one."""
    if isinstance(kind, JSONB):
        return func.nullif(_field_json(payload, fact, name), literal_column("'null'::jsonb"), type_=JSONB())
    return from_text(field_text(payload, fact, name), kind)


def _field_json(payload: Expression, fact: type[Event], name: str) -> Expression:
    return _or_default(payload, fact, name, payload.op("->", return_type=JSONB())(literal(name, Text())), JSONB())


def _or_default(
    payload: Expression, fact: type[Event], name: str, value: Expression, kind: TypeEngine[Any]
) -> Expression:
    """The value, or the field's default in a fact that was recorded before the fact had the field."""
    field = fact.model_fields[name]
    default = None if field.is_required() else to_jsonable_python(field.get_default(call_default_factory=True))
    if default is None:
        return value
    written = default if isinstance(kind, Text) and isinstance(default, str) else json.dumps(default)
    held = payload.op("?", return_type=Boolean())(literal(name, Text()))
    return case((held, value), (payload.is_not(None), cast(cast(literal(written, Text()), Text), kind)))


def as_json(records: FromClause, fact: type[Event], source: Source) -> Expression:
    """The value as JSON; JSON's null, or nothing, for an empty one."""
    match source:
        case Field(name):
            return _field_json(records.c.payload, fact, name)
        case Constant() | Header.SUBJECT:
            return func.to_jsonb(as_text(records, fact, source), type_=JSONB())
        case _:
            return func.to_jsonb(_instant_or_header(records, fact, source), type_=JSONB())


def as_number(records: FromClause, fact: type[Event], source: Source) -> Expression:
    if isinstance(source, Header):
        return _instant_or_header(records, fact, source)
    return cast(as_text(records, fact, source), BigInteger)


def as_key(records: FromClause, fact: type[Event], source: Source, kind: TypeEngine[Any]) -> Expression:
    """The value as a part of a key of that type."""
    if source is Header.SUBJECT and isinstance(kind, Uuid):
        return records.c.subject
    return from_text(as_text(records, fact, source), kind)


def from_text(written: Expression, kind: TypeEngine[Any]) -> Expression:
    """The text as a value of that type; a subject written `kind:uuid` ends with its uuid."""
    if isinstance(kind, Text):
        return written
    if isinstance(kind, Uuid):
        return cast(func.right(written, UUID_CHARACTERS), kind)
    return cast(written, kind)


def _instant_or_header(records: FromClause, fact: type[Event], source: Source) -> Expression:
    if isinstance(source, StartOfDay):
        day = cast(field_text(records.c.payload, fact, source.name), Date)
        midnight = cast(day, DateTime(timezone=False))
        return func.timezone(literal_column(f"'{COPENHAGEN}'"), midnight, type_=DateTime(timezone=True))
    if source is Header.EFFECTIVE_FROM:
        return func.coalesce(records.c.effective_from, records.c.recorded_at)
    assert isinstance(source, Header)
    return type_coerce(records.c[source.value], records.c[source.value].type)
