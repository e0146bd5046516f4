"""The peer: the eventsourcing library's own PostgreSQL recorders and projection runner, at their best safe settings.

Appends are compared with its recorder of the same contract as the ledger's, `PostgresDCBRecorderTT`: facts with tags,
recorded in the order of commits on condition that nothing that matches was recorded meanwhile. The projection runner
reads from its recorder of applications, whose database functions are quicker and are left off: they take no lock, and
readers then miss events.
"""

from __future__ import annotations

import math
import os
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import (
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresFactory,
    PostgresTrackingRecorder,
)
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier
from pydantic_core import to_json

from adapters.ledger.entry import Decision, Entry
from adapters.ledger.eventsourcing import query_of

CALLERS = 8
SAVE_TOGETHER = 50
FACTS_A_LETTER = 4
DEADLINE_SECONDS = 600.0
POSITION_MAX = 2**62

Append = tuple[list[DCBEvent], DCBAppendCondition]
"""What the library's recorder is given at once."""


class Letter(Aggregate):
    @event("Submitted")
    def __init__(self, sender: str, recipient: str, content: str) -> None:
        self.sender, self.recipient, self.content = sender, recipient, content
        self.stage = "submitted"

    @event("Scheduled")
    def schedule(self, release_at: str) -> None:
        self.stage, self.release_at = "scheduled", release_at

    @event("MadeAvailable")
    def make_available(self) -> None:
        self.stage = "available"

    @event("Opened")
    def open(self, reader: str) -> None:
        self.reader = reader


class Letters(Application[UUID]):
    """The library's store of letters."""


class SentWhole(PostgresApplicationRecorder):
    """The library's recorder, which sees to it that a large batch is sent whole.

    Without this, psycopg's pipeline may leave the rest of it unsent and wait for the answer without end.
    """

    def _insert_stored_events(self, curs: Cursor[DictRow], stored_events: Sequence[StoredEvent], **named: Any) -> None:
        super()._insert_stored_events(curs, stored_events, **named)
        while curs.connection.pgconn.flush():
            select.select((), (curs.connection,), ())


class LetterRows(PostgresTrackingRecorder):
    """A register as the library's users would write it: one row a letter, with the tracking in the same transaction."""

    def __init__(self, datastore: PostgresDatastore, **named: Any) -> None:
        super().__init__(datastore, **named)
        self.table = SQL("{}.{}").format(Identifier(datastore.schema), Identifier(self.tracking_table_name + "_rows"))
        made = SQL(
            "create table if not exists {} (letter uuid primary key, sender text, recipient text, stage text,"
            " submitted_at timestamptz, available_at timestamptz, first_opened_at timestamptz)"
        )
        self.sql_create_statements.append(made.format(self.table))

    def submit(self, letter: UUID, at: object, sender: str, recipient: str, tracking: Tracking) -> None:
        statement = SQL("insert into {} values (%s, %s, %s, 'submitted', %s)").format(self.table)
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement, (letter, sender, recipient, at), prepare=True)

    def advance(self, letter: UUID, stage: str, column: str, at: object, tracking: Tracking) -> None:
        statement = SQL("update {} set stage = %s, {} = %s where letter = %s")
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement.format(self.table, Identifier(column)), (stage, at, letter), prepare=True)


class LetterRegister(Projection[LetterRows]):
    """Which event sets what, and when the first and the latest event were taken in."""

    columns = {"Scheduled": "submitted_at", "MadeAvailable": "available_at", "Opened": "first_opened_at"}  # noqa: RUF012 - the library's own style of class attribute

    def __init__(self, view: LetterRows) -> None:
        super().__init__(view)
        self.began, self.ended = math.inf, 0.0

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.began = min(self.began, time.perf_counter())
        kind, letter, at = type(domain_event).__name__, domain_event.originator_id, domain_event.timestamp
        if kind == "Submitted":
            self.view.submit(letter, at, domain_event.sender, domain_event.recipient, tracking)
        else:
            self.view.advance(letter, kind.lower(), self.columns[kind], at, tracking)
        self.ended = time.perf_counter()


