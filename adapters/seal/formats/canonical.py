"""The canonical bytes of a record, which are its leaf in the tree: RFC 8785 JSON of what the ledger stores of it.

A record of before migration 0011 has the form record/1. One with a salt has the form record/2, in which its subjects
are blinded (blinding.py). The forms never change (docs/proofs.md). Personal data are in both as the SHA-256 of the
encrypted part as stored, so that destroying a key breaks no proof. Facts hold neither fractions nor numbers beyond
2^53, and their fields have plain names (tests/test_facts.py), so sorting by code point and writing whole numbers as
they are is RFC 8785's own form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import orjson
import psycopg
from psycopg.rows import TupleRow

from adapters.seal.formats.blinding import FORM, blind, salts_of
from adapters.seal.formats.stored_rows import stream
from domain.errors import ErrorKind, RigsbogError

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


class NotCanonical(RigsbogError):
    """A stored record is damaged and has no canonical form: run `rigsbog verify ledger` to see which."""

    kind = ErrorKind.CORRUPT

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"the record at position {position} is damaged: it has no canonical form")


# A year before our era would otherwise be written like one of it, and an infinite time like none.
_INSTANT = (
    "case when isfinite({0}) then to_char({0} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    " || case when {0} < '0001-01-01 00:00:00Z' then ' BC' else '' end else {0}::text end"
)

# A kind without a name is foreign and must change the bytes; so must a name that looks like a list of subjects.
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
       r.authority, r.actor, r.legal_basis, r.case_id, r.payload::text, encode(sha256(r.sealed), 'hex'),
       r.caller, uuid_send(r.salt)
  from ledger.record r left join concerned c using (position)
 where r.position > %(after)s and r.position <= %(until)s
 order by r.position
"""  # noqa: S608 - only literals of this module


def records(connection: psycopg.Connection[Any], after: int, until: int) -> Iterator[tuple[int, bytes]]:
    """Positions and canonical bytes of the records in (after, until], in order; raises NotCanonical.

    Until the last one is taken, the connection can do nothing else.
    """
    for row in rows(connection, after, until):
        yield row[0], of_row(row)


def rows(connection: psycopg.Connection[Any], after: int, until: int) -> Iterator[TupleRow]:
    """The rows of RECORDS in (after, until], in order; a row that cannot be read is its position alone."""
    return stream(connection, RECORDS, after, until)


def of_row(row: Sequence[Any] | TupleRow) -> bytes:
    """The canonical bytes of one row of RECORDS; raises NotCanonical."""
    try:
        return orjson.dumps(formed(row, _fields(row)), option=OPTIONS)
    except (TypeError, ValueError, IndexError) as error:
        raise NotCanonical(row[0]) from error


def formed(row: Sequence[Any] | TupleRow, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row, brought in place into the form that its record has."""
    caller, salt = row[16], row[17]
    if salt is not None:
        fields["rigsbog"] = FORM
        fields["caller"] = caller
        fields["salt_sha256"] = sha256(salt).hexdigest()
        blind(fields, salt)
    return fields


def salts(row: Sequence[Any] | TupleRow) -> dict[str, str]:
    """The salts by which the blinded subjects of a row are shown; none of a record of the form record/1."""
    return {} if row[17] is None else salts_of(_fields(row), row[17])


def payload_text(row: Sequence[Any] | TupleRow) -> str | None:
    """The payload of a row of RECORDS, as JSON."""
    payload: str | None = row[14]
    return payload


def _fields(row: Sequence[Any] | TupleRow) -> dict[str, Any]:
    fields = header(row)
    fields["payload"] = orjson.loads(payload_text(row) or "")
    return fields


def header(row: Sequence[Any] | TupleRow) -> dict[str, Any]:
    """Everything but the payload of a row of RECORDS, by the names in the form record/1."""
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
        "sealed_sha256": row[15],
    }
