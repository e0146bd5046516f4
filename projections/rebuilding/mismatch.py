"""Reports where a live table differs from the ledger, and the facts that prove it; never the values."""

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
    """One differing column of a row, and the fact that sets it in the ledger; no fact when none does.

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
    """The rows differ from the ledger, and nothing was swapped: find the cause of the first difference."""

    kind = ErrorKind.DIFFERENT

    def __init__(
        self,
        register: Register,
        position: int,
        differing: tuple[str, ...],
        explained: tuple[tuple[Explained, ...], ...],
        *,
        of: str,
        left: str,
    ) -> None:
        """`of` says whose rows differ, `left` what was not done therefore."""
        self.register = register
        self.position = position
        self.differing = differing
        self.explained = tuple(explanation for row in explained for explanation in row)
        rows = zip(differing, explained, strict=True)
        reasons = "; ".join(f"{row} (in the ledger {', '.join(map(str, causes))})" for row, causes in rows) or TWICE
        super().__init__(
            f"{register.name}: the {of} rows are not what the ledger says at position {position}, and {left}: {reasons}"
        )


def mismatch_of(
    connection: Connection,
    register: Register,
    position: int,
    differing: Iterable[Difference],
    *,
    of: str = "live",
    left: str = "were not replaced",
) -> Mismatch:
    """The error for differing rows, each explained by the ledger as of that position."""
    rows = list(differing)
    return Mismatch(
        register,
        position,
        tuple(named(register, row) for row in rows),
        tuple(_explained(connection, register, position, row) for row in rows),
        of=of,
        left=left,
    )


def _explained(
    connection: Connection, register: Register, position: int, difference: Difference
) -> tuple[Explained, ...]:
    key = dict(zip(register.key, difference.key, strict=True))
    written = {name: str(value) for name, value in key.items()}
    if difference.change is Change.REMOVED:
        return (Explained(written, None),)
    about = key_subject(register, key)
    columns = {column.name for column in register.columns}
    causes = {
        name: explain(connection, register, about, name, key=key, position=position)
        for name in difference.columns
        if name in columns
    }
    if difference.change is Change.CHANGED:
        return tuple(_by_cause(written, name, setters[-1] if setters else None) for name, setters in causes.items())
    setters = sorted((cause for of_column in causes.values() for cause in of_column), key=lambda cause: cause.position)
    return (_by_cause(written, None, setters[0] if setters else None),)


def _by_cause(key: Mapping[str, str], column: str | None, cause: Cause | None) -> Explained:
    if cause is None:
        return Explained(key, column)
    return Explained(
        key, column, cause.position, cause.fact, cause.actor, cause.authority, cause.legal_basis, cause.case
    )
