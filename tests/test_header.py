"""The record's columns are described once; every frozen form that repeats them says the same."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Column

from adapters.ledger.bulk import RECORD_COLUMNS
from adapters.postgres.database import connect
from adapters.seal.formats.canonical import of_row
from domain.context import Context
from domain.record import CONTEXT_COLUMNS, GIVEN, HEADER
from projections.sources import Header
from projections.trails import TRAILS

ROOT = Path(__file__).parents[1]
NAMES = [column.name for column in GIVEN]
MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*.sql"))
INSERT = re.compile(r"insert into ledger\.record \(([^)]*)\)")
TAKEN = re.compile(r"json_to_recordset\(records\) as r\(([^)]*)\)")


def test_the_tables_columns_are_those_of_the_database(database_url: str) -> None:
    with connect(database_url) as connection:
        rows = connection.execute(
            "select column_name, data_type, is_nullable = 'YES' from information_schema.columns"
            " where table_schema = 'ledger' and table_name = 'record' order by ordinal_position"
        ).fetchall()

    assert rows == [(column.name, column.type.value, column.nullable) for column in HEADER]


def test_copy_fills_every_column_once_but_for_those_that_the_database_fills() -> None:
    assert sorted(RECORD_COLUMNS) == sorted(NAMES)


def test_every_insert_of_the_migrations_fills_every_such_column_in_order() -> None:
    lists = [re.split(r",\s*", found.strip()) for path in MIGRATIONS for found in INSERT.findall(path.read_text())]

    assert len(lists) > 1
    assert all(re.sub(r"\s+", " ", " ".join(names)).split() == NAMES for names in lists)


def test_every_append_function_takes_the_columns_that_it_does_not_make() -> None:
    lists = [re.split(r",\s*", found.strip()) for path in MIGRATIONS for found in TAKEN.findall(path.read_text())]
    given = [{part.split()[0]: part.split()[1] for part in names} for names in lists]
    wanted = {
        column.name: column.type.value.replace("timestamp with time zone", "timestamptz")
        for column in GIVEN
        if column.name not in ("position", "recorded_at")
    }

    assert len(given) > 1
    for record in given:
        assert {name: record[name] for name in record if name not in ("nth", "step")} == wanted


def test_a_context_is_stored_whole_but_for_the_time_of_its_decision() -> None:
    fields = {field.name for field in dataclasses.fields(Context)} - {"decided_at"}

    assert set(CONTEXT_COLUMNS.values()) == fields


def test_the_canonical_forms_hold_every_column() -> None:
    """`kind` is a part of the written subject; sealed part and salt are there as their digests; see docs/proofs.md."""
    row = [1, "t", "Fact", "kind:uuid", "kind:uuid", 0, "c", "c", None, None, "a", "b", "l", "c", "{}", None]
    first, second = (set(json.loads(of_row([*row, *more]))) for more in ([None, None], ["login", bytes(16)]))

    columns = {CONTEXT_COLUMNS.get(name, name) for name in NAMES} - {"kind", "sealed"}
    assert first == columns | {"subjects", "sealed_sha256"}
    assert second == first | {"rigsbog", "caller", "salt_sha256"}
    page = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")
    table = page.split("canonical bytes** of a record", 1)[1].split("An **instant**", 1)[0]
    assert {name for line in table.splitlines() if line.startswith("| `") for name in _named(line)} == second


def _named(line: str) -> list[str]:
    return re.findall(r"`([a-z0-9_]+)`", line.split("|")[1])


def test_a_registers_source_is_a_column() -> None:
    assert {header.value for header in Header} == {column.name for column in HEADER if column.meaning is not None}


@pytest.mark.parametrize("trail", TRAILS, ids=lambda trail: trail.name)
def test_a_trail_shows_every_column(trail: object) -> None:
    """`ordinal` follows from the position, and the salt is of the seal."""
    columns = [column.name for column in trail.rows.selected_columns if isinstance(column, Column)]  # type: ignore[attr-defined]

    assert {column.name for column in HEADER} - {"kind", "fact", "ordinal", "salt"} <= set(columns)
