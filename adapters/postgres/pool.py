"""A pool of connections, each in the role that its work needs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from adapters.postgres.database import DatabaseUnavailable, Role, connect, with_options

# The pool logs each failed attempt on standard error; this module raises one error for all of them.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)

POOL_MAX = 10
CONNECTION_DEADLINE_SECONDS = 30.0
ATTEMPTS_MAX = 3
CONNECTION_LOST = ("08", "57P")
"""SQLSTATE classes after which nobody knows whether a commit took place."""

KEY_LOOKUPS = {
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""Writers only ever look keys up by an index: the planner must not guess otherwise before it has statistics, and need
not think again for each append, which would cost more than the append."""


class Pool:
    """A pool of autocommit connections; a broken one is replaced, never used again."""

    def __init__(self, url: str, role: Role | None, *, key_lookups: bool = False) -> None:
        self.conninfo = with_options(url, role, KEY_LOOKUPS if key_lookups else None)
        self._url, self._role, self._reached = url, role, False
        self._pool = ConnectionPool(
            self.conninfo,
            kwargs={"autocommit": True},
            min_size=0,
            max_size=POOL_MAX,
            timeout=CONNECTION_DEADLINE_SECONDS,
            open=True,
        )

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """One connection in autocommit, given back at the end of the with statement.

        Raises DatabaseUnavailable: at once when the database was never reached, since waiting mends no wrong address,
        role or password; after 30 seconds when it was, since a server that restarts comes back.
        """
        if not self._reached:
            self._reach()
        try:
            with self._pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            self._reach()
            raise DatabaseUnavailable(
                f"All connections were in use for {CONNECTION_DEADLINE_SECONDS:.0f} seconds: try again in a moment."
            ) from error
        except psycopg.OperationalError:
            if connection.closed:
                # What broke one has likely broken all: look before the next is used.
                self._pool.check()
            raise

    def _reach(self) -> None:
        """Connect by ourselves, since the pool keeps the cause of its failures to itself."""
        connect(self._url, self._role).close()
        self._reached = True

    def close(self) -> None:
        self._pool.close()


def ask(
    pool: Pool,
    statement: str,
    parameters: Sequence[Any] | Mapping[str, Any] = (),
    *,
    binary: bool = False,
) -> list[TupleRow]:
    """The rows of a statement that may run twice: it runs again when the connection breaks.

    `binary` has them sent as they are, which is quicker for long bytes.
    Raises DatabaseUnavailable when the connection breaks again and again.
    """
    for attempt in range(ATTEMPTS_MAX):
        try:
            with pool.connection() as connection:
                cursor = connection.execute(statement, parameters, binary=binary)
                return cursor.fetchall() if cursor.description else []
        except psycopg.OperationalError as error:
            if not is_lost(error):
                raise
            if attempt == ATTEMPTS_MAX - 1:
                raise DatabaseUnavailable("The database cannot be reached: the connection broke.") from error
    raise AssertionError("the last attempt returns or raises")


def is_lost(error: psycopg.OperationalError) -> bool:
    """Whether the connection broke, so that nobody knows what became of the statement."""
    return error.sqlstate is None or error.sqlstate.startswith(CONNECTION_LOST)
