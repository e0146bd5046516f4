"""Reads stored rows by position, and goes on where one of them is so damaged that the database cannot read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
from psycopg.errors import ProgramLimitExceeded
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

ROWS_A_CHUNK = 50
"""Few, so that the next ones are in the socket when these are done: the server stops when the socket is full."""
CHUNKS_SINCE = 170_000
"""The version of libpq that hands over more than one row at a time."""
SAVEPOINT = "rigsbog_reading"


def stream(connection: psycopg.Connection[Any], statement: LiteralString, after: int, until: int) -> Iterator[TupleRow]:
    """Rows of the statement with positions in (after, until], while the server reads on; the position comes first.

    A row that cannot be read is its position alone. Until the last row is taken, the connection can do nothing else.
    """
    size = ROWS_A_CHUNK if psycopg.pq.version() >= CHUNKS_SINCE else 1
    last = after
    in_transaction = _set_savepoint(connection)
    try:
        for row in connection.cursor().stream(statement, {"after": after, "until": until}, size=size):
            last = row[0]
            yield row
        _release(connection, in_transaction=in_transaction)
    except (psycopg.DatabaseError, UnicodeDecodeError) as error:
        _raise_unless_damaged(error)
        _roll_back(connection, in_transaction=in_transaction)
        yield from _halves(connection, statement, last, until)


def _halves(
    connection: psycopg.Connection[Any], statement: LiteralString, after: int, until: int
) -> Iterator[TupleRow]:
    """The same rows, read again by halves of the range until each damaged row is alone."""
    if after >= until:
        return
    in_transaction = _set_savepoint(connection)
    try:
        rows = connection.execute(statement, {"after": after, "until": until}).fetchall()
    except (psycopg.DatabaseError, UnicodeDecodeError) as error:
        _raise_unless_damaged(error)
        _roll_back(connection, in_transaction=in_transaction)
    else:
        _release(connection, in_transaction=in_transaction)
        yield from rows
        return
    if until == after + 1:
        yield (until,)
        return
    middle = (after + until) // 2
    yield from _halves(connection, statement, after, middle)
    yield from _halves(connection, statement, middle, until)


def _set_savepoint(connection: psycopg.Connection[Any]) -> bool:
    """Set a savepoint inside a transaction, which a failed statement would end; return whether there is one."""
    if connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE:
        return False
    connection.execute(f"savepoint {SAVEPOINT}")
    return True


def _roll_back(connection: psycopg.Connection[Any], *, in_transaction: bool) -> None:
    if in_transaction:
        connection.execute(f"rollback to savepoint {SAVEPOINT}")
        connection.execute(f"release savepoint {SAVEPOINT}")


def _release(connection: psycopg.Connection[Any], *, in_transaction: bool) -> None:
    """Go back to the caller's own transaction: the ledger's guards refuse writes in a part of one."""
    if in_transaction:
        connection.execute(f"release savepoint {SAVEPOINT}")


def _raise_unless_damaged(error: Exception) -> None:
    """Raise the error again when it does not concern the rows: a lost connection, a cancelled statement."""
    if isinstance(error, psycopg.OperationalError) and not isinstance(error, ProgramLimitExceeded):
        raise error
