"""Asks a bundle again: loads its records into a throw-away server, and lets the registers answer from these alone."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import KW_ONLY, asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, LargeBinary

from adapters.ledger.entry import UnknownFact
from adapters.postgres.database import DATABASE, connect, create_database, engine
from adapters.postgres.embedded import EmbeddedServer
from bin.application.evidence.answers import Question, answered
from bin.application.evidence.bundle_reader import Opened
from bin.application.operations.migration import migrate
from domain.subject import subject
from projections.catalogue import register
from projections.declare import Register
from projections.engine.position import Known, known_at
from projections.portable import canonical_json, portable, row_form

TABLES = ("record", "subject", "command")
RECORD = """
insert into ledger.record (position, recorded_at, effective_from, causation, command, correlation, subject, kind, fact,
                           ordinal, authority, actor, legal_basis, case_id, payload, sealed)
values (%(position)s, %(recorded_at)s, %(effective_from)s, %(causation)s, %(command)s, %(correlation)s, %(uuid)s,
        (select kind from ledger.subject_kind where name = %(kind)s),
        (select fact from ledger.fact_name where name = %(fact)s),
        %(ordinal)s, %(authority)s, %(actor)s, %(legal_basis)s, %(case)s, %(payload)s, %(sealed)s)
"""
SUBJECT = """
insert into ledger.subject (subject, position, kind, fact)
select %(uuid)s, r.position, k.kind, r.fact from ledger.record r, ledger.subject_kind k
 where r.position = %(position)s and k.name = %(kind)s
"""
COMMANDS = """
insert into ledger.command (command, digest, first_position, last_position)
select command, '', min(position - ordinal), max(position) from ledger.record group by command
"""
"""Of a command, a bundle may hold a part: what it lacks changes no answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a register is asked, in the words of an answer."""

    register: str
    subject: str
    known: int
    valid: str | None = None

    def is_of(self, answer: Mapping[str, Any]) -> bool:
        """Whether the answer is to this very question."""
        return asdict(self) == {name: answer[name] for name in asdict(self)}


@dataclass(frozen=True, slots=True)
class Replayed(Asked):
    """What a register answers from the records of a bundle."""

    _: KW_ONLY
    rows: list[dict[str, Any]]
    equal: bool | None
    """Whether the bundle's own answer to the same question has these rows; None when it was not asked."""
    same_declaration: bool | None
    """Whether the register is declared as it was when the bundle was made."""


def replayed(bundle: Opened, questions: Iterable[Asked], position: int) -> tuple[Known, list[Replayed]]:
    """The answers to these questions at that position, cut to whole commands; each from the bundle's records alone."""
    with _loaded(bundle) as connection:
        known = known_at(connection, position)
        return known, [_replayed(connection, bundle, replace(asked, known=known.position)) for asked in questions]


def asked_in(bundle: Opened, known: int) -> list[Asked]:
    """What the bundle's own answers were asked, but as known at that position."""
    return [Asked(one["register"], one["subject"], known, one["valid"]) for one in bundle.answers]


def _replayed(connection: Connection, bundle: Opened, asked: Asked) -> Replayed:
    named = register(asked.register)
    day = None if asked.valid is None else date.fromisoformat(asked.valid)
    answer = answered(connection, Question(named, subject(asked.subject), asked.known, day))
    rows = [_form(named, row) for row in answer.rows]
    recorded = next((one for one in bundle.answers if asked.is_of(one)), None)
    equal = same = None
    if recorded is not None:
        equal = sorted(map(canonical_json, recorded["rows"])) == sorted(map(canonical_json, rows))
        same = canonical_json(recorded["declaration"]) == canonical_json(portable(named))
    return Replayed(**asdict(asked), rows=rows, equal=equal, same_declaration=same)


def _form(named: Register, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as an answer holds it; the digest of a sealed part already stands in its place, see `_row`."""
    sealed = [str(column.name) for column in named.table.columns if isinstance(column.type, LargeBinary)]
    digests = {name: None if row[name] is None else bytes(row[name]).hex() for name in sealed}
    return row_form(named, {**row, **dict.fromkeys(sealed)}) | digests


@contextmanager
def _loaded(bundle: Opened) -> Iterator[Connection]:
    """A server of its own that holds just these records, and is gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="rigsbog-replay-"))
    home.chmod(0o711)
    server = EmbeddedServer(home)
    try:
        with server:
            create_database(server.url("postgres"), DATABASE)
            migrate(server.url(DATABASE))
            _load(server.url(DATABASE), bundle.records)
            auditing = engine(server.url(DATABASE), "rigsbog_audit")
            try:
                with auditing.connect() as connection:
                    yield connection
            finally:
                auditing.dispose()
    finally:
        if (home / "postgresql").is_dir():
            server.destroy()
        shutil.rmtree(home, ignore_errors=True)


def _load(url: str, records: Mapping[int, Mapping[str, Any]]) -> None:
    """Put the records where they stood. A part of a ledger has holes: here alone nothing guards against them."""
    with connect(url) as owner:
        for table in TABLES:
            owner.execute(f"alter table ledger.{table} disable trigger user")
        try:
            for position in sorted(records):
                record = records[position]
                owner.execute(RECORD, _row(record))
                for one in record["subjects"]:
                    kind, _, uuid = one.partition(":")
                    owner.execute(SUBJECT, {"uuid": uuid, "kind": kind, "position": position})
            owner.execute(COMMANDS)
        except psycopg.errors.NotNullViolation as error:
            raise UnknownFact(f"position {position} holds a fact unknown to this version: run a newer one") from error


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    kind, _, uuid = record["subject"].partition(":")
    digest = record["sealed_sha256"]
    return {
        **record,
        "kind": kind,
        "uuid": uuid,
        "payload": json.dumps(record["payload"]),
        # The digest stands for the sealed part, which no evidence needs.
        "sealed": None if digest is None else bytes.fromhex(digest),
    }
