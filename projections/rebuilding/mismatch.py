"""Says where a live table is not what the ledger says, and which facts say otherwise; never what the values are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from domain.errors import ErrorKind, RigsbogError
from projections.declare import Register
from projections.engine.diff import Change, Difference
from projections.engine.explain import Cause, explain
from projections.engine.subjects import key_subject
from projections.engine.verify import named
from projections.rebuilding.comparison import TWICE


@dataclass(frozen=True, slots=True)
class Explained:
    """One differing column of a row, and the fact by which it is what the ledger says; no fact when nothing set it.

    A row that is missing, or that no fact made, differs as a whole and names no column.
    """

    key: Mapping[str, str]
    column: str | None
    position: int | None = None
    fact: str | None = None
    actor: str | None = None
    authority: str | None = None
    legal_basis: str | None = None
    case: str | None = None

    def __str__(self) -> str:
        column = "" if self.column is None else f"{self.column}: "
        if self.fact is None:
            return f"{column}no fact"
        return f"{column}{self.fact} at position {self.position}, by {self.actor}, {self.legal_basis}"


class Mismatch(RigsbogError):
    """The live rows are not what the ledger says: nothing was swapped. The message names the first that differ."""

    kind = ErrorKind.DIFFERENT

    def __init__(
        self,
        register: Register,
        position: int,
        differing: tuple[str, ...],
        explained: tuple[tuple[Explained, ...], ...],
    ) -> None:
        self.register = register
        self.position = position
        self.differing = differing
        self.explained = tuple(one for row in explained for one in row)
        rows = zip(differing, explained, strict=True)
        told = "; ".join(f"{row} (in the ledger {', '.join(map(str, causes))})" for row, causes in rows) or TWICE
        super().__init__(
            f"{register.name}: the live rows are not what the ledger says at position {position}, and were not"
            f" replaced: {told}"
        )


def mismatch_of(connection: Connection, register: Register, position: int, found: Iterable[Difference]) -> Mismatch:
    """The error that says how the rows differ, each explained by the ledger as it stood at that position."""
    rows = list(found)
    return Mismatch(
        register,
        position,
        tuple(named(register, one) for one in rows),
        tuple(_explained(connection, register, position, one) for one in rows),
    )


def _explained(
    connection: Connection, register: Register, position: int, difference: Difference
) -> tuple[Explained, ...]:
    key = dict(zip(register.key, difference.key, strict=True))
    written = {name: str(value) for name, value in key.items()}
    if difference.change is Change.REMOVED:
        return (Explained(written, None),)
    about = key_subject(register, key)
    columns = {one.name for one in register.columns}
    causes = {
        name: explain(connection, register, about, name, key=key, position=position)
        for name in difference.columns
        if name in columns
    }
    if difference.change is Change.CHANGED:
        return tuple(_told(written, name, found[-1] if found else None) for name, found in causes.items())
    made = sorted((one for found in causes.values() for one in found), key=lambda one: one.position)
    return (_told(written, None, made[0] if made else None),)


def _told(key: Mapping[str, str], column: str | None, cause: Cause | None) -> Explained:
    if cause is None:
        return Explained(key, column)
    return Explained(
        key, column, cause.position, cause.fact, cause.actor, cause.authority, cause.legal_basis, cause.case
    )
