"""Allows one rebuild of a register at a time, and finds the readers that a swap must wait for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import OperationalError

from domain.errors import ErrorKind, RigsbogError
from migrations.advisory_locks import AdvisoryLock
from projections.declare import Register
from projections.engine.build import set_local

BUSY_AFTER_MILLISECONDS = 3_000
"""The server releases a killed rebuild's lock within this time: it checks each second that the client is connected."""
LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK = "40P01"


class RebuildBusy(RigsbogError):
    """Another rebuild of the register runs, or readers do not finish: try again later."""

    kind = ErrorKind.BUSY


@contextmanager
def rebuild_lock(engine: Engine, register: Register) -> Iterator[Connection]:
    """A connection that holds the register's rebuild lock until it closes or its process ends.

    Raises RebuildBusy while another process holds it.
    """
    connection = engine.connect()
    # Never returned to the pool: the lock ends with the connection.
    connection.detach()
    try:
        with connection.begin():
            connection.execute(text("set client_connection_check_interval = '1s'"))
            set_local(connection, lock_timeout=str(BUSY_AFTER_MILLISECONDS))
            try:
                connection.execute(select(func.pg_advisory_lock(AdvisoryLock.REBUILD, _number(register.name))))
            except OperationalError as error:
                if not in_the_way(error):
                    raise
                raise RebuildBusy(f"{register.name} is being rebuilt by another. Try again later.") from error
        yield connection
    finally:
        connection.close()


def mark_as_rebuild(connection: Connection) -> None:
    """Mark the transaction as a rebuild's: swaps do not wait for it."""
    connection.execute(select(func.pg_advisory_xact_lock_shared(AdvisoryLock.REBUILD, 0)))


def in_the_way(error: OperationalError) -> bool:
    """Whether the statement failed only because another transaction held a lock."""
    return getattr(error.orig, "sqlstate", None) in (LOCK_NOT_AVAILABLE, DEADLOCK)


def open_readings(connection: Connection) -> frozenset[str]:
    """The transactions that hold a snapshot now, except those of rebuilds, which read no register.

    A transaction whose snapshot is older than the shadow's last rows, and that reads the register after the swap, would
    miss those rows: the name is the new table's. So a swap waits until all open transactions have ended.
    """
    statement = text(
        "select l.virtualtransaction from pg_locks l join pg_stat_activity a using (pid)"
        " where l.locktype = 'virtualxid' and l.granted and a.datname = current_database()"
        " and a.backend_xmin is not null and a.usesysid is not null and l.pid <> pg_backend_pid()"
        " and l.pid not in (select pid from pg_locks where locktype = 'advisory' and classid = :rebuilds"
        " and database = (select oid from pg_database where datname = current_database()))"
    )
    return frozenset(connection.execute(statement, {"rebuilds": AdvisoryLock.REBUILD}).scalars())


def still_open(connection: Connection, readings: frozenset[str]) -> bool:
    """Whether any of those transactions is still open, except those that wait for a row.

    A reader never waits for a row. One that does is a follower that the swap blocks; it reads again when it continues.
    """
    if not readings:
        return False
    statement = text(
        "select exists (select from pg_locks l where l.virtualtransaction = any (:readings) and not exists"
        " (select from pg_locks w where w.pid = l.pid and not w.granted and w.locktype in ('tuple', 'transactionid')))"
    )
    return bool(connection.execute(statement, {"readings": sorted(readings)}).scalar_one())


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], signed=True)
