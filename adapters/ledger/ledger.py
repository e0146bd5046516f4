"""The ledger on PostgreSQL: reads facts in the order of their positions, and records decisions without a hole.

Each command has an outcome, many decisions are one transaction, and the clock is the ledger's own. The rules that hold
for every writer are in the database (migrations/versions/0001_*.sql): one lock, gapless positions in commit order,
append-only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.errors import Diagnostic
from psycopg.rows import TupleRow

from adapters.ledger import bulk
from adapters.ledger.batch import blockers
from adapters.ledger.entry import (
    Appended,
    Consultation,
    Criterion,
    Decision,
    Entry,
    FactTooLarge,
    Indeterminate,
    SealTooOld,
    TooMuchContention,
    UnknownFact,
    Verdict,
)
from adapters.ledger.rows import (
    CONSULT,
    NAMES,
    READ_ALL,
    READ_BY_POSITION,
    READ_BY_SUBJECT,
    conditions_json,
    consulted_json,
    criteria_json,
    decisions_json,
    entry_of_row,
    oldest,
    records_json,
    subjects_json,
)
from adapters.postgres.pool import Pool, ask, is_lost
from domain.stored_names import Names
from migrations.positions import CLOCK, HEAD

APPEND = (
    "select outcome, first_position, last_position, recorded_at"
    " from ledger.append(%s::json, %s::json, %s::json, %s::json, %s::bigint)"
)
APPEND_ONE = (
    "select outcome, first_position, last_position, recorded_at"
    " from ledger.append_one(%s, %s, %s::json, %s::json, %s::json, %s::bigint, %s::jsonb)"
)
INSERT_NUMBERS = """
insert into vault.number (number_index, subject, mac)
select * from unnest(%s::uuid[], %s::uuid[], %s::uuid[]) on conflict (number_index) do nothing
"""
TAKEN_NUMBERS = """
select place from unnest(%s::bigint[], %s::uuid[], %s::uuid[]) as given(place, number_index, subject)
  join vault.number n using (number_index)
 where n.subject <> given.subject
