"""Says whether a database has the schema and the stored names of this version, and whether somebody changed them."""

from __future__ import annotations

from typing import Any

import psycopg

from adapters.postgres.database import connect
from adapters.seal.names import KNOWN, altered_names, missing_names, names_of
from domain.errors import ErrorKind, RigsbogError
from migrations.guards import NEWEST, tables
from migrations.roles import ROLES

BEGUN_SQL = f"""
select exists (select from pg_class where relnamespace::regnamespace::text = 'ledger'
                                      and relname in ('migration', 'record', 'fact_name')),
       (select count(*) from pg_roles where rolname in {ROLES}) = {len(ROLES)}
"""  # noqa: S608 - names of our own
"""Asked of the catalogue, which every user may read. A database may have moved to a cluster without its roles."""
MISSING_SQL = """
select wanted from unnest(%s::text[]) as wanted
 where not exists (select from pg_class where relnamespace::regnamespace || '.' || relname = wanted)
"""
MIGRATION, RECORDS = "ledger.migration", "ledger.record"


class NotMigrated(RigsbogError):
    """The database holds no Rigsbog, or an older one: run `rigsbog migrate`."""

    kind = ErrorKind.CONFIGURATION


class LedgerAltered(RigsbogError):
    """Somebody changed the ledger's own tables. See by `rigsbog verify` what differs, find out who did it, and bring
    the right database back: `rigsbog migrate` repairs nothing of it.
    """

    kind = ErrorKind.CORRUPT

    def __init__(self, *what: str) -> None:
        self.what = what
        super().__init__(f"{'; '.join(what)}. {' '.join((self.__doc__ or '').split())}")


class TablesAreGone(LedgerAltered):
    """Somebody dropped tables of the ledger. Find out who did it, and bring them back from a backup: `rigsbog migrate`
    makes none of them.
    """


def is_begun(url: str) -> bool:
    """Whether the database was ever migrated, and its roles exist."""
    return all(begun(url))


def begun(url: str) -> tuple[bool, bool]:
    """Whether the database was ever migrated, and whether its cluster has the roles of this version."""
    with connect(url, autocommit=True) as connection:
        ((has_tables, has_roles),) = connection.execute(BEGUN_SQL).fetchall()
    return has_tables, has_roles


def check_schema(connection: psycopg.Connection[Any]) -> None:
    """Raise NotMigrated for an older database, and LedgerAltered for one whose tables or stored names were changed.

    A newer database is as good as one of this version.
    """
    revision = revision_of(connection)
    if revision is None or revision < NEWEST:
        raise NotMigrated
    check_names(connection)
    names = names_of(connection)
    if any(missing_names(names, of) for of in KNOWN):
        raise NotMigrated


def revision_of(connection: psycopg.Connection[Any]) -> str | None:
    """The revision to which a database was migrated; None for one without Rigsbog.

    Raises TablesAreGone where it has not all tables of that revision.
    """
    gone = missing_tables(connection)
    stored = None if MIGRATION in gone else connection.execute("select version_num from ledger.migration").fetchone()
    if stored is None and RECORDS not in gone:
        raise TablesAreGone(f"the table {MIGRATION} is gone or empty")
    if stored is not None and stored[0] == NEWEST and gone:
        raise TablesAreGone(*(f"the table {table} is gone" for table in gone))
    return None if stored is None else str(stored[0])


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether the database holds no Rigsbog, not even what is left of one."""
    return {MIGRATION, RECORDS} <= set(missing_tables(connection))


def missing_tables(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """The tables of the migrations that the database does not have."""
    return tuple(table for (table,) in connection.execute(MISSING_SQL, [list(tables())]))


def check_names(connection: psycopg.Connection[Any]) -> None:
    """Raise LedgerAltered when a name is missing, and a number in use has no name, or one of another version."""
    altered = altered_names(connection)
    if altered:
        raise LedgerAltered(*altered)
