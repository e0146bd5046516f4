"""A question about one subject reads by that subject's index, however often one connection has asked it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from adapters.postgres.database import engine
from adapters.postgres.embedded import EmbeddedServer
from domain.subject import MessageId
from projections.catalogue import REGISTERS
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.evidence import positions_of
from projections.engine.explain import explain
from projections.engine.position import head
from tests.conftest import fresh_database
from tests.projections.mailings import mailed
from tests.projections.post_ledger import MESSAGES

LETTERS = 10_000
QUESTIONS = 40
"""Far more than the driver asks before it prepares a statement, and PostgreSQL before it plans for all subjects."""
BLOCKS_MAX = 60
"""Blocks of one question; the index of the ledger's positions alone has several hundred."""
BLOCKS_OF_A_FACT_MAX = 3
"""Blocks of one search of the subject index, for each kind of fact that sets the register."""

BLOCKS = text("""
    select sum(pg_stat_get_xact_blocks_fetched(c.oid))::bigint
      from pg_class c where c.relnamespace in ('ledger'::regnamespace, 'register'::regnamespace)
""")
GENERIC = text(
    "select coalesce(sum(generic_plans), 0)::int from pg_prepared_statements where statement like '%ledger.record%'"
)


@pytest.fixture(scope="module")
def auditing(postgres_server: EmbeddedServer, template_database: str) -> Iterator[Connection]:
    """A reader of a mailing's ledger, large enough for PostgreSQL to prefer one plan for all subjects."""
    with fresh_database(postgres_server, template_database) as url:
        owner, audit = engine(url), engine(url, "rigsbog_audit")
        mailed(owner, LETTERS)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
        with audit.connect() as connection:
            yield connection
        owner.dispose()
        audit.dispose()


def letter(connection: Connection, number: int) -> MessageId:
    return MessageId(UUID(connection.execute(text("select md5('letter ' || :nth)"), {"nth": number}).scalar_one()))


def blocks_of_each_question(connection: Connection, ask: Callable[[MessageId], object]) -> list[int]:
    """How many blocks of the ledger and the registers each of many questions read, in one transaction."""
    read = []
    for number in range(1, QUESTIONS + 1):
        message = letter(connection, number)
        before = connection.execute(BLOCKS).scalar_one()
        ask(message)
        read.append(connection.execute(BLOCKS).scalar_one() - before)
    connection.commit()
    return read


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_a_question_reads_few_blocks_however_often_it_was_asked(auditing: Connection, register: Register) -> None:
    newest = head(auditing)

    read = blocks_of_each_question(auditing, lambda message: rows_as_of(auditing, register, message, newest))

    assert 0 < max(read) <= max(BLOCKS_MAX, BLOCKS_OF_A_FACT_MAX * len(register.facts))


def test_the_evidence_and_the_causes_of_an_answer_read_few_blocks_too(auditing: Connection) -> None:
    newest = head(auditing)

    def ask(message: MessageId) -> None:
        rows = rows_as_of(auditing, MESSAGES, message, newest)
        positions = positions_of(auditing, MESSAGES, rows, newest)
        (cause,) = explain(auditing, MESSAGES, message, "available_at", position=newest)
        assert positions == [cause.position - 1, cause.position]

    assert 0 < max(blocks_of_each_question(auditing, ask)) <= 3 * BLOCKS_MAX


def test_the_planner_does_not_plan_each_question_anew(auditing: Connection) -> None:
    before = auditing.execute(GENERIC).scalar_one()
    newest = head(auditing)

    blocks_of_each_question(auditing, lambda message: rows_as_of(auditing, MESSAGES, message, newest))

    assert auditing.execute(GENERIC).scalar_one() - before >= QUESTIONS // 2
