"""Large batches: decisions copied in under the ledger's one lock, for mass mailings and payment bundles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from adapters.entry import Appended, Decision, Verdict
from adapters.ledger_rows import Names, criteria_json
from domain.subject import SubjectId


def append(connection: psycopg.Connection[TupleRow], decisions: Sequence[Decision], names: Names) -> list[Appended]:
    """Record the decisions in one transaction; each has the outcome it would have had alone, in this order."""
    with connection.transaction():
        standings = connection.execute(
            "select head, now_is, outcome, first_position, last_position from ledger.begin_batch(%s::json)",
            [json.dumps([_question(decision, names) for decision in decisions])],
        ).fetchall()
        head, now = standings[0][:2]
        batch = _Batch(names, head, now)
        outcomes = [
            batch.take(decision) if verdict == Verdict.RECORDED else Appended(Verdict(verdict), first or 0, last or 0)
            for decision, (_, _, verdict, first, last) in zip(decisions, standings, strict=True)
        ]
        if batch.records:
            batch.write(connection)
    return outcomes


def _question(decision: Decision, names: Names) -> dict[str, Any]:
    unless = None if decision.unless is None else json.loads(criteria_json(decision.unless, names))
    return {
        "command": str(decision.command),
        "digest": decision.digest.hex(),
        "after": decision.after,
        "unless": unless,
    }


@dataclass
class _Batch:
    """The rows of a batch, and what the decisions taken so far would change for the next ones."""

    names: Names
    head: int
    now: datetime
    records: list[tuple[Any, ...]] = field(default_factory=list)
    concerned: list[tuple[Any, ...]] = field(default_factory=list)
    commands: dict[Any, tuple[bytes, int, int]] = field(default_factory=dict)
    touched: set[tuple[SubjectId, str]] = field(default_factory=set)

    def take(self, decision: Decision) -> Appended:
        """Take a decision in, unless an earlier one of the same batch was the same command or stands in its way."""
        earlier = self.commands.get(decision.command)
        if earlier is not None:
            digest, first, last = earlier
            return Appended(Verdict.REPEATED if digest == decision.digest else Verdict.OTHER, first, last)
        if any(self._matched(one.subjects, one.facts) for one in decision.unless or ()):
            return Appended(Verdict.CONFLICT)
        first = self.head + 1
        for entry in decision.entries:
            self.head += 1
            context, fact = entry.context, self.names.fact(entry.name)
            self.records.append(
                (
                    self.head, self.now, context.effective_from, context.causation, context.command,
                    context.correlation, entry.subject.uuid, self.names.kind(entry.subject), fact, entry.ordinal,
                    context.authority, context.actor, context.legal_basis, context.case,
                    json.dumps(entry.payload, ensure_ascii=False), entry.sealed,
                )
            )  # fmt: skip
            for one in entry.subjects:
                self.concerned.append((one.uuid, self.head, self.names.kind(one), fact))
                self.touched.add((one, entry.name))
        self.commands[decision.command] = (decision.digest, first, self.head)
        return Appended(Verdict.RECORDED, first, self.head)

    def write(self, connection: psycopg.Connection[TupleRow]) -> None:
        """Copy everything in, and wake whoever follows."""
        _copy(
            connection,
            "record (position, recorded_at, effective_from, causation, command, correlation, subject, kind, fact,"
            " ordinal, authority, actor, legal_basis, case_id, payload, sealed)",
            self.records,
        )
        _copy(connection, "subject (subject, position, kind, fact)", self.concerned)
        _copy(
            connection,
            "command (command, digest, first_position, last_position)",
            [(command, *row) for command, row in self.commands.items()],
        )
        connection.execute("select pg_notify('rigsbog_ledger', %s)", [str(self.head)])

    def _matched(self, subjects: tuple[SubjectId, ...], facts: tuple[str, ...] | None) -> bool:
        """Whether this batch may have matched: at least one subject was touched by one of the facts."""
        if not subjects or facts is None:
            return bool(self.records)
        return any((who, fact) in self.touched for who in subjects for fact in facts)


def _copy(connection: psycopg.Connection[TupleRow], target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"copy ledger.{target} from stdin") as copy:
        for row in rows:
            copy.write_row(row)
