"""Checks a register's declaration when it is imported: a wrong one never reaches the database."""

from __future__ import annotations

import types
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from domain.errors import ErrorKind, RigsbogError
from domain.fact import Event
from domain.record import HEADER, SqlType
from domain.subject import SubjectId
from projections.sources import Constant, Header, Source, StartOfDay

Fitting = tuple[type[TypeEngine[Any]], ...]

SQL_TYPES: dict[SqlType, Fitting] = {
    SqlType.INSTANT: (DateTime,),
    SqlType.BIGINT: (BigInteger,),
    SqlType.TEXT: (Text,),
    SqlType.BYTES: (LargeBinary,),
    SqlType.UUID: (Uuid, Text),
}
HEADERS: dict[Header, Fitting] = {
    Header(column.name): SQL_TYPES[column.type] for column in HEADER if column.meaning is not None
}
SCALARS: tuple[tuple[type, Fitting], ...] = (
    (bool, (Boolean,)),
    (int, (Integer,)),
    (datetime, (DateTime,)),
    (date, (Date,)),
    (UUID, (Uuid,)),
    (str, (Text,)),
    (SubjectId, (Uuid, Text)),
    (tuple, (JSONB,)),
    (BaseModel, (JSONB,)),
)
"""The first that a field's type is a subclass of decides; BigInteger is a kind of Integer."""


class NotDeclarable(RigsbogError):
    """The declaration does not fit the facts or the table; the message says where, and what to correct."""

    kind = ErrorKind.CONFIGURATION


def check_column(where: str, fact: type[Event], source: Source, column: Column[Any], law: str) -> None:
    """Raise NotDeclarable unless the source fits the column and its law."""
    where = f"{where}, set by {fact.__name__}"
    fitting, may_be_empty = _fitting(where, fact, source)
    if not isinstance(column.type, fitting):
        raise NotDeclarable(f"{where}: {source} needs a column of type {_named(fitting)}, not {column.type!r}")
    if isinstance(column.type, DateTime) and not column.type.timezone:
        raise NotDeclarable(f"{where}: an instant needs a column with a time zone")
    if law == "first" and may_be_empty:
        raise NotDeclarable(f"{where}: {source} may be empty, and `first` takes only what never is; use `last`")
    if law == "total" and not isinstance(column.type, Integer):
        raise NotDeclarable(f"{where}: a total is a whole number")
    if column.nullable is (law == "total"):
        raise NotDeclarable(f"{where}: a total is never empty, and every other column may be until a fact sets it")


def check_key(where: str, fact: type[Event], key: Sequence[Source], columns: Sequence[Column[Any]]) -> None:
    """Raise NotDeclarable unless each part of the key fits its column; the first subject in it leads to its facts."""
    where = f"{where}, keyed by {fact.__name__}"
    if len(key) != len(columns):
        raise NotDeclarable(f"{where}: the key has {len(columns)} columns; name a source for each with `by` or `keys`")
    for source, column in zip(key, columns, strict=True):
        fitting, _ = _fitting(where, fact, source)
        if not isinstance(column.type, fitting):
            raise NotDeclarable(f"{where}: {source} needs a key of type {_named(fitting)}, not {column.type!r}")


def may_be_empty(fact: type[Event], source: Source) -> bool:
    """Whether the fact may leave the source empty."""
    return _fitting("", fact, source)[1]


def _fitting(where: str, fact: type[Event], source: Source) -> tuple[Fitting, bool]:
    if isinstance(source, Header):
        return HEADERS[source], source is Header.SEALED and not fact.personal
    if isinstance(source, Constant):
        if source.value is None:
            return (TypeEngine,), True
        return _of(where, (type(source.value),)), False
    classes, empty = _types(where, fact, source.name)
    if isinstance(source, StartOfDay):
        if classes != (date,):
            raise NotDeclarable(f"{where}: {source.name} is no day")
        return (DateTime,), empty
    return _of(where, classes), empty


def _of(where: str, classes: Sequence[type]) -> Fitting:
    for scalar, fitting in SCALARS:
        if all(issubclass(cls, scalar) for cls in classes):
            return (Text,) if scalar is SubjectId and len(classes) > 1 else fitting
    raise NotDeclarable(f"{where}: no column holds {', '.join(cls.__name__ for cls in classes)}")


def _types(where: str, fact: type[Event], name: str) -> tuple[tuple[type, ...], bool]:
    """The classes that an open field may hold, and whether it may be empty."""
    if name not in fact.model_fields:
        raise NotDeclarable(f"{where}: {fact.__name__} has no field {name}; it has {', '.join(fact.model_fields)}")
    if name in fact.personal:
        raise NotDeclarable(f"{where}: {name} is personal; a register carries it as SEALED and never open")
    classes = tuple(dict.fromkeys(_flat(fact.model_fields[name].annotation)))
    return tuple(cls for cls in classes if cls is not types.NoneType), types.NoneType in classes


def _flat(annotation: Any) -> list[type]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _flat(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [cls for part in get_args(annotation) for cls in _flat(part)]
    return [origin or annotation]


def _named(fitting: Fitting) -> str:
    return " or ".join(one.__name__ for one in fitting)


def subject_fields(fact: type[Event]) -> tuple[str, ...]:
    """The open fields that name whom the fact concerns, one subject or several."""
    fields = []
    for name, field in fact.model_fields.items():
        parts = [part for part in _parts(field.annotation) if part is not types.NoneType and part is not Ellipsis]
        if (
            name not in fact.personal | fact.deciders
            and parts
            and all(isinstance(part, type) and issubclass(part, SubjectId) for part in parts)
        ):
            fields.append(name)
    return tuple(fields)


def subject_kinds(fact: type[Event], source: Source) -> frozenset[str]:
    """The kinds of subject that the source may name; none for what names no subject."""
    name = next(iter(fact.model_fields)) if source is Header.SUBJECT else getattr(source, "name", None)
    if name not in subject_fields(fact):
        return frozenset()
    return frozenset(part.kind for part in _parts(fact.model_fields[name].annotation) if hasattr(part, "kind"))


def _parts(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (Annotated, None):
        return [annotation] if get_origin(annotation) is None else _parts(get_args(annotation)[0])
    return [found for part in get_args(annotation) for found in _parts(part)]
