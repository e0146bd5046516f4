"""The canonical bytes of a record, by which it stands in the tree: RFC 8785 JSON of what the ledger stores of it.

The form is for ever (docs/proofs.md). What is personal stands in it as the SHA-256 of the sealed part as stored, so
that destroying a key breaks no proof. Facts hold neither fractions nor numbers beyond 2^53, and their fields have plain
names (tests/test_facts.py), so sorting by code point and writing whole numbers as they are is RFC 8785's own form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import psycopg
from psycopg.rows import TupleRow

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER

ROWS_A_CHUNK = 200
CHUNKS_SINCE = 170_000
"""The version of libpq that hands over more than one row at a time."""

# A time before our era would otherwise look like one of it, and one that never comes like none.
_INSTANT = (
    "case when isfinite({0}) then to_char({0} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    " || case when {0} < '0001-01-01 00:00:00Z' then ' BC' else '' end else {0}::text end"
)

# A kind without a name is none of ours, and must be seen all the same; so must one whose name looks like subjects.
_SUBJECT = "coalesce((select names from kinds)[{0}.kind], '') || ':' || {0}.subject"
_CONCERNED = f"({_SUBJECT.format('s')})"


def _names(table: str, number: str, form: str = "") -> str:
    """The stored names of that form in the order of their numbers, so that a row finds its own without a join."""
    return f"""
        select array_agg(case when n.name ~ '^{form}' then n.name end order by g) as names
          from generate_series(1, (select max({number}) from ledger.{table})) as g
          left join ledger.{table} n on n.{number} = g"""  # noqa: S608 - only literals of this module


RECORDS = f"""
with facts as materialized ({_names("fact_name", "fact")}),
     kinds as materialized ({_names("subject_kind", "kind", "[a-z_]+$")}),
     concerned as (select s.position, string_agg({_CONCERNED}, ',' order by {_CONCERNED} collate "C") as subjects
                     from ledger.subject s where s.position > %(after)s and s.position <= %(until)s
                    group by s.position)
select r.position, {_INSTANT.format("r.recorded_at")}, (select names from facts)[r.fact], {_SUBJECT.format("r")},
       c.subjects, r.ordinal, r.command::text, r.correlation::text, r.causation, {_INSTANT.format("r.effective_from")},
       r.authority, r.actor, r.legal_basis, r.case_id, r.payload::text, encode(sha256(r.sealed), 'hex')
  from ledger.record r left join concerned c using (position)
 where r.position > %(after)s and r.position <= %(until)s
 order by r.position
"""  # noqa: S608 - only literals of this module


def records(connection: psycopg.Connection[Any], after: int, until: int) -> Iterator[tuple[int, bytes]]:
    """Positions and canonical bytes of the records in (after, until], as read back from the tables, in order."""
    cursor = connection.execute(RECORDS, {"after": after, "until": until})
    for row in cursor:
        yield row[0], of_row(row)


def streamed(connection: psycopg.Connection[Any], after: int, until: int) -> Iterator[tuple[int, bytes]]:
    """As `records`, while the server reads on; until the last one is taken, the connection can do nothing else."""
    for row in rows_streamed(connection, after, until):
        yield row[0], of_row(row)


def rows_streamed(connection: psycopg.Connection[Any], after: int, until: int) -> Iterator[TupleRow]:
    """The rows of RECORDS themselves, for whoever must go on where one has no canonical bytes."""
    size = ROWS_A_CHUNK if psycopg.pq.version() >= CHUNKS_SINCE else 1
    return connection.cursor().stream(RECORDS, {"after": after, "until": until}, size=size)


def of_row(row: Sequence[Any] | TupleRow) -> bytes:
    """The canonical bytes of one row of RECORDS."""
    return orjson.dumps(parts(row), option=OPTIONS)


def parts(row: Sequence[Any] | TupleRow) -> dict[str, Any]:
    """What of a row of RECORDS stands in the canonical bytes, by name."""
    return {
        "position": row[0],
        "recorded_at": row[1],
        "fact": row[2],
        "subject": row[3],
        "subjects": row[4] if row[4] is None else row[4].split(","),
        "ordinal": row[5],
        "command": row[6],
        "correlation": row[7],
        "causation": row[8],
        "effective_from": row[9],
        "authority": row[10],
        "actor": row[11],
        "legal_basis": row[12],
        "case": row[13],
        "payload": orjson.loads(row[14]),
        "sealed_sha256": row[15],
    }
