"""Which kinds of subject a register has rows about: those that its keys name, and those that other fields name."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from domain.fact import Event
from domain.subject import KINDS, SubjectId, subject
from projections.check import subject_fields, subject_kinds
from projections.columns import Row
from projections.declare import Register
from projections.sources import Field


@cache
def askable(register: Register) -> tuple[str, ...]:
    """The kinds of subject that the facts of the register name, in order; no other kind can have a row."""
    return tuple(sorted(set().union(*(_named(fact) for fact in register.facts))))


@cache
def facts_outside_key(register: Register, kind: str) -> tuple[type[Event], ...]:
    """The facts that name a subject of that kind in a field that is not part of the row's key.

    A fact whose key has that kind is left out: a designation that another one replaces does not change the other's row.
    When `begins` names the facts that make a row, only those are returned.
    """
    facts = register.begins or register.facts
    return tuple(fact for fact in facts if kind in _named(fact) and kind not in _keyed(register, fact))


@cache
def key_subject_column(register: Register) -> str:
    """The first key column that names a subject in every fact: that subject's index finds all records of the row."""
    for place, name in enumerate(register.key):
        if all(subject_kinds(fact, key[place]) for fact in register.facts for key in register.keys_of(fact)):
            return name
    raise AssertionError(f"{register.name}: no column of its key names a subject")


def key_subject(register: Register, row: Row) -> SubjectId:
    """The subject whose index finds all records of the row: the first that its key names."""
    name = key_subject_column(register)
    value = row[name]
    if not isinstance(value, UUID):
        return subject(value)
    return KINDS[_kind_of(register, name)](value)


@cache
def _kind_of(register: Register, column: str) -> str:
    """The kind of the subjects that a key column of uuids names."""
    place = register.key.index(column)
    kinds = {
        kind for fact in register.facts for key in register.keys_of(fact) for kind in subject_kinds(fact, key[place])
    }
    assert len(kinds) == 1, f"{register.name}: a key of one uuid names subjects of one kind"
    return kinds.pop()


def _named(fact: type[Event]) -> frozenset[str]:
    return frozenset().union(*(subject_kinds(fact, Field(name)) for name in subject_fields(fact)))


def _keyed(register: Register, fact: type[Event]) -> frozenset[str]:
    parts = [source for key in register.keys_of(fact) for source in key]
    return frozenset().union(*(subject_kinds(fact, source) for source in parts))
