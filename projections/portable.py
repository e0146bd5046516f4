"""Writes a register's declaration as plain JSON, so that anyone can compute its rows from facts without this code.

The form never changes (docs/proofs.md). A rebuild attests its digest, so an attested answer proves that the register
was built by the declaration in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from domain.entities import NAMES
from domain.fact import Event
from projections.columns import Column, Row, Setter
from projections.sources import Constant, Field, Header, Source, StartOfDay

Form = dict[str, Any]
"""A JSON object. That of a row has the columns that its register declares."""


class Declared(Protocol):
    """A register, as far as its rows depend on it."""

    name: str
    table: Table
    key: tuple[str, ...]
    begins: frozenset[type[Event]]
    columns: tuple[Column, ...]

    @property
    def facts(self) -> tuple[type[Event], ...]:
        """Every fact that it reads."""


TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Uuid, "uuid"),
    (Text, "text"),
    (Date, "date"),
    (DateTime, "timestamptz"),
    (Integer, "bigint"),
    (Boolean, "boolean"),
    (JSONB, "jsonb"),
    (LargeBinary, "sealed"),
)
"""BigInteger is a kind of Integer; the only bytes in a register are sealed parts."""


def portable(register: Declared) -> Form:
    return {
        "register": register.name,
        "key": list(register.key),
        "types": {column.name: _type(column.type) for column in register.table.columns},
        "begins": sorted(NAMES[fact] for fact in register.begins),
        "columns": [
            {
                "name": column.name,
                "law": str(column.law),
                "setters": sorted((_setter(setter) for setter in column.setters), key=canonical_json),
            }
            for column in register.columns
        ],
        "table": _table(register),
    }


def digest(register: Declared) -> str:
    """SHA-256 of the portable form in canonical JSON: changes with everything that the rows depend on."""
    return hashlib.sha256(canonical_json(portable(register))).hexdigest()


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """A document as evidence holds it: RFC 8785, of texts, whole numbers and plain names."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def instant(at: datetime) -> str:
    """A time as evidence holds it, and the canonical bytes of records: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def row_form(register: Declared, row: Row) -> Form:
    """A row as an answer carries it: instants in UTC, a sealed part as the SHA-256 of its bytes."""
    return {column.name: _value(row[column.name]) for column in register.table.columns}


def _value(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return hashlib.sha256(value).hexdigest()
        case _:
            return value


def _setter(setter: Setter) -> Form:
    return {
        "fact": NAMES[setter.fact],
        "key": [_source(setter.fact, part) for part in setter.key],
        "source": _source(setter.fact, setter.source),
    }


def _source(fact: type[Event], source: Source) -> Form:
    """Where a value comes from; a field with a default has it in facts that were recorded before the field was."""
    match source:
        case Field(name) | StartOfDay(name):
            kind = "field" if isinstance(source, Field) else "start_of_day"
            field = fact.model_fields[name]
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            return {kind: name} if default is None else {kind: name, "default": to_jsonable_python(default)}
        case Constant(value):
            return {"constant": value}
        case Header.SEALED:
            return {"header": "sealed_sha256"}
        case Header():
            return {"header": source.value}


def _type(kind: TypeEngine[Any]) -> str:
    return next(name for known, name in TYPES if isinstance(kind, known))


def _table(register: Declared) -> str:
    """A digest of what only the database's own table depends on."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    written = [str(CreateTable(register.table).compile(dialect=dialect))]
    written += sorted(str(CreateIndex(index).compile(dialect=dialect)) for index in register.table.indexes)
    written += sorted(f"once {NAMES[fact]}" for fact in register.facts if fact.once)
    return hashlib.sha256("\n".join(written).encode()).hexdigest()
