"""Compares a register between two positions: which rows were added, removed or changed, and in which columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, func, or_, select

from projections.columns import Row
from projections.declare import Register
from projections.engine.build import set_bulk_limits
from projections.engine.compile import Range, rows
from projections.engine.ledger_names import read_names

ROWS_MAX = 1_000
"""Differing rows shown of one comparison."""


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs: its key, and for each differing column the value before and after."""

    key: tuple[Any, ...]
    change: Change
    columns: Mapping[str, tuple[Any, Any]]
    row: Row
    """The whole row, as it was before unless it was added: it names whom the difference is about."""


def diff(
    connection: Connection, register: Register, earlier: int, later: int, limit: int = ROWS_MAX
) -> list[Difference]:
    """How the register at position `later` differs from itself at `earlier`: the first `limit` rows by key."""
    set_bulk_limits(connection)
    names = read_names(connection)
    before = rows(register, names, Range(0, earlier)).subquery("earlier")
    after = rows(register, names, Range(0, later)).subquery("later")
    return list(differences(connection, register, before, after, limit))


def differences(
    connection: Connection, register: Register, before: FromClause, after: FromClause, limit: int
) -> Iterator[Difference]:
    """The first rows by key that only one relation has, or that differ between the two."""
    width = len(register.table.columns)
    for row in connection.execute(_differing(register, before, after, limit)):
        left, right = row[:width], row[width : 2 * width]
        yield _difference(register, left, right)


def _differing(register: Register, before: FromClause, after: FromClause, limit: int) -> Select[Any]:
    names = register.table.columns.keys()
    same_key = and_(*(before.c[name] == after.c[name] for name in register.key))
    unequal = or_(*(before.c[name].is_distinct_from(after.c[name]) for name in names))
    both = before.outerjoin(after, same_key, full=True)
    chosen = select(*(before.c[name] for name in names), *(after.c[name] for name in names)).select_from(both)
    keys = [func.coalesce(before.c[name], after.c[name]) for name in register.key]
    return chosen.where(unequal).order_by(*keys).limit(limit)


def _difference(register: Register, left: Sequence[Any], right: Sequence[Any]) -> Difference:
    names = register.table.columns.keys()
    before, after = dict(zip(names, left, strict=True)), dict(zip(names, right, strict=True))
    first = register.key[0]
    change = Change.CHANGED
    if before[first] is None or after[first] is None:
        change = Change.ADDED if before[first] is None else Change.REMOVED
    known = after if change is Change.ADDED else before
    columns = {name: (before[name], after[name]) for name in names if before[name] != after[name]}
    return Difference(tuple(known[name] for name in register.key), change, columns, known)
