"""Large batches: decisions copied in under the ledger's one lock, for mass mailings and payment bundles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

import psycopg
from psycopg.rows import TupleRow
from pydantic_core import to_json

from adapters.entry import Appended, Decision, Verdict
from adapters.ledger_rows import Names, conditions_json, decisions_json

LINES_A_WRITE = 500
"""Enough to fill a packet, few enough that the server reads while the next are made."""

RECORD = (
    "record (position, recorded_at, effective_from, causation, command, correlation, subject, kind, fact, ordinal,"
    " authority, actor, legal_basis, case_id, payload, sealed)"
)
ESCAPED = re.compile(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

Placed = Sequence[tuple[Decision, Appended]]


def append(connection: psycopg.Connection[TupleRow], decisions: Sequence[Decision], names: Names) -> list[Appended]:
    """Record independent decisions in one transaction, each with its own outcome."""
    question = [decisions_json(decisions), conditions_json(decisions, names)]
    with connection.transaction():
        rows = connection.execute(
            "select now_is, outcome, first_position, last_position from ledger.begin_batch(%s::json, %s::json)",
            question,
        ).fetchall()
        outcomes = [Appended(Verdict(verdict), first or 0, last or 0) for _, verdict, first, last in rows]
        placed = [
            (decision, one)
            for decision, one in zip(decisions, outcomes, strict=True)
            if one.verdict is Verdict.RECORDED
        ]
        if placed:
            _copy(connection, RECORD, _records(placed, names, rows[0][0]))
            _copy(connection, "subject (subject, position, kind, fact)", _concerned(placed, names))
            _copy(connection, "command (command, digest, first_position, last_position)", _commands(placed))
            connection.execute("select pg_notify('rigsbog_ledger', '')")
        elif any(one.verdict is Verdict.REPEATED for one in outcomes):
            # The first outcome may still be on its way to the standbys: a commit of our own waits for it.
            connection.execute("select pg_logical_emit_message(true, 'rigsbog', 'repeated')")
    return outcomes


def _records(placed: Placed, names: Names, now: datetime) -> Iterator[str]:
    recorded_at = now.isoformat()
    for decision, appended in placed:
        for position, entry in enumerate(decision.entries, appended.first):
            context, sealed = entry.context, entry.sealed
            yield (
                f"{position}\t{recorded_at}\t"
                f"{_or_null(context.effective_from and context.effective_from.isoformat())}\t"
                f"{_or_null(context.causation)}\t{context.command.hex}\t{context.correlation.hex}\t"
                f"{entry.subject.uuid.hex}\t{names.kind(entry.subject)}\t{names.fact(entry.name)}\t{entry.ordinal}\t"
                f"{_escaped(context.authority)}\t{_escaped(context.actor)}\t{_escaped(context.legal_basis)}\t"
                f"{_escaped(context.case)}\t{_escaped(to_json(entry.payload).decode())}\t"
                f"{_bytes(sealed)}\n"
            )


def _concerned(placed: Placed, names: Names) -> Iterator[str]:
    for decision, appended in placed:
        for position, entry in enumerate(decision.entries, appended.first):
            fact = names.fact(entry.name)
            for one in dict.fromkeys(entry.subjects):
                yield f"{one.uuid.hex}\t{position}\t{names.kind(one)}\t{fact}\n"


def _commands(placed: Placed) -> Iterator[str]:
    for decision, one in placed:
        yield f"{decision.command.hex}\t{_bytes(decision.digest)}\t{one.first}\t{one.last}\n"


def _copy(connection: psycopg.Connection[TupleRow], target: str, lines: Iterator[str]) -> None:
    """Copy lines of PostgreSQL's text format in; made by hand, for a driver's general row writer costs more."""
    with connection.cursor().copy(f"copy ledger.{target} from stdin") as copy:
        while block := "".join(_some(lines)):
            copy.write(block)


def _some(lines: Iterator[str]) -> Iterable[str]:
    return islice(lines, LINES_A_WRITE)


def _or_null(value: object) -> object:
    return r"\N" if value is None else value


def _escaped(text: str | None) -> str:
    if text is None:
        return r"\N"
    return text.translate(ESCAPES) if ESCAPED.search(text) else text


def _bytes(value: bytes | None) -> str:
    return r"\N" if value is None else rf"\\x{value.hex()}"
