"""No record is changed without first switching off a guard, and `verify` and `doctor` tell who did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.postgres.embedded import EmbeddedServer
from bin.cli import exits
from migrations.guards import tables
from tests.bin.terminal import Terminal, company, person
from tests.conftest import fresh_database

pytestmark = pytest.mark.slow

GUARDS, TABLES = "guards of the ledger", "tables of the ledger"


@pytest.fixture
def sealed(
    postgres_server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    with fresh_database(postgres_server, template_database) as url:
        terminal = Terminal(url, tmp_path, monkeypatch)
        terminal.register(company(), person(1))
        terminal.ok("run", "--once")
        terminal.ok("verify")
        yield terminal


@contextmanager
def as_the_owner(terminal: Terminal) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(terminal.url) as connection:
        connection.execute("set role rigsbog_owner")
        yield connection


def told(terminal: Terminal, name: str) -> tuple[str, str]:
    """What `verify` and `doctor` say is wrong by that name; both end with the exit code of a difference."""
    verified, diagnosed = terminal.run("verify", "--json"), terminal.run("doctor", "--json")
    assert verified.code == diagnosed.code == exits.DIFFERENT
    (check,) = [each for each in verified.lines[0]["checks"] if each["name"] == name]
    (finding,) = [each for each in diagnosed.lines[0]["findings"] if each["name"] == name]
    assert check["ok"] is finding["ok"] is False
    return " ".join(check["differing"]), finding["detail"]


def test_who_switches_a_guard_off_and_alters_a_record_is_told_by_both(sealed: Terminal) -> None:
    alter = "update ledger.record set actor = 'another' where position = 1"
    with as_the_owner(sealed) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(alter)
    with as_the_owner(sealed) as owner:
        owner.execute("alter table ledger.record disable trigger refuse_change")
        assert owner.execute(alter).rowcount == 1
    for words in told(sealed, GUARDS):
        assert "refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.record" in words

    with as_the_owner(sealed) as owner:
        owner.execute("alter table ledger.record enable always trigger refuse_change")
    said = sealed.run("verify", "--json")
    wrong = {check["name"]: check["differing"] for check in said.lines[0]["checks"] if not check["ok"]}
    assert wrong["records"] == ["position 1: the record was changed: actor"]
    assert GUARDS not in wrong, "what was altered stays found when the guard is on again"


def test_who_replaces_a_guards_function_is_told_by_both(sealed: Terminal) -> None:
    with as_the_owner(sealed) as owner:
        owner.execute(
            "create or replace function ledger.refuse_change() returns trigger language plpgsql"
            " as $$begin return null; end $$"
        )
    for words in told(sealed, GUARDS):
        assert "function refuse_change" in words


@pytest.mark.parametrize(
    "table",
    [
        *("ledger.record", "ledger.command", "ledger.fact_name", "ledger.migration", "seal.tile", "seal.age_limit"),
        *("vault.data_key", "reaction.progress", "register.progress"),
    ],
)
def test_who_drops_a_table_is_told_by_both(sealed: Terminal, table: str) -> None:
    with psycopg.connect(sealed.url) as superuser:
        superuser.execute(f"drop table {table} cascade")
    for words in told(sealed, TABLES):
        assert f"the table {table} is gone" in words
    for call in (("status",), ("seal", "status"), ("run", "--once"), ("migrate",)):
        said = sealed.run(*call)
        assert (said.code, f"the table {table} is gone" in said.err) == (exits.BROKEN, True), (call, said)


def test_every_table_that_the_migrations_made_is_known(sealed: Terminal) -> None:
    with psycopg.connect(sealed.url) as connection:
        there = connection.execute(
            "select schemaname || '.' || tablename from pg_tables where schemaname in"
            " ('ledger', 'seal', 'vault', 'reaction')"
            " union all select 'register.' || tablename from pg_tables where schemaname = 'register'"
            " and tablename in ('progress', 'rebuild', 'previous')"
        ).fetchall()
    assert sorted(name for (name,) in there) == list(tables())
