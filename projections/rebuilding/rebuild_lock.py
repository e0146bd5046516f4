"""One rebuild of a register at a time, and no swap before every reader can see the new table whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import OperationalError

from domain.errors import ErrorKind, RigsbogError
from migrations.advisory_locks import AdvisoryLock
from projections.declare import Register

BUSY_AFTER_MILLISECONDS = 3_000
"""A killed rebuild's lock is gone within this time: the server looks each second whether its caller still lives."""
LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK = "40P01"


class RebuildBusy(RigsbogError):
    """Others are in the way: another rebuild of the same register, or readers who do not finish. Try again later."""

    kind = ErrorKind.BUSY


@contextmanager
def rebuild_lock(engine: Engine, register: Register) -> Iterator[Connection]:
    """A connection that holds the register's rebuild to itself, until it closes or its process dies.

    Raises RebuildBusy while another does.
    """
    connection = engine.connect()
    # Never lent again: the lock ends with the connection, whatever happens to us.
    connection.detach()
    try:
        with connection.begin():
            connection.execute(text("set client_connection_check_interval = '1s'"))
            connection.execute(select(func.set_config("lock_timeout", str(BUSY_AFTER_MILLISECONDS), True)))  # noqa: FBT003 - its signature
            try:
                connection.execute(select(func.pg_advisory_lock(AdvisoryLock.REBUILD, _number(register.name))))
            except OperationalError as error:
                if not in_the_way(error):
                    raise
                raise RebuildBusy(f"{register.name} is being rebuilt by another. Try again later.") from error
        yield connection
    finally:
        connection.close()


def be_known(connection: Connection) -> None:
    """Let the transaction be known as a rebuild's own, which waits for no rebuild and for which none waits."""
    connection.execute(select(func.pg_advisory_xact_lock_shared(AdvisoryLock.REBUILD, 0)))


def in_the_way(error: OperationalError) -> bool:
    """Whether the statement failed only because others held what it needed."""
    return getattr(error.orig, "sqlstate", None) in (LOCK_NOT_AVAILABLE, DEADLOCK)


def open_readings(connection: Connection) -> frozenset[str]:
    """The transactions that at this moment read as of some moment; those of rebuilds, who read no register, aside.

    One that began before a shadow was whole, and looks it up after the swap, would see it half: the name leads to the
    new table, whose rows are not there as of that moment. So a swap waits until all that were open have ended.
    """
    found = text(
        "select l.virtualtransaction from pg_locks l join pg_stat_activity a using (pid)"
        " where l.locktype = 'virtualxid' and l.granted and a.datname = current_database()"
        " and a.backend_xmin is not null and a.usesysid is not null and l.pid <> pg_backend_pid()"
        " and l.pid not in (select pid from pg_locks where locktype = 'advisory' and classid = :rebuilds"
        " and database = (select oid from pg_database where datname = current_database()))"
    )
    return frozenset(connection.execute(found, {"rebuilds": AdvisoryLock.REBUILD}).scalars())


def still_open(connection: Connection, readings: frozenset[str]) -> bool:
    """Whether any of those transactions has not ended; those that wait for a row aside.

    Who only reads never waits for a row: it is a follower that a swap holds, and it looks anew when it goes on.
    """
    if not readings:
        return False
    found = text(
        "select exists (select from pg_locks l where l.virtualtransaction = any (:readings) and not exists"
        " (select from pg_locks w where w.pid = l.pid and not w.granted and w.locktype in ('tuple', 'transactionid')))"
    )
    return bool(connection.execute(found, {"readings": sorted(readings)}).scalar_one())


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], signed=True)