def environment(url: str) -> dict[str, str]:
    parts = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts.get("host") or "localhost"),
        "POSTGRES_PORT": str(parts.get("port") or 5432),
        "POSTGRES_USER": str(parts.get("user") or ""),
        # The library asks for one, also where the server does not.
        "POSTGRES_PASSWORD": str(parts.get("password") or "none"),
        "POSTGRES_POOL_SIZE": str(CALLERS),
        "POSTGRES_ENABLE_DB_FUNCTIONS": "n",
        "APPLICATION_RECORDER_TOPIC": get_topic(SentWhole),
    }


@contextmanager
def recorder(url: str) -> Iterator[PostgresDCBRecorderTT]:
    """The library's recorder of facts with tags, on a database of its own."""
    datastore = PostgresFactory(environment(url)).datastore
    try:
        peer = PostgresDCBRecorderTT(datastore)
        peer.create_table()
        with datastore.cursor() as cursor:
            # Measured: once its tables are analyzed, the plan of its condition is ten times slower.
            for table in (peer.events_table_name, peer.tags_table_name):
                cursor.execute(SQL("alter table {} set (autovacuum_enabled = off)").format(Identifier(table)))
        yield peer
    finally:
        datastore.close()


def head(peer: PostgresDCBRecorderTT) -> int:
    """The position of the last fact that the library's recorder holds."""
    return peer.read(after=POSITION_MAX).head or 0


def appends(decisions: Sequence[Decision], *, together: int = 1) -> list[Append]:
    """The same facts, tags and conditions as the library takes them, already encoded, so that this is not counted.

    It takes one condition at a time. `together` decisions share an append by joining theirs: it is quicker, but when
    one of them fails, none of them is recorded.
    """
    return [_append(decisions[start : start + together]) for start in range(0, len(decisions), together)]


def _append(decisions: Sequence[Decision]) -> Append:
    events = [
        DCBEvent(type=entry.name, data=_bytes(entry), tags=[str(subject) for subject in entry.subjects])
        for decision in decisions
        for entry in decision.entries
    ]
    unless = [criterion for decision in decisions for criterion in decision.unless or ()]
    return events, DCBAppendCondition(query_of(unless), min(decision.after for decision in decisions))


def _bytes(entry: Entry) -> bytes:
    """As many bytes as our row of the same fact holds: its header, its payload, and its sealed part."""
    context = entry.context
    words = f"{context.authority}{context.actor}{context.legal_basis}".encode()
    header = context.command.bytes + context.correlation.bytes + entry.subject.uuid.bytes + words
    return header + to_json(entry.payload) + (entry.sealed or b"")


def write_letters(url: str, events: int) -> int:
    """Record whole lives of letters; says how many events there are."""
    application = Letters(environment(url))
    try:
        for _ in range(max(1, events // FACTS_A_LETTER // SAVE_TOGETHER)):
            application.save(*(_read_letter() for _ in range(SAVE_TOGETHER)))
        return application.recorder.max_notification_id() or 0
    finally:
        application.close()


def run_projection(url: str, events: int) -> float:
    """Project all events into a fresh register; events/s from the first to the last, start-up left out."""

    class Fresh(LetterRegister):
        name = f"run_{uuid4().hex[:8]}"

    with ProjectionRunner(
        application_class=Letters, projection_class=Fresh, view_class=LetterRows, env=environment(url)
    ) as runner:
        runner.wait(events, timeout=DEADLINE_SECONDS)
        register = runner.projection
        assert isinstance(register, LetterRegister), "the runner made what it was given"
        return (events - 1) / (register.ended - register.began)


def _read_letter() -> Letter:
    letter = Letter(sender=f"company:{uuid4()}", recipient=f"person:{uuid4()}", content=os.urandom(150).hex())
    letter.schedule("2026-03-09T23:00:00Z")
    letter.make_available()
    letter.open(f"person:{uuid4()}")
    return letter
