"""Brings a database to this version of Rigsbog: schema, roles, stored names, registers and trails."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, inspect, select, text

import migrations
from adapters.postgres.database import engine
from domain.entities import FACTS
from domain.subject import KINDS
from migrations.advisory_locks import AdvisoryLock
from migrations.guards import NEWEST
from migrations.roles import make_roles
from projections.catalogue import REGISTERS
from projections.engine.follow import establish
from projections.engine.ledger_tables import LEDGER
from projections.trails import make_trails

LOCK_POLL_SECONDS = 0.05
"""How often the lock is tried while another process migrates the same database."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The revision of a database that holds records, and the one that it is to be brought to."""

    from_revision: str
    to_revision: str


RecordPending: TypeAlias = Callable[[Pending], bool]
"""Records that a database is to be migrated: whether it could, for an older one may not hold that fact yet."""


def upgrade(url: str, record_pending: RecordPending = lambda _: True) -> None:
    """Migrate the database at `url`, which must let its user make roles; safe to repeat, and while writers write.

    If the database holds records, `record_pending` records the migration first; or after it, if it must.
    """
    owner = engine(url)
    try:
        with owner.connect() as connection:
            _take_lock(connection)
            pending = _pending(connection)
            recorded = pending is None or record_pending(pending)
            command.upgrade(_configured(connection), "head")
            connection.rollback()
            _learn_names(connection)
            if pending is not None and not recorded:
                record_pending(pending)
            _make_registers(connection)
    finally:
        owner.dispose()


def _take_lock(connection: Connection) -> None:
    """Take the lock of those who migrate, held by the session until it ends: one does it after the other."""
    # Polled: a caller that waited within a transaction would itself be waited for by an index that is built
    # concurrently, and neither would ever finish.
    while not connection.execute(select(func.pg_try_advisory_lock(AdvisoryLock.MIGRATE))).scalar_one():
        connection.commit()
        time.sleep(LOCK_POLL_SECONDS)
    connection.commit()


def _pending(connection: Connection) -> Pending | None:
    """What is to be done to a database that holds records, which then knows this version's names; None for nothing."""
    if not inspect(connection).has_table("migration", schema="ledger"):
        connection.rollback()
        return None
    make_roles(connection)
    connection.execute(text("set role rigsbog_owner"))
    revision, used = connection.execute(
        text("select (select version_num from ledger.migration), exists (select from ledger.record)")
    ).one()
    pending = Pending(revision, NEWEST) if used and revision != NEWEST else None
    if pending is not None:
        _learn_names(connection)
    connection.execute(text("reset role"))
    connection.commit()
    return pending


def _learn_names(connection: Connection) -> None:
    _learn(connection, "fact_name", "fact", tuple(FACTS))
    _learn(connection, "subject_kind", "kind", tuple(KINDS))
    connection.commit()


def _configured(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    config.attributes["tables"] = LEDGER
    return config


def _make_registers(connection: Connection) -> None:
    """Make the registers that are missing, empty and ready to follow, and the trails' views."""
    connection.execute(text("set role rigsbog_project"))
    establish(connection, REGISTERS)
    make_trails(connection)
    connection.execute(text("reset role"))
    connection.commit()


def _learn(connection: Connection, table: str, number: str, names: tuple[str, ...]) -> None:
    """Give each name that the database does not know the next number; a number, once given, stays."""
    connection.execute(
        text(
            f"insert into ledger.{table} ({number}, name) "  # noqa: S608 - both names are literals of this module
            f"select coalesce((select max({number}) from ledger.{table}), 0) + n.nth, n.name "
            "from unnest(cast(:names as text[])) with ordinality as n(name, nth) "
            f"where n.name not in (select name from ledger.{table})"
        ),
        {"names": list(names)},
    )
