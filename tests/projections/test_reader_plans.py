"""A reader's plan is made for the subject that is asked about, however often one connection asks."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from adapters.postgres.database import engine
from adapters.postgres.embedded import EmbeddedServer
from domain.subject import MessageId
from projections.catalogue import REGISTERS
from projections.engine.as_of import rows_as_of
from projections.engine.evidence import positions_of
from projections.engine.explain import explain
from projections.engine.position import head
from tests.conftest import fresh_database
from tests.projections.mailings import mailed
from tests.projections.post_ledger import MESSAGES

LETTERS = 10_000
QUESTIONS = 40
DRIVER_PREPARES_AFTER = 5
SLOWER_MAX = 4
PLANS = text(
    "select sum(generic_plans)::int, sum(custom_plans)::int from pg_prepared_statements"
    " where cardinality(parameter_types) > 0"
)
"""What has no parameter has only one plan."""


@pytest.fixture
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


def test_the_fortieth_question_is_planned_as_the_first(auditing: Connection) -> None:
    newest = head(auditing)
    seconds = []
    for number in range(1, QUESTIONS + 1):
        message = letter(auditing, number)
        begun = perf_counter()
        rows = rows_as_of(auditing, MESSAGES, message, newest)
        positions = positions_of(auditing, MESSAGES, rows, newest)
        causes = explain(auditing, MESSAGES, message, "available_at", position=newest)
        seconds.append(perf_counter() - begun)
        assert positions == [2 * number - 1, 2 * number]
        assert [cause.position for cause in causes] == [2 * number]

    generic, custom = auditing.execute(PLANS).one()

    assert custom > QUESTIONS - DRIVER_PREPARES_AFTER - 1, "the driver prepared the statements"
    assert generic == 0
    assert median(seconds[-20:]) < SLOWER_MAX * median(seconds[5:15])


def test_no_question_of_any_register_is_planned_for_all_subjects(auditing: Connection) -> None:
    newest = head(auditing)
    for number in range(1, QUESTIONS + 1):
        message = letter(auditing, number)
        for register in REGISTERS:
            rows_as_of(auditing, register, message, newest)

    assert auditing.execute(PLANS).one()[0] == 0
