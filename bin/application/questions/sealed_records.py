"""Compares the records that an answer rests on with the seal, before anything is answered.

They are those that the index of subjects names. That a record is missing there, only `rigsbog verify` and the round of
`rigsbog run` find, which compare all records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy

from adapters.seal.audit.record_check import check_positions
from adapters.seal.writer.frontier import SealMismatch
from bin.application.application import Application
from bin.application.errors import RecordAltered
from domain.subject import SubjectId
from projections.columns import Row
from projections.declare import Register
from projections.engine.evidence import positions_about
from projections.engine.ledger_names import read_names
from projections.engine.subjects import key_subject

ASKED_MAX = 10_000
"""Of the records about the subject asked for, so many are compared, the newest; of a row's own subject, all."""


@contextmanager
def snapshot(application: Application) -> Iterator[sqlalchemy.Connection]:
    """One snapshot, so that the records that are compared are those that were read."""
    engine = application.database.questions.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection


def check_rows(
    connection: sqlalchemy.Connection,
    subject: SubjectId,
    known: int,
    answers: Iterable[tuple[Register, Sequence[Row]]],
) -> None:
    """Compare the records of each register's facts about the subject, and about its rows that were known.

    Raises RecordAltered.
    """
    positions, names = set[int](), read_names(connection)
    for register, rows in answers:
        keyed = {key_subject(register, row) for row in rows}
        if keyed:
            positions.update(positions_about(connection, names, keyed, known, facts=register.facts))
        if subject not in keyed:
            positions.update(
                positions_about(connection, names, [subject], known, facts=register.facts, limit=ASKED_MAX)
            )
    check(connection, positions)


def check_history(connection: sqlalchemy.Connection, subjects: Iterable[SubjectId], known: int) -> None:
    """Compare every record about the subjects. Raises RecordAltered."""
    check(connection, positions_about(connection, read_names(connection), subjects, known))


def check(connection: sqlalchemy.Connection, positions: Iterable[int]) -> None:
    """Compare the records at these positions, as the connection's transaction sees them. Raises RecordAltered."""
    driver: Any = connection.connection.driver_connection
    connection.execute(sqlalchemy.text("set local search_path = pg_catalog"))
    try:
        check_positions(driver, positions)
    except SealMismatch as error:
        raise RecordAltered(f"No answer: {error}. Run `rigsbog verify ledger` to see what was changed.") from error
