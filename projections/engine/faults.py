"""Finds the record that a register cannot hold, when PostgreSQL refuses a range of records."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, literal, select
from sqlalchemy.exc import DBAPIError, OperationalError

from domain.stored_names import Names
from projections.declare import Register
from projections.engine import ledger_tables as ledger
from projections.engine.compile import Range, rows


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a record cannot be applied: its position and fact, and PostgreSQL's message."""

    position: int
    fact: str
    cause: str


def is_temporary(error: DBAPIError) -> bool:
    """Whether the statement failed for a reason outside the records, such as a lock timeout or a lost connection."""
    return isinstance(error, OperationalError) or error.connection_invalidated


def failure_at(connection: Connection, names: Names, position: int, error: DBAPIError) -> Failure:
    number = connection.execute(select(ledger.record.c.fact).where(ledger.record.c.position == position)).scalar_one()
    cause = getattr(getattr(error.orig, "diag", None), "message_primary", None) or str(error.orig)
    return Failure(position, names.fact_named(number), cause)


def first_unreadable(connection: Connection, register: Register, names: Names, bounds: Range) -> int | None:
    """Find, by halving, the first record of the range that no row can be computed from; None when there is none."""
    after, until = bounds.after, bounds.until
    while until - after > 1:
        middle = (after + until) // 2
        if _readable(connection, register, names, Range(after, middle)):
            after = middle
        else:
            until = middle
    return None if _readable(connection, register, names, Range(after, until)) else until


def _readable(connection: Connection, register: Register, names: Names, bounds: Range) -> bool:
    """Whether the rows of the range can be computed; hashing them makes PostgreSQL compute every value."""
    made = rows(register, names, bounds).subquery("made")
    try:
        with connection.begin_nested():
            connection.execute(select(func.count(func.hash_record_extended(func.row(*made.c), literal(0)))))
    except DBAPIError as error:
        if is_temporary(error):
            raise
        return False
    return True
