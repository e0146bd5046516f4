"""Every record says who called, and every command what it consulted, on each path by which they are appended."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, IntegrityConstraintViolation

from adapters.ledger.ledger import BULK_DECISIONS_MIN, PostgresLedger
from adapters.postgres.database import connect
from adapters.postgres.pool import Pool
from domain.identity.person import PERSON
from domain.subject import PersonId
from tests.adapters.ledger.ledger_scenes import decision, opened_handler, opened_ledger, registration

SALT = "'00000000-0000-4000-8000-000000000001'"
PATHS = [1, 2, BULK_DECISIONS_MIN + 1]
"""One decision, several in one statement, and many copied in."""
COPY_OF_HEAD = (
    "insert into ledger.record (position, recorded_at, command, correlation, subject, kind, fact, ordinal, authority,"
    " actor, legal_basis, payload, {column}) select position + 1, clock_timestamp(), gen_random_uuid(), correlation,"
    " subject, kind, fact, ordinal, authority, actor, legal_basis, payload, {value} from ledger.record"
    " order by position desc limit 1"
)


@pytest.fixture(scope="module")
def login(database_url: str) -> str:
    """A URL of a login that may write facts."""
    with connect(database_url, autocommit=True) as owner:
        owner.execute("drop role if exists clerk_of_test")
        owner.execute("create role clerk_of_test login in role rigsbog_append")
    return database_url.replace("//postgres@", "//clerk_of_test@")


def rows(url: str, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement, parameters).fetchall()


@pytest.mark.parametrize("size", PATHS)
def test_a_record_says_who_was_logged_in_whatever_role_was_set(database_url: str, login: str, size: int) -> None:
    pool = Pool(login, "rigsbog_append", key_lookups=True)
    try:
        appended = PostgresLedger(pool).append_many([decision(facts=2) for _ in range(size)])
        entries = PostgresLedger(pool).entries(after=appended[0].first - 1)
    finally:
        pool.close()
    assert {entry.caller for entry in entries} == {"clerk_of_test"}
    salts = rows(database_url, "select salt from ledger.record where position >= %s", [appended[0].first])
    assert len({salt for (salt,) in salts}) == 2 * size
    with opened_ledger(database_url) as ledger:
        ledger.append_many([decision()])
        assert ledger.entries()[-1].caller == "postgres"


@pytest.mark.parametrize(("column", "value"), [("caller", "'somebody'"), ("salt", SALT)])
def test_nobody_names_another_caller_or_chooses_a_salt(database_url: str, column: str, value: str) -> None:
    with opened_ledger(database_url) as ledger:
        ledger.append_many([decision()])
    with connect(database_url, "rigsbog_append") as writer, pytest.raises(InsufficientPrivilege):
        writer.execute(COPY_OF_HEAD.format(column=column, value=value))


@pytest.mark.parametrize(("column", "value"), [("caller", "'somebody'"), ("caller", "null"), ("salt", "null")])
def test_not_even_a_superuser_leaves_them_out_or_names_another(database_url: str, column: str, value: str) -> None:
    with opened_ledger(database_url) as ledger:
        ledger.append_many([decision()])
    with connect(database_url) as owner, pytest.raises(IntegrityConstraintViolation, match="fills the columns"):
        owner.execute(COPY_OF_HEAD.format(column=column, value=value))


@pytest.mark.parametrize("size", PATHS)
def test_a_command_stores_which_states_it_consulted_and_as_of_which_position(database_url: str, size: int) -> None:
    with opened_ledger(database_url) as ledger:
        head = ledger.head()
        people = [PersonId(each.command) for each in (decision() for _ in range(size))]
        consulting = [
            dataclasses.replace(decision(), consulted=(("person", who), ("number", who)), after=head) for who in people
        ]
        ledger.append_many(consulting)
    for each, who in zip(consulting, people, strict=True):
        (row,) = rows(database_url, "select consulted, read_to from ledger.command where command = %s", [each.command])
        assert row == ([["person", str(who)], ["number", str(who)]], head)


def test_a_handled_command_stores_every_state_that_it_consulted(database_url: str) -> None:
    with opened_handler(database_url) as handler:
        command = registration()
        head = handler.ledger.head()  # type: ignore[attr-defined]  # a ledger on PostgreSQL
        request = decision().entries[0].context
        recorded = handler.execute(command, request)
    ((consulted, read_to),) = rows(
        database_url, "select consulted, read_to from ledger.command where command = %s", [request.command]
    )
    assert [entity for entity, _ in consulted] == [each.entity.name for each in command.consults()]
    assert [PERSON.name, str(command.person)] in consulted
    assert read_to == head == recorded.first - 1  # type: ignore[union-attr]  # it was recorded
