"""Verifies the ledger, and that each register's table holds exactly the rows that the facts give."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, FromClause, Select, literal, select
from sqlalchemy.exc import DBAPIError

from domain.check import Check
from domain.stored_names import UnknownName
from projections.declare import Register
from projections.engine.build import set_bulk_limits
from projections.engine.compile import Bounds, Range, rows
from projections.engine.diff import Change, Difference, differences
from projections.engine.digest import digests
from projections.engine.faults import first_unreadable, is_temporary
from projections.engine.ledger_checks import LEDGER_CHECKS
from projections.engine.ledger_names import read_names
from projections.engine.register_tables import progress

DIFFERING_MAX = 10
"""Differing rows or positions reported by one check."""


def verify(connection: Connection, registers: Iterable[Register]) -> list[Check]:
    """Run every check of the ledger, and compare every register with it."""
    checks = verify_ledger(connection)
    return checks + [verify_register(connection, register) for register in registers]


def verify_ledger(connection: Connection) -> list[Check]:
    """The checks of the ledger itself: positions, times, stored names, subjects and commands."""
    set_bulk_limits(connection)
    checks = []
    for check in LEDGER_CHECKS:
        wrong = [str(place) for place in connection.execute(check.statement().limit(DIFFERING_MAX)).scalars()]
        detail = check.holds if not wrong else check.broken
        checks.append(Check(check.name, not wrong, detail, tuple(wrong)))
    return checks


def verify_register(connection: Connection, register: Register) -> Check:
    """Compare the live rows with the rows that the ledger gives at the register's position, in one snapshot.

    PostgreSQL compares their digests, and the rows only when the digests differ.
    """
    name = f"register {register.name}"
    built = connection.execute(select(progress.c.declaration).where(progress.c.name == register.name)).scalar()
    if built is None:
        return Check(name, ok=False, detail="the register is not established")
    if built != register.declaration:
        return Check(name, ok=False, detail="the register is declared otherwise than it was built: rebuild it")
    try:
        with connection.begin_nested():
            return _compared(connection, register, name)
    except UnknownName:
        return Check(name, ok=False, detail="not compared: a fact that it reads has no name in the database any more")
    except DBAPIError as error:
        if is_temporary(error):
            raise
        return _unreadable(connection, register, name)


def _compared(connection: Connection, register: Register, name: str) -> Check:
    live, expected = register.table.alias("live"), _expected(connection, register)
    of_live, of_ledger = digests(connection, register, _position(register).scalar_subquery(), live, expected)
    if of_live == of_ledger:
        return Check(name, ok=True, detail=f"as the ledger says at position {of_live.position}: {of_live}")
    differing = differences(connection, register, live, expected, DIFFERING_MAX)
    detail = f"not as the ledger says at position {of_live.position}: {of_live}, should be {of_ledger}"
    return Check(
        name, ok=False, detail=detail, differing=tuple(named(register, difference) for difference in differing)
    )


def _unreadable(connection: Connection, register: Register, name: str) -> Check:
    until = connection.execute(_position(register)).scalar_one()
    position = first_unreadable(connection, register, read_names(connection), Range(0, until))
    if position is None:
        return Check(name, ok=False, detail="rows of the register cannot be read: rebuild it")
    detail = "a record of the ledger is damaged, and the register cannot be compared with it"
    differing = (f"position {position}: a field of the payload cannot be read",)
    return Check(name, ok=False, detail=detail, differing=differing)


def _expected(connection: Connection, register: Register) -> FromClause:
    until = _position(register).scalar_subquery()
    return rows(register, read_names(connection), Bounds(literal(0), until)).subquery("expected")


def _position(register: Register) -> Select[int]:
    return select(progress.c.position).where(progress.c.name == register.name)


def named(register: Register, difference: Difference) -> str:
    """The key, and how a row of the register differs from the ledger's; never the values, which may be personal."""
    key = ", ".join(f"{name}={value}" for name, value in zip(register.key, difference.key, strict=True))
    match difference.change:
        case Change.ADDED:
            return f"{key}: missing in the register"
        case Change.REMOVED:
            return f"{key}: not in the ledger"
        case Change.CHANGED:
            return f"{key}: changed {', '.join(difference.columns)}"
