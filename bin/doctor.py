"""`rigsbog doctor`: looks at everything that Rigsbog needs, and says what to do about what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from bin.desk import exits, output
from bin.desk.options import Json

if TYPE_CHECKING:
    import psycopg

OLDEST_POSTGRESQL = 150_000
NEWEST_POSTGRESQL = 190_000
ROLES_SQL = "select count(*) from pg_roles where rolname in ('rigsbog_owner', 'rigsbog_append', 'rigsbog_project', 'rigsbog_audit')"  # noqa: E501 - one statement on one line
GUARDS_SQL = "select count(*) from pg_trigger where tgrelid::regclass::text like 'ledger.%' and not tgisinternal and tgenabled = 'A'"  # noqa: E501 - one statement on one line
GUARDS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    ok: bool
    detail: str


def doctor(*, json: Json = False) -> None:
    """Look at the database, its settings and roles, the ledger's guards and the keys; exit 1 if something is wrong."""
    findings = list(_look())
    if json:
        output.print_json({"ok": all(one.ok for one in findings), "findings": [_form(one) for one in findings]})
    else:
        for one in findings:
            output.say(f"{'[green]ok[/]   ' if one.ok else '[red]wrong[/]'} {one.name}: {one.detail}", markup=True)
    if not all(one.ok for one in findings):
        raise typer.Exit(exits.DIFFERENT)


def _form(one: Finding) -> dict[str, Any]:
    return {"name": one.name, "ok": one.ok, "detail": one.detail}


def _look() -> Iterator[Finding]:
    import os

    from adapters.keys import NoKey, key_encryption_key
    from adapters.postgres import DatabaseUnavailable, NoDatabase, connect, home_folder, open_source, resolve

    home = home_folder(os.environ)
    yield Finding("home", ok=True, detail=str(home))
    try:
        key_encryption_key(os.environ, home)
        yield Finding("key-encryption key", ok=True, detail="there, 32 bytes, readable by its owner only")
    except NoKey as error:
        yield Finding("key-encryption key", ok=False, detail=str(error))
    try:
        source = resolve(os.environ)
        with open_source(source) as url, connect(url, autocommit=True) as connection:
            yield Finding("database", ok=True, detail=source.kind)
            yield from _look_inside(connection)
    except (NoDatabase, DatabaseUnavailable) as error:
        yield Finding("database", ok=False, detail=str(error))


def _look_inside(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    import psycopg

    def one(statement: str) -> Any:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None

    def check(name: str, statement: str, good: Callable[[Any], bool], advice: str) -> Finding:
        try:
            found = one(statement)
        except psycopg.Error as error:
            return Finding(name, ok=False, detail=f"{error.diag.message_primary}; {advice}")
        return Finding(name, ok=good(found), detail=str(found) if good(found) else f"{found}; {advice}")

    version = int(one("show server_version_num"))
    yield Finding(
        "PostgreSQL",
        ok=OLDEST_POSTGRESQL <= version < NEWEST_POSTGRESQL,
        detail=f"{one('show server_version')} (15 to 18)",
    )
    on = "on".__eq__
    yield check("fsync", "show fsync", on, "a crash would lose facts: set it on")
    yield check("full_page_writes", "show full_page_writes", on, "a torn page would lose facts: set it on")
    yield check("synchronous_commit", "show synchronous_commit", lambda it: it != "off", "set it on, or remote_apply")
    yield check("data_checksums", "show data_checksums", on, "enable by pg_checksums while the server is down")
    yield check("encoding", "show server_encoding", "UTF8".__eq__, "make the database with encoding UTF8")
    yield check("roles", ROLES_SQL, lambda it: it == 4, "run `rigsbog migrate`")  # noqa: PLR2004 - the four just named
    yield check(
        "guards of the ledger",
        GUARDS_SQL,
        lambda it: it == GUARDS,
        "a guard is missing or disabled: find out who did it",
    )
    yield check("migration", "select version_num from ledger.migration", bool, "run `rigsbog migrate`")
    simulated = "select case when exists (select from ledger.simulated_clock) then 'simulated' else 'real' end"
    yield check("clock of the ledger", simulated, bool, "run `rigsbog migrate`")


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(doctor))
