"""Brings a database to this version of Rigsbog: schema, roles, stored names, registers and trails."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, select, text

import migrations
from adapters.postgres.database import engine
from adapters.seal.names import FACT, KIND, missing_names, names_of
from bin.application.schema import check_names, is_empty, revision_of
from domain.entities import FACTS, NAMES
from domain.operations.operation import SchemaMigrated
from domain.subject import KINDS, LogId
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
    """The revision of a database that holds records, the one that it is to be brought to, and the names it lacks."""

    from_revision: str
    to_revision: str
    facts: tuple[str, ...]
    kinds: tuple[str, ...]


RecordPending: TypeAlias = Callable[[Pending], bool]
"""Records that a database is to be migrated: whether it could, for an older one may not hold that fact yet."""


def upgrade(url: str, record_pending: RecordPending = lambda _: True) -> None:
    """Migrate the database at `url`, which must let its user make roles; safe to repeat, and while writers write.

    If the database holds records, `record_pending` records the migration first; or after it, if it must. Raises
    LedgerAltered, and changes nothing, where a name is missing and a number in use has one that this version does not
    know: another number for the missing name would hide that it was renamed.
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
    """What is to be done to a database that holds records, which can then record it; None for nothing."""
    driver: Any = connection.connection.dbapi_connection
    if is_empty(driver):
        connection.rollback()
        return None
    make_roles(connection)
    connection.execute(text("set role rigsbog_owner"))
    revision = revision_of(driver) or ""
    check_names(driver)
    names = names_of(driver)
    pending = Pending(revision, NEWEST, missing_names(names, FACT), missing_names(names, KIND))
    used = connection.execute(text("select exists (select from ledger.record)")).scalar_one()
    changes = revision != NEWEST or pending.facts or pending.kinds
    if used and changes:
        _learn(connection, "fact_name", "fact", (NAMES[SchemaMigrated],))
        _learn(connection, "subject_kind", "kind", (LogId.kind,))
    connection.execute(text("reset role"))
    connection.commit()
    return pending if used and changes else None


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
            f"select (select coalesce(max({number}), 0) from ledger.{table}) + row_number() over (order by nth), name "
            "from unnest(cast(:names as text[])) with ordinality as wanted(name, nth) "
            f"where name not in (select name from ledger.{table})"
        ),
        {"names": list(names)},
    )
