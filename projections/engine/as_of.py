"""Computes the rows of a register as of any earlier position, from the ledger alone."""

from __future__ import annotations

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
from projections.columns import Row
from projections.declare import Register
from projections.engine.build import fill, finish, table_like
from projections.engine.compile import BOUND_SUBJECT, is_fact, records, rows
from projections.engine.ledger_names import read_names
from projections.engine.subjects import facts_outside_key, key_subject

ROWS_MAX = 1_000
"""Rows of one answer; a subject may have more, and the answer then says so."""


def rows_as_of(
    connection: Connection, register: Register, subject: SubjectId, position: int, limit: int = ROWS_MAX
) -> list[Row]:
    """The register's rows about the subject as of that position, read by the subject's index.

    These are the rows whose key names the subject, and the rows that facts about it set under another key: a payee's
    designations, a recipient's messages, a message's receipts. Each row is complete: facts that do not name the subject
    count too. At most `limit` rows: in the order of their keys, or, under other keys, the rows set last, newest first.
    """
    names = read_names(connection)
    parameters = _parameters(names, subject, position) | {"written": str(subject), "limit": limit}
    if not facts_outside_key(register, subject.kind):
        return [dict(row) for row in connection.execute(_known(register, names), parameters).mappings()]
    keys = [dict(key) for key in connection.execute(_keys(register, names, subject.kind), parameters).mappings()]
    whole = _whole(register, names)
    answer: list[Row] = []
    for key in keys:
        bound = _parameters(names, key_subject(register, key), position) | {f"key_{name}": key[name] for name in key}
        answer += [dict(row) for row in connection.execute(whole, bound).mappings()]
    return answer


def _parameters(names: Names, subject: SubjectId, position: int) -> dict[str, Any]:
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
    others = is_fact(relation.c.fact, names, facts_outside_key(register, kind))
    chosen = select(*keys).where(or_(_keyed_by_subject(register, relation), others))
    if register.begins:
        chosen = chosen.where(is_fact(relation.c.fact, names, register.begins))
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
    return _a_key_is(register, relation, bindparam("subject", type_=Uuid()), bindparam("written", type_=Text()))


def replay(connection: Connection, register: Register, position: int, schema: str) -> Table:
    """Build the whole register as of that position into a table of the same name in another schema.

    The schema exists, and the connection's role may create tables in it. Raises SQLAlchemy's ProgrammingError when the
    table exists.
    """
    assert schema not in (register.table.schema, "ledger", "vault"), (
        "a replay is never built in the schema of the live tables"
    )
    into = table_like(register, schema=schema)
    fill(connection, register, read_names(connection), position, into)
    finish(connection, into)
    return into


def names_subject(register: Register, relation: FromClause, subject: SubjectId) -> ColumnElement[bool]:
    """Whether a key column of a row of the register names the subject."""
    return _a_key_is(register, relation, subject.uuid, str(subject))


def _a_key_is(register: Register, relation: FromClause, uuid: Any, written: Any) -> ColumnElement[bool]:
    keys = [relation.c[name] for name in register.key]
    return or_(*(key == (uuid if isinstance(key.type, Uuid) else written) for key in keys))
