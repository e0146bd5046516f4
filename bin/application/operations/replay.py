"""Builds registers as they were at an earlier time, in a schema of their own, for an auditor to query with SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from psycopg.errors import DuplicateTable
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import ProgrammingError

from bin.application.application import Application
from bin.application.errors import InvalidArgument
from bin.application.operations.record import record_act
from bin.application.questions.moments import Moment, known_position
from domain.operations.operation import RegistersReplayed
from domain.subject import THIS_LOG
from projections.declare import Register
from projections.engine.as_of import replay
from projections.engine.position import Known

RESERVED_SCHEMAS = ("ledger", "vault", "register", "reaction", "seal", "public", "information_schema")
SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

Progress = Callable[[str, int], None]
"""Called after each register with its name and its number of rows."""


@dataclass(frozen=True, slots=True)
class ReplayedRegisters:
    known: Known
    rows: Mapping[str, int]


def replay_registers(
    application: Application, registers: Sequence[Register], moment: Moment, schema: str, progress: Progress
) -> ReplayedRegisters:
    """Record the act, and build the registers; the role rigsbog_audit may read the tables.

    Raises InvalidArgument for a schema or a moment that cannot be used, and for a table that exists already.
    """
    if schema in RESERVED_SCHEMAS or schema.startswith("pg_") or not SCHEMA_NAME.fullmatch(schema):
        raise InvalidArgument("a schema's name is lower-case letters, digits and _, and is none of Rigsbog's own")
    with application.database.owner.begin() as connection:
        # A role that creates schemas would need a right on the database that a restored copy does not have.
        connection.execute(text(f"create schema if not exists {schema} authorization rigsbog_project"))
        connection.execute(text("set local role rigsbog_project"))
        known = known_position(connection, moment)
        names = tuple(register.name for register in registers)
        replayed = RegistersReplayed(log=THIS_LOG, into=schema, position=known.position, registers=names)
        record_act(application, replayed)
        rows = {}
        for register in registers:
            rows[register.name] = _build(connection, register, known.position, schema)
            progress(register.name, rows[register.name])
        connection.execute(text(f"grant usage on schema {schema} to rigsbog_audit"))
        connection.execute(text(f"grant select on all tables in schema {schema} to rigsbog_audit"))
    return ReplayedRegisters(known, rows)


def _build(connection: Connection, register: Register, position: int, schema: str) -> int:
    try:
        table = replay(connection, register, position, schema)
    except ProgrammingError as error:
        if not isinstance(error.orig, DuplicateTable):
            raise
        raise InvalidArgument(f"{schema}.{register.name} exists already: name another schema") from error
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
