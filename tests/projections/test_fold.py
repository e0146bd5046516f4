"""Following, rebuilding and asking of the past give the same rows for every cut of a ledger into ranges."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from domain.entities import FACTS
from domain.subject import subject
from projections.catalogue import REGISTERS
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.build import fill, finish, table_like
from projections.engine.compile import BOUND, Range, merge, rows
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from tests.projections.histories import QUICK_REGISTERS, Happened, histories, put
from tests.projections.reference import Key, Row, fold, keys_about, stored
from tests.volume import slow_except

EXAMPLES_PER_REGISTER = 15


def by_key(register: Register, rows: Any) -> dict[Key, Row]:
    """Rows by key; no key occurs twice."""
    listed = [dict(row) for row in rows.mappings()]
    keyed = {tuple(row[name] for name in register.key): row for row in listed}
    assert len(keyed) == len(listed)
    return keyed


def followed(connection: Connection, register: Register, until: int, cuts: list[int]) -> dict[Key, Row]:
    """The live rows after merging range by range."""
    statement = merge(register, read_names(connection), BOUND)
    bounds = sorted({0, until, *(cut % (until + 1) for cut in cuts)})
    for after, end in pairwise(bounds):
        connection.execute(statement, {"after": after, "until": end})
    return by_key(register, connection.execute(select(register.table)))


@pytest.mark.parametrize("register", slow_except(QUICK_REGISTERS, REGISTERS), ids=lambda register: register.name)
@settings(
    max_examples=EXAMPLES_PER_REGISTER,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(choice=st.data(), cuts=st.lists(st.integers(0, 100), max_size=4), middle=st.integers(0, 100))
def test_following_rebuilding_and_asking_of_the_past_agree_with_the_plain_fold(
    owner: Engine, projecting: Engine, *, register: Register, choice: st.DataObject, cuts: list[int], middle: int
) -> None:
    others = [fact for fact in FACTS.values() if fact not in register.facts][:3]
    history: list[Happened] = choice.draw(histories((*register.facts, *others)))
    with owner.connect() as connection:
        put(connection, history)
        until, names, records = head(connection), read_names(connection), stored(connection)
        expected_rows = fold(register, records)

        assert by_key(register, connection.execute(rows(register, names, Range(0, until)))) == expected_rows
        assert followed(connection, register, until, cuts) == expected_rows

        earlier = middle % (until + 1)
        expected_earlier = fold(register, records[:earlier])
        for about in {one for happened in history for one in happened.event.subjects()}:
            known = rows_as_of(connection, register, about, earlier)
            keys = keys_about(register, records[:earlier], about)
            expected = [row for key, row in expected_earlier.items() if key in keys]
            assert sorted(known, key=str) == sorted(expected, key=str)
        connection.rollback()


@pytest.mark.parametrize("register", slow_except(QUICK_REGISTERS, REGISTERS), ids=lambda register: register.name)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_a_table_built_from_nothing_has_the_rows_the_key_and_the_indexes_of_the_live_one(
    owner: Engine, projecting: Engine, register: Register, choice: st.DataObject
) -> None:
    into = table_like(register, name=f"{register.name}_shadow")
    with owner.connect() as connection:
        put(connection, choice.draw(histories(register.facts)))

        fill(connection, register, read_names(connection), head(connection), into)
        finish(connection, into)

        assert by_key(register, connection.execute(select(into))) == fold(register, stored(connection))
        assert described(connection, into.name).replace("_shadow", "") == described(connection, register.name)
        connection.rollback()


def described(connection: Connection, name: str) -> str:
    """The columns and the indexes of a table, from PostgreSQL's catalogue."""
    columns = connection.exec_driver_sql(
        "select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 order by attnum",
        (f"register.{name}",),
    ).all()
    indexes = connection.exec_driver_sql(
        "select indexdef from pg_indexes where schemaname = 'register' and tablename = %s order by 1", (name,)
    ).all()
    return f"{columns} {indexes}"


def test_a_subject_of_another_kind_with_the_same_uuid_has_no_row(undone: Connection) -> None:
    persons = next(register for register in REGISTERS if register.name == "persons")
    person = subject("person:a11a0000-0000-4000-8000-000000000001")
    message = subject(f"message:{person.uuid}")
    put(undone, [Happened(FACTS["PersonRegistered"], {"person": str(person), "resident": True}, b"sealed")])

    assert [row["person"] for row in rows_as_of(undone, persons, person, 1)] == [person.uuid]
    assert rows_as_of(undone, persons, message, 1) == []
    assert rows_as_of(undone, persons, person, 0) == []
