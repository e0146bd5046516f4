"""The state digest of a register: 32 bytes computed over all its rows inside PostgreSQL.

    row       SHA-256 of the row in PostgreSQL's binary form, the key first, then its columns as declared
    bucket    SHA-256 of the hashes of all rows that begin with the same byte, in their order
    register  SHA-256 of each bucket's first byte and digest, in their order; an empty register is SHA-256 of nothing

The binary form is the same on every server: it holds each column's type, length and value, texts in UTF-8, times in
microseconds. Every value changes the digest; the order of rows on disk and how they were written do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, LargeBinary, Select, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from projections.declare import Register
from projections.engine.build import set_bulk_limits, set_local

NOTHING = literal_column("''::bytea", LargeBinary)
ONE_BYTE = literal_column("'\\x00'::bytea", LargeBinary)
LIMITS = {"client_encoding": "UTF8", "parallel_setup_cost": "0", "parallel_tuple_cost": "0"}
"""Texts are sent in the client's encoding. The planner assumes that a hash costs nothing, and would use one worker."""


@dataclass(frozen=True, slots=True)
class StateDigest:
    """A register's state at a position: the number of its rows, and their digest in hexadecimal."""

    position: int
    rows: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.rows} rows, SHA-256 {self.sha256}"


def digests(
    connection: Connection, register: Register, position: ColumnElement[int], *relations: FromClause
) -> list[StateDigest]:
    """The digest of each relation, which has the register's columns at `position`; all in one snapshot."""
    set_bulk_limits(connection)
    set_local(connection, **LIMITS)
    parts = [_digest(register, relation).subquery(f"digest_{number}") for number, relation in enumerate(relations)]
    columns = [column for part in parts for column in (part.c.rows, part.c.sha256)]
    # Each part has one row.
    joined: FromClause = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, true())
    at, *values = connection.execute(select(position, *columns).select_from(joined)).one()
    return [StateDigest(at, int(rows), sha256) for rows, sha256 in zip(values[::2], values[1::2], strict=True)]


def _digest(register: Register, relation: FromClause) -> Select[Any]:
    columns = (relation.c[name] for name in (*register.key, *(column.name for column in register.columns)))
    whole = func.sha256(func.record_send(func.row(*columns)), type_=LargeBinary).label("hash")
    # OFFSET 0 keeps PostgreSQL from hashing each row again for every use of its hash, and lets workers hash.
    hashed = select(whole).select_from(relation).offset(literal_column("0")).subquery("hashed")
    bucket = func.get_byte(hashed.c.hash, 0)
    of_bucket = func.sha256(_joined(hashed.c.hash, hashed.c.hash), type_=LargeBinary)
    buckets = select(bucket.label("byte"), func.count().label("rows"), of_bucket.label("digest"))
    of_all = buckets.group_by(bucket).subquery("buckets")
    written = func.set_byte(ONE_BYTE, 0, of_all.c.byte, type_=LargeBinary).op("||")(of_all.c.digest)
    digest_of_all = func.coalesce(_joined(written, of_all.c.byte), NOTHING)
    return select(
        func.coalesce(func.sum(of_all.c.rows), 0).label("rows"),
        func.encode(func.sha256(digest_of_all), literal_column("'hex'")).label("sha256"),
    )


def _joined(value: Any, order: Any) -> Any:
    return func.string_agg(value, aggregate_order_by(NOTHING, order), type_=LargeBinary)
