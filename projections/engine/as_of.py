"""Asks what was known: the rows of a register as they stood at any earlier position, from the ledger alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    or_,
    select,
)

from domain.stored_names import Names
from domain.subject import SubjectId
from projections.declare import Register
from projections.engine.build import beside, fill, finish
from projections.engine.compile import BOUND_SUBJECT, records, rows
from projections.engine.ledger_names import read_names
from projections.engine.subjects import besides, key_subject

ROWS_MAX = 1_000
"""Rows of one answer; a subject may have more in a register, and whoever asks is told so."""


def rows_as_of(
    connection: Connection, register: Register, subject: SubjectId, position: int, limit: int = ROWS_MAX
) -> list[Mapping[str, Any]]:
    """The register's rows about the subject, as they stood at that position; found by the subject's index.

    These are the rows whose key names the subject, and those set by facts that name it beside their key: a payee's
    designations, a recipient's messages, a message's receipts. Each is whole, also by the facts that do not name the
    subject. At most `limit` rows: by key, or, of rows found beside their key, those that were set last, newest first.
    """
    names = read_names(connection)
    asked = _asked(names, subject, position) | {"written": str(subject), "limit": limit}
    if not besides(register, subject.kind):
        return [dict(row) for row in connection.execute(_known(register, names), asked).mappings()]
    keys = [dict(key) for key in connection.execute(_keys(register, names, subject.kind), asked).mappings()]
    whole = _whole(register, names)
    found: list[Mapping[str, Any]] = []
    for key in keys:
        bound = _asked(names, key_subject(register, key), position) | {f"key_{name}": key[name] for name in key}
        found += [dict(row) for row in connection.execute(whole, bound).mappings()]
    return found


def _asked(names: Names, subject: SubjectId, position: int) -> dict[str, Any]:
    return {"until": position, "subject": subject.uuid, "kind": names.kind(subject)}


@lru_cache(maxsize=256)
def _known(register: Register, names: Names) -> Select[Any]:
    """The rows whose key names the subject."""
    known = rows(register, names, BOUND_SUBJECT).subquery("known")
    ordered = select(known).where(_keyed_by_subject(register, known)).order_by(*(known.c[key] for key in register.key))
    return ordered.limit(bindparam("limit", type_=BigInteger()))


@lru_cache(maxsize=256)
def _keys(register: Register, names: Names, kind: str) -> Select[Any]:
    """The keys of the rows that the subject's records set, the newest first."""
    relation = records(register, names, BOUND_SUBJECT)
    keys = [relation.c[name] for name in register.key]
    others = relation.c.fact.in_(sorted(names.fact(fact) for fact in besides(register, kind)))
    chosen = select(*keys).where(or_(_keyed_by_subject(register, relation), others))
    if register.begins:
        chosen = chosen.where(relation.c.fact.in_(sorted(names.fact(fact) for fact in register.begins)))
    newest = chosen.group_by(*keys).order_by(func.max(relation.c.position).desc(), *keys)
    return newest.limit(bindparam("limit", type_=BigInteger()))


@lru_cache(maxsize=64)
def _whole(register: Register, names: Names) -> Select[Any]:
    """The row of one key, from all records of the subject that the key names."""
    known = rows(register, names, BOUND_SUBJECT).subquery("known")
    return select(known).where(
        *(known.c[key] == bindparam(f"key_{key}", type_=known.c[key].type) for key in register.key)
    )


def _keyed_by_subject(register: Register, relation: FromClause) -> ColumnElement[bool]:
    uuid, written = bindparam("subject", type_=Uuid()), bindparam("written", type_=Text())
    return or_(
        *(relation.c[key] == (uuid if isinstance(relation.c[key].type, Uuid) else written) for key in register.key)
    )


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
