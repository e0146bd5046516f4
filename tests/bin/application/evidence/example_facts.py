"""Examples of every stored fact, drawn from the types of its fields: with every field, and with as few as can be."""

from __future__ import annotations

import types
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from domain.fact import SEALED, Event, Sealed
from domain.identity.cpr import CprNumber
from domain.identity.cvr import CvrNumber
from domain.identity.names import Address, PersonName
from domain.identity.uncertain_day import UncertainDay

UUID_SHOWN = UUID("0a0b0c0d-0000-4000-8000-0000000000ff")
VALUES: dict[Any, Any] = {
    str: "en tekst",
    int: 7,
    date: date(2026, 4, 22),
    datetime: datetime(2026, 4, 22, 7, tzinfo=UTC),
    UUID: UUID_SHOWN,
    UncertainDay: UncertainDay(1990, 1, 1),
    PersonName: PersonName(given="Anna", family="Prøvehansen"),
    Address: Address(street="Elmevej 3", postal_code="5000", city="Odense C"),
    CprNumber: CprNumber("6101900001"),
    CvrNumber: CvrNumber("99999993"),
}


def example(fact: type[Event], *, whole: bool, nth: int = 0) -> Event:
    """A fact with every field, or with those only that it cannot lack; the nth value of each enumeration."""
    fields = {name: _value(field.annotation, whole, nth) for name, field in fact.model_fields.items()}
    if not whole:
        fields |= dict.fromkeys(fact.personal, SEALED)
    return fact.model_construct(**fields)


def enumerations(annotation: Any) -> set[type[Enum]]:
    """Every enumeration that a field of this type may hold."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {annotation}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return set().union(*(enumerations(field.annotation) for field in annotation.model_fields.values()))
    return set().union(*map(enumerations, get_args(annotation)))


def _value(annotation: Any, whole: bool, nth: int) -> Any:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        given = next(part for part in parts if part not in (types.NoneType, Sealed))
        return None if not whole and types.NoneType in parts else _value(given, whole, nth)
    if origin is tuple:
        return (_value(parts[0], whole, nth),) if whole else ()
    if origin is Literal:
        return parts[0]
    return _value(parts[0], whole, nth) if parts else _plain(annotation, whole, nth)


def _plain(annotation: type[Any], whole: bool, nth: int) -> Any:
    if annotation is bool:
        return whole
    if annotation in VALUES:
        return VALUES[annotation]
    if issubclass(annotation, Enum):
        members = list(annotation)
        return members[nth % len(members)]
    if issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return annotation.model_construct(**{name: _value(field.annotation, whole, nth) for name, field in fields})
    return annotation(UUID_SHOWN)
