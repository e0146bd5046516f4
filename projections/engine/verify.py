"""Verifies registers and ledger: that what stands in the tables is what the facts say, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, Select, func, literal, select
from sqlalchemy.sql.expression import literal_column

from projections.declare import Register
from projections.engine.build import set_bulk_limits
from projections.engine.compile import Bounds, rows
from projections.engine.diff import Change, Difference, differences
from projections.engine.ledger_checks import LEDGER_CHECKS
from projections.engine.ledger_names import read_names
from projections.engine.register_tables import progress

SEEDS = (0, 7236556)
"""Two hashes of 64 bits each, so that two different registers hardly ever look alike by chance."""
DIFFERING_MAX = 10
"""Differing rows or positions named of one check."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was verified, how it came out, and the first places where it did not hold."""

    name: str
    ok: bool
    detail: str
    differing: tuple[str, ...] = ()


def verify(connection: Connection, registers: Iterable[Register]) -> list[Check]:
    """Every check of the ledger, and every register beside the ledger."""
    checks = verify_ledger(connection)
    return checks + [verify_register(connection, register) for register in registers]


def verify_ledger(connection: Connection) -> list[Check]:
    """The checks of the ledger itself: positions, times, stored names, subjects and commands."""
    set_bulk_limits(connection)
    found = []
    for check in LEDGER_CHECKS:
        wrong = [str(one) for one in connection.execute(check.statement().limit(DIFFERING_MAX)).scalars()]
        detail = check.holds if not wrong else check.broken
        found.append(Check(check.name, not wrong, detail, tuple(wrong)))
    return found


def verify_register(connection: Connection, register: Register) -> Check:
    """The live rows beside the rows that the ledger gives up to the register's own position, in one snapshot.

    Digests are compared inside PostgreSQL; only when they differ are the rows themselves.
    """
    name = f"register {register.name}"
    built = connection.execute(select(progress.c.declaration).where(progress.c.name == register.name)).scalar()
    if built is None:
        return Check(name, ok=False, detail="the register is not established")
    if built != register.declaration:
        return Check(name, ok=False, detail="the register is declared otherwise than it was built: rebuild it")
    set_bulk_limits(connection)
    live = register.table.alias("live")
    told = _told(connection, register)
    digests = [_digest(register, relation) for relation in (live, told)]
    both = select(*(one.scalar_subquery() for one in digests), _position(register).scalar_subquery())
    found = connection.execute(both).one()
    of_live, of_ledger, position = found[0], found[1], found[2]
    if of_live == of_ledger:
        return Check(name, ok=True, detail=f"as the ledger says at position {position}: {of_live}")
    differing = differences(connection, register, live, told, DIFFERING_MAX)
    detail = f"not as the ledger says at position {position}: {of_live} rows and digest, should be {of_ledger}"
    return Check(name, ok=False, detail=detail, differing=tuple(named(register, one) for one in differing))


def _told(connection: Connection, register: Register) -> FromClause:
    until = _position(register).scalar_subquery()
    return rows(register, read_names(connection), Bounds(literal(0), until)).subquery("told")


def _position(register: Register) -> Select[tuple[int]]:
    return select(progress.c.position).where(progress.c.name == register.name)


def _digest(register: Register, relation: FromClause) -> Select[Any]:
    """How many rows, and the sums of two hashes of each: the same in whatever order they come."""
    whole = func.row(*(relation.c[column.name] for column in register.table.columns))
    sums = [func.coalesce(func.sum(func.hash_record_extended(whole, literal(seed))), 0) for seed in SEEDS]
    return select(func.concat_ws(literal_column("'/'"), func.count(), *sums)).select_from(relation)


def named(register: Register, difference: Difference) -> str:
    """The key and how a row of the register differs from the ledger's; never the values, which may be somebody's."""
    key = ", ".join(f"{name}={value}" for name, value in zip(register.key, difference.key, strict=True))
    match difference.change:
        case Change.ADDED:
            return f"{key}: missing in the register"
        case Change.REMOVED:
            return f"{key}: not in the ledger"
        case Change.CHANGED:
            return f"{key}: changed {', '.join(difference.columns)}"
