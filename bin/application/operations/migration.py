"""Migrates the database, and records the operator's act in it."""

from __future__ import annotations

from contextlib import closing

import psycopg
from psycopg.errors import UndefinedColumn, UndefinedFunction, UndefinedTable
from sqlalchemy.exc import DBAPIError

from adapters.settings import Settings
from bin.application.application import Application, check_clock
from bin.application.operations.record import record
from bin.application.operations.upgrade import Pending, RecordPending, upgrade
from domain.errors import ErrorKind, RigsbogError
from domain.operations.operation_commands import MigrateSchema


class MayNotMigrate(RigsbogError):
    """The user of the database may not do what a migration does: set DATABASE_URL to the database's owner."""

    kind = ErrorKind.CONFIGURATION


def migrate(url: str, record_pending: RecordPending = lambda _: True) -> None:
    """Bring the database at `url` to this version; its user must be able to make roles, else MayNotMigrate. Raises
    LedgerAltered where a stored name that records use was changed.

    `record_pending` records that a database which holds records is to be migrated; see `migration_recorder`.
    """
    try:
        upgrade(url, record_pending)
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        raise MayNotMigrate(
            f"The database's user may not migrate: {error.orig.diag.message_primary}. Migrate as the user who made the "
            "roles of Rigsbog in this cluster, or as a superuser."
        ) from error


def migration_recorder(settings: Settings, url: str) -> RecordPending:
    """Records the operator's act in the database itself, where its revision can take a fact of this version."""

    def record_pending(pending: Pending) -> bool:
        migration = MigrateSchema(
            from_revision=pending.from_revision,
            to_revision=pending.to_revision,
            facts_added=pending.facts,
            kinds_added=pending.kinds,
        )
        with closing(Application(settings, url)) as application:
            check_clock(application)
            try:
                record(application, migration)
            except (UndefinedColumn, UndefinedFunction, UndefinedTable):
                return False
        return True

    return record_pending
