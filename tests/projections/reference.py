"""The fold of a register in plain Python, one record after another: what the compiled SQL must agree with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, Uuid, select

from domain.entities import FACTS
from domain.fact import SEALED, Event
from domain.subject import SubjectId
from projections.check import subject_kinds
from projections.columns import Law, Setter
from projections.declare import Register
from projections.engine import ledger_tables as ledger
from projections.sources import Constant, Field, Header, Source, StartOfDay

Row = dict[str, Any]
Key = tuple[Any, ...]


def stored(connection: Connection) -> list[Mapping[str, Any]]:
    """Every record, with its fact's name, in order."""
    record = ledger.record
    chosen = select(record, ledger.fact_name.c.name.label("name")).join(
        ledger.fact_name, ledger.fact_name.c.fact == record.c.fact
    )
    return [dict(row) for row in connection.execute(chosen.order_by(record.c.position)).mappings()]


def fold(register: Register, records: Iterable[Mapping[str, Any]]) -> dict[Key, Row]:
    """The register's rows by key."""
    rows: dict[Key, Row] = {}
    touched: dict[Key, set[str]] = {}
    for record in records:
        keys = {setter.key for column in register.columns for setter in column.setters if _is(setter, record)}
        for sources in keys:
            key = tuple(
                _typed(register, name, _value(source, record))
                for name, source in zip(register.key, sources, strict=True)
            )
            begins = record["name"] in {fact.__name__ for fact in register.begins}
            if None in key or (register.begins and not begins and key not in rows):
                continue
            empty = {column.name: 0 if column.law is Law.TOTAL else None for column in register.columns}
            row = rows.setdefault(key, {**dict(zip(register.key, key, strict=True)), **empty})
            _set(register, row, touched.setdefault(key, set()), record, sources)
    return rows


def keys_about(register: Register, records: Iterable[Mapping[str, Any]], about: SubjectId) -> set[Key]:
    """The keys that name the subject, or are set by a fact that names it and whose key never names one of its kind.

    Who decided is no subject of the fact.
    """
    concerned: set[Key] = set()
    for record in records:
        if register.begins and record["name"] not in {fact.__name__ for fact in register.begins}:
            continue
        named = [
            part
            for name, value in record["payload"].items()
            if name not in Event.deciders
            for part in (value if isinstance(value, list) else [value])
        ]
        setters = [setter for column in register.columns for setter in column.setters if _is(setter, record)]
        keys = {key: [str(_value(source, record)) for source in key] for key in {setter.key for setter in setters}}
        fact = FACTS[record["name"]]
        of_kind = any(about.kind in subject_kinds(fact, source) for key in keys for source in key)
        for texts in keys.values() if str(about) in named else ():
            if str(about) in texts or not of_kind:
                concerned.add(
                    tuple(_typed(register, name, text) for name, text in zip(register.key, texts, strict=True))
                )
    return concerned


def _set(register: Register, row: Row, touched: set[str], record: Mapping[str, Any], key: tuple[Source, ...]) -> None:
    for column in register.columns:
        for setter in column.setters:
            if not _is(setter, record) or setter.key != key:
                continue
            value = _typed(register, column.name, _value(setter.source, record))
            match column.law:
                case Law.LAST:
                    row[column.name] = value
                case Law.FIRST if column.name not in touched:
                    row[column.name] = value
                case Law.TOTAL:
                    row[column.name] += value or 0
                case Law.FIRST:
                    pass
            touched.add(column.name)


def _is(setter: Setter, record: Mapping[str, Any]) -> bool:
    return setter.fact.__name__ == str(record["name"])


def _value(source: Source, record: Mapping[str, Any]) -> Any:
    match source:
        case Field(name):
            return _field(record, name)
        case StartOfDay(name):
            day = _field(record, name)
            return day and datetime.combine(date.fromisoformat(day), time(), ZoneInfo("Europe/Copenhagen"))
        case Constant(value):
            return value
        case Header.SUBJECT:
            return _own(record)
        case Header.EFFECTIVE_FROM:
            return record["effective_from"] or record["recorded_at"]
        case Header():
            return record[source.value]


def _field(record: Mapping[str, Any], name: str) -> Any:
    """The field, or its default in a fact that was recorded before it had the field."""
    fact = FACTS[record["name"]]
    opened = fact.model_validate({**record["payload"], **dict.fromkeys(fact.personal, SEALED)})
    return opened.open_fields()[name]


def _own(record: Mapping[str, Any]) -> str:
    """The one text of the payload that names the header's subject."""
    return next(str(one) for one in record["payload"].values() if str(one).endswith(f":{record['subject']}"))


def _typed(register: Register, name: str, value: Any) -> Any:
    kind = register.table.c[name].type
    if not isinstance(value, str):
        return value
    match kind:
        case Uuid():
            return UUID(value[-36:])
        case DateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case Integer() | Boolean():
            raise AssertionError(f"{name} holds {value!r}")
        case _:
            return value
