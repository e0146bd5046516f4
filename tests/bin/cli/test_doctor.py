"""Proves that the doctor finds hidden faults: triggers that guard nothing, a wrong key, missing keys."""

from __future__ import annotations

import base64
from typing import Any

import psycopg
import pytest

from adapters.settings import MASKED, Settings, meanings
from bin.cli import exits
from migrations.guards import GUARDS, functions
from tests.bin.terminal import Said, Terminal, person


@pytest.fixture(scope="module", autouse=True)
def citizen(terminal: Terminal) -> str:
    """A person whose name is encrypted in the ledger."""
    return terminal.register(person(1))[0]


def wrong(terminal: Terminal) -> dict[str, str]:
    """What the doctor finds wrong, by name; the exit code must agree."""
    said: Said = terminal.run("doctor", "--json")
    findings: list[dict[str, Any]] = said.lines[0]["findings"]
    failures = {one["name"]: one["detail"] for one in findings if not one["ok"]}
    assert said.code == (exits.DIFFERENT if failures else exits.OK), said
    return failures


def change(terminal: Terminal, statement: str) -> None:
    """Execute a forbidden statement as the owner."""
    with psycopg.connect(terminal.url) as owner:
        owner.execute(statement)


def test_a_healthy_installation_has_no_findings(terminal: Terminal) -> None:
    assert wrong(terminal) == {}


def test_every_setting_is_shown_and_no_secret(terminal: Terminal) -> None:
    shown = {finding["name"]: finding["detail"] for finding in terminal.run("doctor", "--json").lines[0]["findings"]}

    assert {str(field.alias) for field in Settings.model_fields.values()} <= shown.keys()
    assert shown["RIGSBOG_ORIGIN"] == "not set"
    assert shown["DATABASE_URL"] == MASKED


def test_every_setting_is_shown_with_its_meaning(terminal: Terminal) -> None:
    said = terminal.run("doctor").out
    assert [meaning for meaning in meanings().values() if meaning not in said] == []


def test_the_functions_of_the_migrations_are_all_read(terminal: Terminal) -> None:
    named = {guard.rpartition("ledger.")[2].removesuffix("()") for guard in GUARDS}
    assert named <= set(functions())


@pytest.mark.parametrize("name", ["refuse_change", "guard_record", "guard_companion", "guard_simulated_clock", "clock"])
def test_a_guard_whose_function_does_nothing_is_found(terminal: Terminal, name: str) -> None:
    returns, body = ("timestamptz", "now()") if name == "clock" else ("trigger", "null")
    made = f"create or replace function ledger.{name}() returns {returns} language plpgsql as $$"
    change(terminal, f"{made}begin return {body}; end $$")
    failures = wrong(terminal)
    change(terminal, f"{made}{functions()[name]}$$")
    assert list(failures) == ["guards of the ledger"]
    assert failures["guards of the ledger"].endswith(f": function {name}")
    assert wrong(terminal) == {}


@pytest.mark.parametrize(
    ("doing", "undoing"),
    [
        ("disable trigger refuse_change", "enable always trigger refuse_change"),
        ("enable trigger refuse_change", "enable always trigger refuse_change"),
    ],
)
def test_a_guard_that_is_not_always_on_is_found(terminal: Terminal, doing: str, undoing: str) -> None:
    change(terminal, f"alter table ledger.record {doing}")
    failures = wrong(terminal)
    change(terminal, f"alter table ledger.record {undoing}")
    assert "refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.record" in failures["guards of the ledger"]


def test_a_guard_with_a_condition_that_never_holds_is_found(terminal: Terminal) -> None:
    whole = next(guard for guard in GUARDS if "guard_simulated_clock" in guard)
    drop = "drop trigger guard_simulated_clock on ledger.simulated_clock;"
    always = "; alter table ledger.simulated_clock enable always trigger guard_simulated_clock"
    never = whole.replace("BEFORE INSERT OR DELETE OR UPDATE", "BEFORE DELETE OR UPDATE").replace(
        "EXECUTE", "WHEN (false) EXECUTE"
    )
    change(terminal, drop + never + always)
    failures = wrong(terminal)
    change(terminal, drop + whole + always)
    assert "guard_simulated_clock" in failures["guards of the ledger"]
    assert wrong(terminal) == {}


def test_another_key_encryption_key_is_found_although_it_is_well_formed(terminal: Terminal) -> None:
    with terminal.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_KEK", base64.b64encode(bytes(32)).decode())
        failures = wrong(terminal)
    assert list(failures) == ["keys of the vault"]
    assert "RIGSBOG_KEK_FILE" in failures["keys of the vault"]


def test_the_row_of_a_number_that_was_removed_and_not_erased_is_found(terminal: Terminal) -> None:
    with psycopg.connect(terminal.url) as owner:
        rows = owner.execute("select number_index, subject, mac from vault.number").fetchall()
        owner.execute("delete from vault.number")
    failures = wrong(terminal)
    with psycopg.connect(terminal.url) as owner, owner.cursor() as cursor:
        cursor.executemany("insert into vault.number values (%s, %s, %s)", rows)
    assert list(failures) == ["look-up of numbers"]
    assert f"{len(rows)} from position" in failures["look-up of numbers"]
    assert wrong(terminal) == {}


def test_a_key_that_was_removed_and_not_destroyed_is_found(terminal: Terminal) -> None:
    with psycopg.connect(terminal.url) as owner:
        data_keys = owner.execute("select * from vault.data_key").fetchall()
        owner.execute("delete from vault.data_key")
    failures = wrong(terminal)
    with psycopg.connect(terminal.url) as owner:
        owner.execute("insert into vault.destroyed_key select unnest(%s::uuid[])", [[row[0] for row in data_keys]])
    assert list(failures) == ["keys that records name"]
    assert "from position" in failures["keys that records name"]
    assert wrong(terminal) == {}, "a key that was destroyed is known to be"


def test_without_rigsbogs_tables_the_doctor_says_to_migrate(bare_database_url: str, terminal: Terminal) -> None:
    with terminal.monkeypatch.context() as patch:
        patch.setattr(Terminal, "environment", terminal.environment | {"DATABASE_URL": bare_database_url})
        failures = wrong(terminal)
    for name in ("guards of the ledger", "keys of the vault", "migration"):
        assert "rigsbog migrate" in failures[name]
