"""Proves that the doctor finds what passes for sound: guards that guard nothing, a wrong key, keys that are gone."""

from __future__ import annotations

import base64
from typing import Any

import psycopg
import pytest

from bin.cli import exits
from migrations.guards import GUARDS, functions
from tests.bin.terminal import Desk, Said, person


@pytest.fixture(scope="module", autouse=True)
def citizen(desk: Desk) -> str:
    """Somebody whose name is sealed in the ledger."""
    return desk.register(person(1))[0]


def wrong(desk: Desk) -> dict[str, str]:
    """What the doctor finds wrong, by name; the exit code must agree."""
    said: Said = desk.run("doctor", "--json")
    findings: list[dict[str, Any]] = said.lines[0]["findings"]
    found = {one["name"]: one["detail"] for one in findings if not one["ok"]}
    assert said.code == (exits.DIFFERENT if found else exits.OK), said
    return found


def change(desk: Desk, statement: str) -> None:
    """Do as the owner what nobody should."""
    with psycopg.connect(desk.url) as owner:
        owner.execute(statement)


def test_a_sound_house_is_found_sound(desk: Desk) -> None:
    assert wrong(desk) == {}


def test_the_functions_of_the_migrations_are_all_read(desk: Desk) -> None:
    named = {guard.rpartition("ledger.")[2].removesuffix("()") for guard in GUARDS}
    assert named <= set(functions())


@pytest.mark.parametrize("name", ["refuse_change", "guard_record", "guard_companion", "guard_simulated_clock", "clock"])
def test_a_guard_whose_function_does_nothing_is_found(desk: Desk, name: str) -> None:
    returns, body = ("timestamptz", "now()") if name == "clock" else ("trigger", "null")
    made = f"create or replace function ledger.{name}() returns {returns} language plpgsql as $$"
    change(desk, f"{made}begin return {body}; end $$")
    found = wrong(desk)
    change(desk, f"{made}{functions()[name]}$$")
    assert list(found) == ["guards of the ledger"]
    assert found["guards of the ledger"].endswith(f": function {name}")
    assert wrong(desk) == {}


@pytest.mark.parametrize(
    ("doing", "undoing"),
    [
        ("disable trigger refuse_change", "enable always trigger refuse_change"),
        ("enable trigger refuse_change", "enable always trigger refuse_change"),
    ],
)
def test_a_guard_that_is_not_always_on_is_found(desk: Desk, doing: str, undoing: str) -> None:
    change(desk, f"alter table ledger.record {doing}")
    found = wrong(desk)
    change(desk, f"alter table ledger.record {undoing}")
    assert "refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.record" in found["guards of the ledger"]


def test_a_guard_with_a_condition_that_never_holds_is_found(desk: Desk) -> None:
    whole = next(guard for guard in GUARDS if "guard_simulated_clock" in guard)
    drop = "drop trigger guard_simulated_clock on ledger.simulated_clock;"
    always = "; alter table ledger.simulated_clock enable always trigger guard_simulated_clock"
    never = whole.replace("BEFORE INSERT OR DELETE OR UPDATE", "BEFORE DELETE OR UPDATE").replace(
        "EXECUTE", "WHEN (false) EXECUTE"
    )
    change(desk, drop + never + always)
    found = wrong(desk)
    change(desk, drop + whole + always)
    assert "guard_simulated_clock" in found["guards of the ledger"]
    assert wrong(desk) == {}


def test_another_key_encryption_key_is_found_although_it_is_well_formed(desk: Desk) -> None:
    with desk.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_KEK", base64.b64encode(bytes(32)).decode())
        found = wrong(desk)
    assert list(found) == ["keys of the vault"]
    assert "RIGSBOG_KEK_FILE" in found["keys of the vault"]


def test_a_key_that_was_removed_and_not_destroyed_is_found(desk: Desk) -> None:
    with psycopg.connect(desk.url) as owner:
        kept = owner.execute("select * from vault.data_key").fetchall()
        owner.execute("delete from vault.data_key")
    found = wrong(desk)
    with psycopg.connect(desk.url) as owner:
        owner.execute("insert into vault.destroyed_key select unnest(%s::uuid[])", [[row[0] for row in kept]])
    assert list(found) == ["keys that records name"]
    assert "from position" in found["keys that records name"]
    assert wrong(desk) == {}, "a key that was destroyed is known to be"


def test_a_database_without_rigsbog_is_told_to_migrate(bare_database_url: str, desk: Desk) -> None:
    with desk.monkeypatch.context() as patch:
        patch.setattr(Desk, "environment", desk.environment | {"DATABASE_URL": bare_database_url})
        found = wrong(desk)
    for name in ("guards of the ledger", "keys of the vault", "migration"):
        assert "rigsbog migrate" in found[name]
