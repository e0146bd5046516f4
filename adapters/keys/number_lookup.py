"""Finds the subject of a CPR or CVR number; the row that leads to it is deleted at erasure.

A number's subject is random, so the records about it cannot be found from the number once its row is gone. The row
holds the number only as a keyed index, and a message authentication code, so that nobody without the key can make or
change one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.keys.vault import Vault
from adapters.postgres.pool import Pool, ask
from domain.errors import ErrorKind, RigsbogError
from domain.fact import Event
from domain.subject import KINDS, SubjectId

MAC = "number"
"""The purpose of the key of the authentication codes."""


class NumberRowAltered(RigsbogError):
    """A row of vault.number was changed outside Rigsbog: restore the table from a backup, and find out who did it."""

    kind = ErrorKind.CORRUPT


@dataclass(frozen=True, slots=True)
class NumberKey:
    """By what a number is looked up."""

    kind: str
    """The kind of its subject: `cpr` or `cvr`."""
    index: UUID
    """The keyed index of the number."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """The row that leads from a number to its subject."""

    key: NumberKey
    subject: SubjectId
    mac: UUID


def number_key(vault: Vault, kind: str, number: str) -> NumberKey:
    """By what a valid number is looked up; the number itself is not stored."""
    return NumberKey(kind, vault.index(kind, number))


def number_rows(vault: Vault, facts: Iterable[Event]) -> Iterator[NumberRow]:
    """The rows that must exist when these facts are recorded."""
    for fact in facts:
        for field, number in fact.numbers.items():
            subject, value = getattr(fact, field), getattr(fact, number)
            key = number_key(vault, subject.kind, value.value)
            yield NumberRow(key, subject, _mac(vault, key, subject.uuid))


class Numbers:
    def __init__(self, connections: Pool, vault: Vault) -> None:
        self._connections = connections
        self._vault = vault

    def subjects(self, keys: Iterable[NumberKey]) -> Mapping[NumberKey, SubjectId]:
        """The subjects of the numbers that have one. Raises NumberRowAltered."""
        wanted = {key.index: key for key in keys}
        rows = ask(
            self._connections,
            "select number_index, subject, mac from vault.number where number_index = any (%s)",
            [list(wanted)],
        )
        found: dict[NumberKey, SubjectId] = {}
        for index, uuid, mac in rows:
            key = wanted[index]
            if mac != _mac(self._vault, key, uuid):
                raise NumberRowAltered
            found[key] = KINDS[key.kind](uuid)
        return found


def delete_numbers(connections: Pool, subjects: Iterable[SubjectId]) -> None:
    """Delete the rows that lead to the subjects; needs the owner's role."""
    with connections.connection() as connection:
        connection.execute("delete from vault.number where subject = any (%s)", [[each.uuid for each in subjects]])


def _mac(vault: Vault, key: NumberKey, subject: UUID) -> UUID:
    return vault.index(MAC, f"{key.kind} {key.index} {subject}")
