"""Appends large batches with COPY under the ledger's lock, for mass mailings and payment files.

The rows are written in PostgreSQL's binary form of COPY, which the server reads in half the time of its text form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from operator import attrgetter
from struct import Struct
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow
from pydantic_core import to_json

from adapters.ledger.entry import Appended, Decision, Verdict
from adapters.ledger.rows import conditions_json, consulted_form, decisions_json, oldest
from domain.context import Context
from domain.record import HEADER, SqlType
from domain.stored_names import Names

ROWS_A_WRITE = 200
"""Enough to fill a packet, few enough that the server reads them while the next ones are encoded."""
LOCK = "select head, now_is from ledger.take_lock(), set_config('client_encoding', 'UTF8', true)"
"""Binary text is sent in the client's encoding; this module always writes UTF-8, whatever the driver's setting is."""
PLACE = """
select outcome, first_position, last_position from ledger.place(%s::json, %s::bigint, %s::bigint[]) order by nth
"""
BEGINNING, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
JSONB = b"\x01"
"""The form's version, before the text."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# The number of fields, and each field's length before it.
RECORD_ROW = Struct(">h iq i16s ih ih ih").pack
SUBJECT_ROW = Struct(">h i16s iq ih ih").pack
COMMAND_ROW = Struct(">h i16s i").pack
POSITIONS = Struct(">iq iq").pack
LENGTH = Struct(">i").pack
BIGINT = Struct(">iq").pack
UUID_FIELD = Struct(">i16s").pack


def _field(value: bytes | None) -> bytes:
    return NULL if value is None else LENGTH(len(value)) + value


def _jsonb(text: bytes) -> bytes:
    return LENGTH(len(text) + 1) + JSONB + text


def _instant(at: datetime | None) -> bytes:
    return NULL if at is None else BIGINT(8, (at - EPOCH) // MICROSECOND)


def _bigint(value: int | None) -> bytes:
    return NULL if value is None else BIGINT(8, value)


def _uuid(value: UUID) -> bytes:
    return UUID_FIELD(16, value.bytes)


def _text(value: str | None) -> bytes:
    return _field(None if value is None else value.encode())


WRITERS: Mapping[SqlType, Callable[[Any], bytes]] = {
    SqlType.INSTANT: _instant,
    SqlType.BIGINT: _bigint,
    SqlType.UUID: _uuid,
    SqlType.TEXT: _text,
}
COMMON = [column for column in HEADER if column.context is not None and column.type is SqlType.TEXT]
"""Columns whose values most commands of a batch share: they are encoded once."""
OWN = [column for column in HEADER if column.context is not None and column.type is not SqlType.TEXT]
OWN_WRITERS = [(column.context or "", WRITERS[column.type]) for column in OWN]
common_of = attrgetter(*(column.context or "" for column in COMMON))
RECORD_COLUMNS = (
    *("position", "subject", "kind", "fact", "ordinal", "payload", "sealed", "recorded_at"),
    *(column.name for column in (*OWN, *COMMON)),
)
RECORD = f"record ({', '.join(RECORD_COLUMNS)})"

Placed = Sequence[tuple[Decision, Appended]]


def append(connection: psycopg.Connection[TupleRow], decisions: Sequence[Decision], names: Names) -> list[Appended]:
    """Record independent decisions in the transaction under way, each with its own outcome."""
    ((head, now),) = connection.execute(LOCK).fetchall()
    rows = connection.execute(PLACE, [decisions_json(decisions), head, _barred(connection, decisions, names, head)])
    outcomes = [
        Appended(Verdict(verdict), first or 0, last or 0, now if verdict == Verdict.RECORDED else None)
        for verdict, first, last in rows
    ]
    placed = [
        (decision, outcome)
        for decision, outcome in zip(decisions, outcomes, strict=True)
        if outcome.verdict is Verdict.RECORDED
    ]
    if placed:
        _copy(connection, RECORD, _records(placed, names, now))
        # In the order of their index: neighbours find their page in memory.
        _copy(connection, "subject (subject, position, kind, fact)", iter(sorted(_concerned(placed, names))))
        _copy(
            connection,
            "command (command, digest, first_position, last_position, consulted, read_to)",
            _commands(placed),
        )
    return outcomes


def _barred(
    connection: psycopg.Connection[TupleRow], decisions: Sequence[Decision], names: Names, head: int
) -> list[int]:
    """The places of decisions whose conditions fail; no query is run when nothing was recorded meanwhile."""
    since = oldest(decisions)
    if since is None or since >= head:
        return []
    conditions = conditions_json(decisions, names, head)
    ((places,),) = connection.execute("select ledger.barred(%s::json, %s::bigint)", [conditions, head])
    return list(places)


def _records(placed: Placed, names: Names, now: datetime) -> Iterator[bytes]:
    recorded_at = _instant(now)
    described: dict[tuple[str | None, ...], bytes] = {}
    for decision, appended in placed:
        context, rest = None, b""
        for position, entry in enumerate(decision.entries, appended.first):
            if context is not entry.context:
                context = entry.context
                rest = recorded_at + _context(context, described)
            kind, fact, payload = names.kind(entry.subject), names.fact(entry.name), to_json(entry.payload)
            yield b"".join(
                (
                    RECORD_ROW(
                        len(RECORD_COLUMNS),
                        8,
                        position,
                        16,
                        entry.subject.uuid.bytes,
                        2,
                        kind,
                        2,
                        fact,
                        2,
                        entry.ordinal,
                    ),
                    _jsonb(payload),
                    _field(entry.sealed),
                    rest,
                )
            )


def _context(context: Context, described: dict[tuple[str | None, ...], bytes]) -> bytes:
    common: tuple[str | None, ...] = common_of(context)
    if common not in described:
        described[common] = b"".join(map(_text, common))
    return b"".join([write(getattr(context, field)) for field, write in OWN_WRITERS] + [described[common]])


def _concerned(placed: Placed, names: Names) -> set[bytes]:
    """The subjects that the facts concern, each once for a fact."""
    return {
        SUBJECT_ROW(4, 16, subject.uuid.bytes, 8, position, 2, names.kind(subject), 2, names.fact(entry.name))
        for decision, appended in placed
        for position, entry in enumerate(decision.entries, appended.first)
        for subject in entry.subjects
    }


def _commands(placed: Placed) -> Iterator[bytes]:
    for decision, appended in placed:
        command, digest = decision.command.bytes, decision.digest
        row = COMMAND_ROW(6, 16, command, len(digest)) + digest + POSITIONS(8, appended.first, 8, appended.last)
        consulted = consulted_form(decision)
        yield row + (NULL * 2 if consulted is None else _jsonb(to_json(consulted)) + _bigint(decision.after))


def _copy(connection: psycopg.Connection[TupleRow], target: str, rows: Iterator[bytes]) -> None:
    """Copy encoded rows in; the driver's general row writer is slower."""
    rows = chain((BEGINNING,), rows, (END,))
    with connection.cursor().copy(f"copy ledger.{target} from stdin (format binary)") as copy:
        while block := b"".join(islice(rows, ROWS_A_WRITE)):
            copy.write(block)
