"""Checks what Rigsbog needs: settings, database, roles, clocks, the ledger's guards, keys, the seal, due times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg

from adapters.keys.key_file import NoKey
from adapters.keys.key_store import key_encryption_key
from adapters.keys.vault import unwraps
from adapters.postgres.database import DatabaseUnavailable, NoDatabase, connect, open_source, resolve
from adapters.seal.names import CHECK as NAMES_CHECK
from adapters.seal.names import check_names
from adapters.settings import Settings
from bin.application.application import Application
from bin.application.operations.clock_checks import look_at_clocks
from bin.application.operations.guard_checks import GUARDS_CHECK, TABLES_CHECK, look_at_guards, look_at_tables
from bin.application.operations.overdue_checks import NOT_LOOKED_AT, look_at_due_times
from bin.application.operations.seal_checks import look_at_seal
from domain.check import Check
from domain.entities import FACTS
from migrations.guards import NEWEST
from migrations.roles import ROLES

OLDEST_POSTGRESQL = 150_000
NEWEST_POSTGRESQL = 190_000
ROLES_SQL = f"select count(*) from pg_roles where rolname in {ROLES}"  # noqa: S608 - names of our own
LOST_NUMBERS_SQL = """
select count(*), min(position)
  from (select distinct on (r.payload ->> 'index') r.position, r.payload ->> 'index' as number, r.sealed
          from ledger.record r join ledger.fact_name using (fact)
         where name = any (%s) order by r.payload ->> 'index', r.position desc) assigned
 where exists (select from vault.data_key d where d.key = encode(substring(sealed from 2 for 16), 'hex')::uuid)
   and not exists (select from vault.number n where n.subject = split_part(number, ':', 2)::uuid)
"""
"""A number's row goes only with the keys of its bearer, who is the last to whom it was given."""
NUMBER_FACTS = [name for name, fact in FACTS.items() if fact.numbers]
KEYS_TRIED_MAX = 1_000
WRAPPED_SQL = f"""
select convert_to(purpose, 'UTF8'), wrapped from vault.index_key
union all (select uuid_send(key), wrapped from vault.data_key order by key limit {KEYS_TRIED_MAX})
"""  # noqa: S608 - a number of our own
LOST_KEYS_SQL = """
select count(*), min(position)
  from (select position, encode(substring(sealed from 2 for 16), 'hex')::uuid as key
          from ledger.record where sealed is not null) r
 where not exists (select from vault.data_key d where d.key = r.key)
   and not exists (select from vault.destroyed_key d where d.key = r.key)
"""
"""Every sealed part names its key in bytes 2 to 17 (adapters/keys/vault.py); a destroyed key has left its name."""


def diagnose(settings: Settings) -> Iterator[Check]:
    """Check everything that Rigsbog needs, and say what to do about what is wrong. Reads the ledger once."""
    kek = None
    for name, value in settings.shown().items():
        yield Check(name, ok=True, detail="not set" if value is None else value)
    try:
        kek = key_encryption_key(settings)
        yield Check("key-encryption key", ok=True, detail="there, 32 bytes, readable by its owner only")
    except NoKey as error:
        yield Check("key-encryption key", ok=False, detail=str(error))
    try:
        source = resolve(settings)
        with open_source(source) as url, connect(url, autocommit=True) as connection:
            yield Check("database", ok=True, detail=source.kind)
            yield from _look_inside(connection)
            yield from look_at_clocks(connection, production=settings.is_production)
            ledger = list(_look_at_ledger(connection))
            yield from ledger
            yield from _look_at_keys(connection, kek)
            yield from look_at_seal(url, settings)
            wrong = {check.name for check in ledger if not check.ok}
            with closing(Application(settings, url)) as application:
                names_changed = NAMES_CHECK in wrong and TABLES_CHECK not in wrong
                yield NOT_LOOKED_AT if names_changed else look_at_due_times(application, everything=False)
    except (NoDatabase, DatabaseUnavailable) as error:
        yield Check("database", ok=False, detail=str(error))


