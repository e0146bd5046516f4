"""Asks what was known: the rows of a register as they stood at any earlier position, from the ledger alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, Text, Uuid, bindparam, func, or_, select

from domain.subject import SubjectId
from projections.declare import Register
from projections.engine.build import beside, fill, finish
from projections.engine.compile import BOUND_SUBJECT, rows
from projections.engine.ledger_names import Names, read_names


def position_at(connection: Connection, time: datetime) -> int:
    """The position of the last record at or before that registration time; 0 before the first."""
    position: int = connection.execute(select(func.ledger.position_at(time))).scalar_one()
    return position


def rows_as_of(
    connection: Connection, register: Register, subject: SubjectId, position: int
) -> list[Mapping[str, Any]]:
    """The register's rows whose key names the subject, as they stood at that position; found by the subject's index.

    One row or none where the key is the subject alone.
    """
    names = read_names(connection)
    asked = {"until": position, "subject": subject.uuid, "kind": names.kind(subject), "written": str(subject)}
    return [dict(row) for row in connection.execute(_known(register, names), asked).mappings()]


@lru_cache(maxsize=256)
def _known(register: Register, names: Names) -> Select[Any]:
    known = rows(register, names, BOUND_SUBJECT).subquery("known")
    uuid, written = bindparam("subject", type_=Uuid()), bindparam("written", type_=Text())
    named = [known.c[name] == (uuid if isinstance(known.c[name].type, Uuid) else written) for name in register.key]
    return select(known).where(or_(*named)).order_by(*(known.c[name] for name in register.key))


def replay(connection: Connection, register: Register, position: int, schema: str) -> Table:
    """Build the whole register as it stood at that position into a table of the same name in another schema.

    The schema is there already, and the connection's role may create in it. Raises SQLAlchemy's ProgrammingError when
    the table is there too.
    """
    assert schema not in (register.table.schema, "ledger", "vault"), "a replay never stands where the live tables stand"
    into = beside(register, schema=schema)
    fill(connection, register, read_names(connection), position, into)
    finish(connection, into)
    return into


def names_subject(register: Register, relation: FromClause, subject: SubjectId) -> ColumnElement[bool]:
    """Whether a key column of a row of the register names the subject."""
    conditions: list[ColumnElement[bool]] = []
    for name in register.key:
        column = relation.c[name]
        conditions.append(column == (subject.uuid if isinstance(column.type, Uuid) else str(subject)))
    return or_(*conditions)
