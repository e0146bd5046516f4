"""Flips one bit of what a database holds: a column of any type, or the bytes of a tile, a bundle, a note."""

from __future__ import annotations

from typing import Any

import psycopg
from hypothesis import assume
from hypothesis import strategies as st

FORMS = {
    "bytea": ("{0}", "%s"),
    "text": ("convert_to({0}, 'UTF8')", "convert_from(%s, 'UTF8')"),
    "jsonb": ("convert_to({0}::text, 'UTF8')", "convert_from(%s, 'UTF8')::jsonb"),
    "uuid": ("uuid_send({0})", "encode(%s, 'hex')::uuid"),
    "bigint": ("int8send({0})", "('x' || encode(%s, 'hex'))::bit(64)::bigint"),
    "smallint": ("int2send({0})", "(('x' || encode(%s, 'hex'))::bit(16)::int << 16 >> 16)::smallint"),
    "timestamp with time zone": (
        "int8send((extract(epoch from {0}) * 1000000)::bigint)",
        "'epoch'::timestamptz + ('x' || encode(%s, 'hex'))::bit(64)::bigint * interval '1 microsecond'",
    ),
}
"""How a value of each type becomes bytes, and bytes such a value."""


def types(connection: psycopg.Connection[Any], table: str) -> dict[str, str]:
    """The columns of a table and their types."""
    return dict(
        connection.execute(
            "select attname, format_type(atttypid, null) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [table],
        ).fetchall()
    )


def flipped(value: bytes, data: st.DataObject) -> bytes:
    """The same bytes but for one bit."""
    bit = data.draw(st.integers(0, 8 * len(value) - 1), label="bit")
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def flip(connection: psycopg.Connection[Any], table: str, column: str, row: str, data: st.DataObject) -> None:
    """Flip a bit of the column in the one row; a value that the database itself refuses was not to be had."""
    out, back = FORMS[types(connection, table)[column]]
    values = connection.execute(f"select {out.format(column)}, {column}::text from {table} where {row}").fetchall()
    assert len(values) == 1, (table, row, values)
    ((value, text),) = values
    assume(value)
    changed = flipped(value, data)
    assume(b"\x00" not in changed or b"\x00" in value or "convert_from" not in back)
    try:
        with connection.transaction():
            connection.execute(
                f"update {table} set {column} = {back.replace('%s', '%(it)s')} where {row}", {"it": changed}
            )
            now = connection.execute(
                f"select count(*) from {table} where {column}::text = %s and {row}", [text]
            ).fetchone()
    except psycopg.Error:
        assume(condition=False)
    assume(now == (0,))