def _look_inside(connection: psycopg.Connection[Any]) -> Iterator[Check]:
    def value_of(statement: str) -> Any:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None

    def check(name: str, statement: str, good: Callable[[Any], bool], advice: str) -> Check:
        try:
            value = value_of(statement)
        except psycopg.Error as error:
            return Check(name, ok=False, detail=f"{error.diag.message_primary}; {advice}")
        return Check(name, ok=good(value), detail=str(value) if good(value) else f"{value}; {advice}")

    version = int(value_of("show server_version_num"))
    yield Check(
        "PostgreSQL",
        ok=OLDEST_POSTGRESQL <= version < NEWEST_POSTGRESQL,
        detail=f"{value_of('show server_version')} (15 to 18)",
    )
    on = "on".__eq__
    yield check("fsync", "show fsync", on, "a crash would lose facts: set it on")
    yield check("full_page_writes", "show full_page_writes", on, "a torn page would lose facts: set it on")
    yield check("synchronous_commit", "show synchronous_commit", lambda it: it != "off", "set it on, or remote_apply")
    yield check("data_checksums", "show data_checksums", on, "enable by pg_checksums while the server is down")
    yield check("encoding", "show server_encoding", "UTF8".__eq__, "make the database with encoding UTF8")
    yield check("roles", ROLES_SQL, len(ROLES).__eq__, "run `rigsbog migrate`")
    yield check("migration", "select version_num from ledger.migration", NEWEST.__le__, "run `rigsbog migrate`")


def _look_at_ledger(connection: psycopg.Connection[Any]) -> Iterator[Check]:
    """Look at its tables, its guards and its stored names, as `rigsbog verify` does; each check in one line."""
    looks = {TABLES_CHECK: look_at_tables, GUARDS_CHECK: look_at_guards, NAMES_CHECK: check_names}
    for name, look in looks.items():
        try:
            check = look(connection)
        except psycopg.Error as error:
            yield Check(name, ok=False, detail=f"{error.diag.message_primary}; run `rigsbog migrate`")
        else:
            places = "; ".join(check.differing)
            yield Check(name, check.ok, f"{check.detail}: {places}" if places else check.detail)


def _look_at_keys(connection: psycopg.Connection[Any], kek: bytes | None) -> Iterator[Check]:
    """Whether the key-encryption key opens the vault's keys, and whether each key that a record names is known."""
    try:
        wrapped = connection.execute(WRAPPED_SQL).fetchall()
        lost, first = connection.execute(LOST_KEYS_SQL).fetchall()[0]
        numbers, first_number = connection.execute(LOST_NUMBERS_SQL, [NUMBER_FACTS]).fetchall()[0]
    except psycopg.Error as error:
        yield Check("keys of the vault", ok=False, detail=f"{error.diag.message_primary}; run `rigsbog migrate`")
        return
    if kek is not None:
        closed = sum(not unwraps(kek, bytes(name), bytes(key)) for name, key in wrapped)
        advice = "another key-encryption key wrapped them: give the right RIGSBOG_KEK_FILE"
        detail = f"{closed} of the {len(wrapped)} tried do not open; {advice}"
        yield Check("keys of the vault", ok=not closed, detail=detail if closed else f"{len(wrapped)} tried, open")
    advice = "their keys were removed, not destroyed by Rigsbog: bring back vault.data_key from a backup"
    detail = f"{lost:,} records from position {first:,} cannot be opened; {advice}" if lost else "every one is known"
    yield Check("keys that records name", ok=not lost, detail=detail)
    advice = "their rows were removed, not erased by Rigsbog: bring back vault.number from a backup"
    detail = f"{numbers:,} from position {first_number:,} lead to nobody; {advice}" if numbers else "every one is there"
    yield Check("look-up of numbers", ok=not numbers, detail=detail)