"""
BULK_DECISIONS_MIN = 50
"""From so many decisions on, COPY is faster than one statement with parameters."""
COMMIT_SOMETHING = "select pg_logical_emit_message(true, 'rigsbog', '')"
"""A read-only transaction does not wait for the standbys; this one does, and changes nothing."""
REPLICATION_CANCELLED = "01000"
"""SQLSTATE of the warning that a commit did not wait for its standbys: it is durable on this server only."""
SEAL_TOO_OLD = "RB001"
"""SQLSTATE of ledger.guard_age."""
SEALABLE = ("record_is_sealable", "record_has_plain_numbers")
"""The constraints that reject facts which could not be sealed."""


class PostgresLedger:
    """The ledger for one process; safe for many threads."""

    def __init__(self, connections: Pool) -> None:
        self.connections = connections
        self._names: Names | None = None

    def consult(self, criteria: Sequence[Criterion], commands: Sequence[UUID] = ()) -> Consultation:
        """Everything that matches the criteria, with the head, the clock and earlier outcomes, in one snapshot.

        Each criterion names a subject: nobody's decision rests on everything.
        """
        assert all(criterion.subjects for criterion in criteria), "a decision consults subjects"
        parameters = {"commands": list(commands), "wanted": criteria_json(criteria, self._known())}
        rows = ask(self.connections, CONSULT, parameters)
        head, now, earlier = rows[0][:3]
        return Consultation(
            entries=tuple(self._entries([row[3:] for row in rows if row[3] is not None])),
            head=head,
            now=now,
            earlier={
                UUID(command): (bytes.fromhex(digest), Appended(Verdict.REPEATED, first, last))
                for command, digest, first, last in earlier or ()
            },
        )

    def append_many(self, decisions: Sequence[Decision]) -> list[Appended]:
        """Record decisions in one transaction, each with its own condition and the outcome it would have had alone.

        A decision that depends on an earlier one of the batch is appended alone, after that one's outcome is known.
        Raises Indeterminate when nobody can know whether they were recorded, and TooMuchContention when the ledger
        was busy for longer than the lock deadline.
        """
        behind = blockers(decisions)
        ahead = [place for place in range(len(decisions)) if place not in behind]
        outcomes = dict(zip(ahead, self._append([decisions[place] for place in ahead]), strict=True))
        for place, earlier in behind.items():
            recorded = [decisions[one].command for one in earlier if outcomes[one].verdict is Verdict.RECORDED]
            if recorded and decisions[place].command not in recorded:
                outcomes[place] = Appended(Verdict.CONFLICT)
            else:
                (outcomes[place],) = self._append([decisions[place]])
        return [outcomes[place] for place in range(len(decisions))]

    def settle(self, command: UUID) -> Appended | None:
        """The outcome of a command whose outcome was indeterminate; None when it was not recorded.

        Takes the ledger's lock, so that no commit is under way, and commits, so that the answer is replicated.
        Raises Indeterminate when the connection breaks again.
        """
        with self.connections.connection() as connection, _determined(connection), connection.transaction():
            connection.execute("select head from ledger.take_lock()")
            connection.execute(COMMIT_SOMETHING)
            row = connection.execute(
                "select first_position, last_position from ledger.command where command = %s", [command]
            ).fetchone()
        return None if row is None else Appended(Verdict.REPEATED, *row)

    def entries(
        self, criteria: Sequence[Criterion] = (), *, after: int = 0, until: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """The entries of (after, until] in order: those that match any criterion, or all without criteria."""
        names = self._known()
        if not criteria or any(criterion == Criterion() for criterion in criteria):
            statement = READ_ALL
        else:
            statement = READ_BY_SUBJECT if all(criterion.subjects for criterion in criteria) else READ_BY_POSITION
        wanted = criteria_json(criteria, names)
        return self._entries(
            ask(self.connections, statement, {"wanted": wanted, "after": after, "until": until, "limit": limit})
        )

    def head(self) -> int:
        """The position of the last record; 0 when there is none."""
        return int(self._one(f"select {HEAD}"))

    def now(self) -> datetime:
        now = self._one(f"select {CLOCK}")
        assert isinstance(now, datetime), "the clock returns a time"
        return now

    def _append(self, decisions: Sequence[Decision]) -> list[Appended]:
        if not decisions:
            return []
        with self.connections.connection() as connection, _determined(connection):
            appended, taken = self._write(connection, decisions)
            verdicts = {outcome.verdict for outcome in appended}
            if Verdict.REPEATED in verdicts and Verdict.RECORDED not in verdicts:
                # The first outcome may not be replicated yet: another commit waits for it.
                connection.execute(COMMIT_SOMETHING)
        if not taken:
            return appended
        rest = iter(self._append([each for place, each in enumerate(decisions) if place not in taken]))
        return [Appended(Verdict.TAKEN) if place in taken else next(rest) for place in range(len(decisions))]

    def _write(
        self, connection: psycopg.Connection[TupleRow], decisions: Sequence[Decision]
    ) -> tuple[list[Appended], set[int]]:
        """The outcomes, and the places of the decisions whose numbers are taken: if there are any, nothing is recorded.

        The ledger's lock is held until the commit, so no other transaction inserts rows of numbers meanwhile.
        """
        many = len(decisions) >= BULK_DECISIONS_MIN
        if not many and not any(decision.numbers for decision in decisions):
            return _append_few(connection, decisions, self._known()), set()
        with connection.transaction():
            append = bulk.append if many else _append_few
            appended = append(connection, decisions, self._known())
            taken = _take_numbers(connection, decisions, appended)
            if taken:
                raise psycopg.Rollback
        return appended, taken

    def _entries(self, rows: Sequence[TupleRow]) -> list[Entry]:
        """The entries of rows; a fact of a newer version makes the names be read again."""
        try:
            return [entry_of_row(row, self._known()) for row in rows]
        except UnknownFact:
            self._names = None
            return [entry_of_row(row, self._known()) for row in rows]

    def _known(self) -> Names:
        if self._names is None:
            self._names = Names(*(dict(ask(self.connections, statement)) for statement in NAMES))
        return self._names

    def _one(self, statement: str, *parameters: object) -> Any:
        ((value,),) = ask(self.connections, statement, parameters)
        return value


def _append_few(
    connection: psycopg.Connection[TupleRow], decisions: Sequence[Decision], names: Names
) -> list[Appended]:
    """Record independent decisions by one statement, which is a transaction of its own."""
    facts = [
        conditions_json(decisions, names),
        records_json(decisions, names),
        subjects_json(decisions, names),
        oldest(decisions),
    ]
    if len(decisions) == 1:
        (decision,) = decisions
        cursor = connection.execute(APPEND_ONE, [decision.command, decision.digest, *facts, consulted_json(decision)])
    else:
        cursor = connection.execute(APPEND, [decisions_json(decisions), *facts])
    return [Appended(Verdict(verdict), first or 0, last or 0, at) for verdict, first, last, at in cursor]


def _take_numbers(
    connection: psycopg.Connection[TupleRow], decisions: Sequence[Decision], appended: Sequence[Appended]
) -> set[int]:
    """Insert the rows of the numbers of what was recorded; the places of the decisions whose numbers are taken."""
    rows = [
        (place, row.key.index, row.subject.uuid, row.mac)
        for place, (decision, outcome) in enumerate(zip(decisions, appended, strict=True))
        if outcome.verdict is Verdict.RECORDED
        for row in decision.numbers
    ]
    if not rows:
        return set()
    places, indexes, subjects, macs = (list(column) for column in zip(*rows, strict=True))
    connection.execute(INSERT_NUMBERS, [indexes, subjects, macs])
    return {place for (place,) in connection.execute(TAKEN_NUMBERS, [places, indexes, subjects])}


@contextmanager
def _determined(connection: psycopg.Connection[TupleRow]) -> Iterator[None]:
    """Turn a commit of unknown outcome into Indeterminate: the connection broke, or replication was cancelled."""
    warnings: list[str] = []

    def listen(diagnostic: Diagnostic) -> None:
        if diagnostic.sqlstate == REPLICATION_CANCELLED:
            warnings.append(diagnostic.message_primary or "")

    connection.add_notice_handler(listen)
    try:
        yield
    except psycopg.DatabaseError as error:
        translated = _translated(error)
        if translated is None:
            raise
        raise translated from error
    finally:
        connection.remove_notice_handler(listen)
    if warnings:
        raise Indeterminate(f"PostgreSQL warned: {warnings[0]}")


def _translated(error: psycopg.DatabaseError) -> Exception | None:
    """The ledger's error for the driver's error; None when there is none."""
    match error:
        case psycopg.errors.LockNotAvailable():
            return TooMuchContention()
        case psycopg.errors.CheckViolation() if error.diag.constraint_name in SEALABLE:
            return FactTooLarge()
        case psycopg.OperationalError() if is_lost(error):
            return Indeterminate("the connection broke")
        case _ if error.sqlstate == SEAL_TOO_OLD:
            return SealTooOld()
        case _:
            return None
