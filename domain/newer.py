"""Reads facts that a newer version of the software recorded, so that software can be rolled back.

A newer version may have added an enumeration value, a field, or a fact. Such a fact is read and shown as it is stored.
No decision is made on it, because it would be a guess (docs/decisions/0018).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from domain.command import Refused
from domain.errors import ErrorKind
from domain.fact import SEALED, Event
from domain.subject import EntryId, SubjectId

E = TypeVar("E", bound=Event)
GROWN = frozenset({"enum", "literal_error", "extra_forbidden"})
"""How pydantic calls what a stored form may gain later: a value of an enumeration, and a field."""


class WrittenByNewerVersion(Refused):
    """A newer version of Rigsbog recorded a fact on which this depends, and this version does not know what it means.
    Nothing was decided or recorded. Upgrade, and send the same command again. The fact is at this position:
    """

    kind = ErrorKind.UNAVAILABLE


class NewerFact(Event):
    """A fact of which this version knows no more than what is stored."""

    protected = True

    subject: SubjectId

    def open_fields(self) -> dict[str, Any]:
        """As they are stored."""
        return dict(self.newer)


def fact_of(fact: type[Event], stored: Mapping[str, Any], personal: Mapping[str, Any]) -> Event:
    """The fact of its stored open fields and of its personal ones, decrypted or SEALED.

    What only a newer version knows of it is in its `newer`. Raises ValidationError for what no version recorded so.
    """
    values = {**stored, **personal}
    try:
        return fact.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        if any(fault["type"] not in GROWN for fault in faults):
            raise
        unknown = {str(fault["loc"][0]) for fault in faults}
    fields = {
        name: value if name in unknown else _field(fact, name).validate_python(value)
        for name, value in values.items()
        if name in fact.model_fields
    }
    newer = {name: values[name] if name in stored else SEALED for name in values if name in unknown}
    return _with_newer(fact.model_construct(**fields), newer)


def newer_names(fact: type[Event], stored: Mapping[str, Any]) -> tuple[str, ...]:
    """The open fields of a stored fact that hold what only a newer version knows; none of a damaged fact."""
    if fact is NewerFact:
        return tuple(stored)
    try:
        return tuple(fact_of(fact, stored, dict.fromkeys(fact.personal, SEALED)).newer)
    except ValidationError:
        return ()


def newer_fact(subject: SubjectId, stored: Mapping[str, Any]) -> NewerFact:
    """A fact whose stored name this version does not know."""
    return _with_newer(NewerFact.model_construct(subject=subject), stored)


def check_known(event: Event, subject: SubjectId, position: int) -> None:
    """Raise WrittenByNewerVersion when a state of the subject depends on what only a newer version knows of the fact.

    A fact that is unknown as a whole is first of all about its own subject, and an entry about its party.
    """
    if isinstance(event, NewerFact):
        depends = event.own_subject == subject or event.own_subject.kind == EntryId.kind
    else:
        depends = bool(event.newer)
    if depends:
        raise WrittenByNewerVersion(position)


@lru_cache
def _field(fact: type[Event], name: str) -> TypeAdapter[Any]:
    field = fact.model_fields[name]
    annotation: Any = field.annotation
    return TypeAdapter(Annotated[annotation, *field.metadata] if field.metadata else annotation)


def _with_newer(event: E, newer: Mapping[str, Any]) -> E:
    object.__setattr__(event, "__pydantic_extra__", dict(newer))
    return event
