"""What a superuser changes apart from the sealed records is named by verify, and by doctor where it steers recording.

Which rows nothing covers, `verify` says itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from adapters.seal.audit import publications
from adapters.seal.writer import sealer
from bin.cli import exits
from projections.catalogue import REGISTERS
from tests.adapters.seal.audit.flips import types
from tests.adapters.seal.witness.test_time_stamps import TOKEN
from tests.bin.terminal import Terminal, person
from tests.bin.unguarded import change_unguarded
from tests.sources import ROOT

COVERED = {"command", "first_position", "last_position"}
NOT_COVERED = {"digest", "consulted", "read_to"}


@pytest.fixture
def terminal(few_people: Terminal) -> Terminal:
    """A sealed ledger of each test's own, with an age limit."""
    few_people.ok("seal", "once")
    few_people.ok("seal", "limit", "4h")
    few_people.ok("seal", "once")
    assert verified(few_people) == {}
    return few_people


def test_every_table_apart_from_records_and_registers_is_listed_with_how_its_change_is_noticed(
    terminal: Terminal,
) -> None:
    page = (ROOT / "docs" / "decisions" / "0027-what-steers-apart-from-the-records.md").read_text(encoding="utf-8")
    with psycopg.connect(terminal.url) as connection:
        tables = connection.execute(
            "select schemaname || '.' || tablename from pg_tables"
            " where schemaname in ('ledger', 'reaction', 'register', 'seal', 'vault')"
        ).fetchall()
    computed = {"ledger.record", *(register.table.fullname for register in REGISTERS)}
    assert [name for (name,) in tables if name not in computed and f"`{name}`" not in page] == []


def verified(terminal: Terminal) -> dict[str, dict[str, Any]]:
    """The checks of verify that fail, by name; the exit code must agree."""
    said = terminal.run("verify", "ledger", "--json")
    failed = {check["name"]: check for check in said.lines[0]["checks"] if not check["ok"]}
    assert said.code == (exits.DIFFERENT if failed else exits.OK), said
    return failed


def diagnosed(terminal: Terminal) -> dict[str, str]:
    """The findings of doctor that are not ok, by name."""
    said = terminal.run("doctor", "--json")
    return {finding["name"]: finding["detail"] for finding in said.lines[0]["findings"] if not finding["ok"]}


@pytest.mark.parametrize(
    ("change", "in_force"),
    [
        ("delete from seal.age_limit", "no limit"),
        ("update seal.age_limit set max_age = '10 years'", "315576000 s"),
        ("update seal.age_limit set max_age = '1 second'", "1 s"),
    ],
)
def test_drill_a_changed_age_limit_is_reported_by_verify_and_doctor(
    terminal: Terminal, change: str, in_force: str
) -> None:
    assert change_unguarded(terminal.url, "seal.age_limit", change) == 1

    said = verified(terminal)["age limit"]["detail"]
    assert said.startswith(f"{in_force}, and the fact at position ")
    assert "says 14400 s: find out who changed it" in said
    assert diagnosed(terminal)["age limit"] == said


def test_drill_an_invented_age_limit_is_reported_by_verify_and_doctor(few_people: Terminal) -> None:
    invent = "insert into seal.age_limit (max_age) values ('1 day')"
    assert change_unguarded(few_people.url, "seal.age_limit", invent) == 1

    assert verified(few_people)["age limit"]["detail"].startswith("86400 s, and no fact sets one")
    assert diagnosed(few_people)["age limit"].startswith("86400 s, and no fact sets one")


def test_an_age_limit_that_was_taken_off_by_its_command_is_as_its_fact_says(terminal: Terminal) -> None:
    terminal.ok("seal", "limit", "off")
    assert verified(terminal) == {}
    assert "age limit" not in diagnosed(terminal)


def test_drill_a_halt_that_was_closed_without_a_fact_is_reported_by_verify_and_doctor(terminal: Terminal) -> None:
    with psycopg.connect(terminal.url) as owner:
        owner.execute("insert into seal.halt values (gen_random_uuid(), now(), 3, 'it differs')")
        owner.execute("insert into seal.halt_acknowledged select halt, 2 from seal.halt")

    assert verified(terminal)["halts"]["differing"] == ["position 2 is no fact that acknowledges a halt"]
    assert "position 2 is no fact that acknowledges a halt" in diagnosed(terminal)["halts"]


def test_drill_a_publication_of_another_time_is_reported(terminal: Terminal) -> None:
    redate = "update seal.publication set published_at = published_at + interval '30 days'"
    newest = "size = (select max(size) from seal.publication)"
    for where, check in ((f"not {newest}", "publications"), (newest, "future")):
        assert change_unguarded(terminal.url, "seal.publication", f"{redate} where {where}") == 1
        assert check in verified(terminal)


def test_drill_removed_checkpoints_are_reported_when_the_rest_was_not_sealed_at_once(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealer, "STEP_RECORDS_MAX", 3)
    monkeypatch.setattr(publications, "SEALED_AT_ONCE_MAX", terminal.head())
    terminal.register(*(person(serial) for serial in range(10, 16)), options=("--no-reactions",))
    terminal.ok("seal", "once")
    assert verified(terminal) == {}
    with psycopg.connect(terminal.url) as connection:
        ((newest, others),) = connection.execute(
            "select max(size), array_agg(size) filter (where size < (select max(size) from seal.checkpoint))"
            " from seal.checkpoint"
        ).fetchall()
    for table in ("publication", "checkpoint"):
        change_unguarded(terminal.url, f"seal.{table}", f"delete from seal.{table} where size = any (%s)", others)

    (named,) = verified(terminal)["checkpoint history"]["differing"]
    assert named == f"between the sizes 0 and {newest} at least one is missing"


def test_drill_a_time_stamp_of_something_else_is_reported(terminal: Terminal) -> None:
    with psycopg.connect(terminal.url) as owner:
        owner.execute(
            "insert into seal.time_stamp select max(size), 'http://tsa.example', %s, %s from seal.checkpoint",
            [TOKEN, datetime(2026, 11, 27, 7, 11, 50, tzinfo=UTC)],
        )

    (named,) = verified(terminal)["time stamps"]["differing"]
    assert named.endswith("http://tsa.example: the token is not over this checkpoint")


def test_drill_what_no_seal_covers_of_a_command_is_said_by_verify(terminal: Terminal) -> None:
    with psycopg.connect(terminal.url) as connection:
        assert set(types(connection, "ledger.command")) == COVERED | NOT_COVERED
    flip = "update ledger.command set digest = set_byte(digest, 0, get_byte(digest, 0) # 1)"
    assert change_unguarded(terminal.url, "ledger.command", flip) > 0

    said = terminal.ok("verify", "ledger", "--json").lines[0]

    (commands,) = [check for check in said["checks"] if check["name"] == "commands"]
    assert commands["ok"]
    assert commands["detail"].endswith("its digest, and what it consulted up to where, are sealed by nothing")
