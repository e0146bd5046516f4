"""The ledger on PostgreSQL: reads facts in the order of their positions, and records decisions without a hole.

It is a recorder of the eventsourcing library (`DCBRecorder`), and more: outcomes for each command, many decisions
in one transaction, the ledger's own clock. The rules that must hold whoever writes are in the database itself
(migrations/versions/0001_ledger.sql): one lock, gapless positions in commit order, append-only.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBReadResponse, DCBRecorder
from eventsourcing.dcb.popo import SimpleDCBReadResponse
from eventsourcing.persistence import IntegrityError, ProgrammingError
from psycopg.errors import Diagnostic
from psycopg.rows import TupleRow

from adapters import bulk_append
from adapters.connections import Connections
from adapters.dcb_form import criteria_of, decision_of, sequenced
from adapters.entry import Appended, Consultation, Criterion, Decision, Entry, Indeterminate, Verdict
from adapters.ledger_rows import CONSULT, READ_BY_POSITION, READ_BY_SUBJECT, Names, Rows, criteria_json
from adapters.subscription import PostgresSubscription

BULK_DECISIONS_MIN = 50
"""From so many decisions on, copying them in is quicker than handing them over as one parameter."""
REPLICATION_CANCELLED = "01000"
"""SQLSTATE of the warning that a commit no longer waits for its standbys: durable here, perhaps nowhere else."""
CONNECTION_LOST = ("08", "57P")
"""SQLSTATE classes after which nobody knows whether the commit took place."""


class PostgresLedger(DCBRecorder):
    """One process's way to the ledger; safe for many threads."""

    def __init__(self, connections: Connections, rows: Rows) -> None:
        self._connections = connections
        self._rows = rows
        self._names: Names | None = None

    def consult(self, criteria: Sequence[Criterion], commands: Sequence[UUID] = ()) -> Consultation:
        """Everything that matches the criteria, with the head, the clock and earlier outcomes, in one snapshot."""
        names = self._known()
        with self._connections.connection() as connection:
            wanted = {"commands": list(commands), "wanted": criteria_json(criteria, names)}
            rows = connection.execute(CONSULT, wanted).fetchall()
        head, now, earlier = rows[0][:3]
        entries = tuple(self._rows.entry(row[3:], names) for row in rows if row[3] is not None)
        return Consultation(
            entries=entries,
            head=head,
            now=now,
            earlier={
                UUID(command): (bytes.fromhex(digest), Appended(Verdict.REPEATED, first, last))
                for command, digest, first, last in earlier or ()
            },
        )

    def append_many(self, decisions: Sequence[Decision]) -> list[Appended]:
        """Record independent decisions in one transaction, each with its own condition and its own outcome.

        Raises Indeterminate when nobody can know whether they were recorded.
        """
        if not decisions:
            return []
        names = self._known()
        with self._connections.connection() as connection, _determined(connection):
            if len(decisions) >= BULK_DECISIONS_MIN:
                return bulk_append.append(connection, decisions, names)
            batch = json.dumps([_json_of(decision, names) for decision in decisions], ensure_ascii=False)
            rows = connection.execute(
                "select outcome, first_position, last_position from ledger.append(%s::json)", [batch]
            ).fetchall()
        return [Appended(Verdict(verdict), first or 0, last or 0) for verdict, first, last in rows]

    def settle(self, command: UUID) -> Appended | None:
        """What became of a command whose outcome was indeterminate; None: it was not recorded.

        Waits for the ledger's lock, so no commit is still on its way, and for a commit of its own, so what it says
        is as safely replicated as any commit is. Raises Indeterminate when even that cannot be known.
        """
        with self._connections.connection() as connection, _determined(connection), connection.transaction():
            connection.execute("select head from ledger.take_lock()")
            connection.execute("select pg_logical_emit_message(true, 'rigsbog', 'settle')")
            row = connection.execute(
                "select first_position, last_position from ledger.command where command = %s", [command]
            ).fetchone()
        return None if row is None else Appended(Verdict.REPEATED, *row)

    def entries(
        self, criteria: Sequence[Criterion] = (), *, after: int = 0, until: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """Entries after one position, up to another, in order; all that match any criterion, or all there are."""
        names = self._known()
        with self._connections.connection() as connection:
            wanted = criteria_json(criteria or (Criterion(),), names)
            statement = READ_BY_SUBJECT if criteria and all(one.subjects for one in criteria) else READ_BY_POSITION
            rows = connection.execute(statement, {"wanted": wanted, "after": after, "until": until, "limit": limit})
            return [self._rows.entry(row, names) for row in rows.fetchall()]

    def head(self) -> int:
        """The position of the last record; 0 when there is none."""
        return int(self._one("select coalesce(max(position), 0) from ledger.record"))

    def now(self) -> datetime:
        """The ledger's clock."""
        now = self._one("select ledger.clock()")
        assert isinstance(now, datetime), "the clock tells a time"
        return now

    def position_at(self, time: datetime) -> int:
        """The position of the last record at or before a time."""
        return int(self._one("select ledger.position_at(%s)", time))

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """As `DCBRecorder.read`."""
        head = self.head()
        entries = self.entries(criteria_of(query), after=after or 0, until=None if limit else head, limit=limit)
        last = entries[-1].position if entries else None
        return SimpleDCBReadResponse(map(sequenced, entries), last if limit is not None else head or None)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """As `DCBRecorder.append`; raises IntegrityError when the condition fails."""
        if not events:
            raise ProgrammingError("an append records at least one event")
        (appended,) = self.append_many([decision_of(events, condition)])
        if appended.verdict in (Verdict.CONFLICT, Verdict.OTHER):
            raise IntegrityError(condition)
        return appended.last

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> PostgresSubscription:
        """As `DCBRecorder.subscribe`: everything recorded, and then, woken by NOTIFY, everything that will be."""
        return PostgresSubscription(self, self._connections, query, after)

    def _known(self) -> Names:
        if self._names is None:
            with self._connections.connection() as connection:
                self._names = Names.read(connection)
        return self._names

    def _one(self, statement: str, *parameters: object) -> Any:
        with self._connections.connection() as connection:
            row = connection.execute(statement, parameters).fetchone()
        assert row is not None, "a select of an expression gives one row"
        return row[0]


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
    except psycopg.OperationalError as error:
        if error.sqlstate is None or error.sqlstate.startswith(CONNECTION_LOST):
            raise Indeterminate(f"the connection broke: {error}") from error
        raise
    finally:
        connection.remove_notice_handler(listen)
    if warnings:
        raise Indeterminate(f"PostgreSQL warned: {warnings[0]}")


def _json_of(decision: Decision, names: Names) -> dict[str, Any]:
    """A decision as ledger.append takes it."""
    return {
        "command": str(decision.command),
        "digest": decision.digest.hex(),
        "after": decision.after,
        "unless": None if decision.unless is None else json.loads(criteria_json(decision.unless, names)),
        "records": [_record_json(entry, names) for entry in decision.entries],
    }


def _record_json(entry: Entry, names: Names) -> dict[str, Any]:
    context = entry.context
    return {
        "fact": names.fact(entry.name),
        "kind": names.kind(entry.subject),
        "subject": str(entry.subject.uuid),
        "ordinal": entry.ordinal,
        "authority": context.authority,
        "actor": context.actor,
        "legal_basis": context.legal_basis,
        "case_id": context.case,
        "correlation": str(context.correlation),
        "causation": context.causation,
        "effective_from": context.effective_from and context.effective_from.isoformat(),
        "payload": entry.payload,
        "sealed": None if entry.sealed is None else base64.b64encode(entry.sealed).decode(),
        "subjects": [{"kind": names.kind(one), "subject": str(one.uuid)} for one in entry.subjects],
    }
