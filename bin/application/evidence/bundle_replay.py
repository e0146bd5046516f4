"""Replays a bundle: loads its records into a temporary server, and lets the registers answer from these alone."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, LargeBinary

from adapters.postgres.connections import Database
from adapters.postgres.database import DATABASE, connect, create_database
from adapters.postgres.embedded import EmbeddedServer
from bin.application.errors import InvalidArgument
from bin.application.evidence.answers import answer_of
from bin.application.evidence.bundle_reader import BundleContent, read_bundle
from bin.application.operations.migration import migrate
from bin.application.questions.as_of import Question, check_askable
from domain.record import GIVEN
from domain.subject import SubjectId
from domain.subject import subject as subject_id
from projections.catalogue import register as register_of
from projections.columns import Row
from projections.declare import Register
from projections.engine.position import Known, known_at
from projections.portable import Form, canonical_json, portable, row_form

TABLES = ("record", "subject", "command")
VALUES = {
    "subject": "%(uuid)s",
    "kind": "(select kind from ledger.subject_kind where name = %(kind)s)",
    "fact": "(select fact from ledger.fact_name where name = %(fact)s)",
}
"""What the canonical form of a record writes otherwise than the ledger's table."""
RECORD = f"""
insert into ledger.record ({", ".join(column.name for column in GIVEN)})
values ({", ".join(VALUES.get(column.name, f"%({column.context or column.name})s") for column in GIVEN)})
"""  # noqa: S608 - only names of this program
SUBJECT = """
insert into ledger.subject (subject, position, kind, fact)
select %(uuid)s, r.position, k.kind, r.fact from ledger.record r, ledger.subject_kind k
 where r.position = %(position)s and k.name = %(kind)s
"""
LEARN = """
insert into ledger.{table} ({number}, name)
select (select max({number}) from ledger.{table}) + row_number() over (order by name), name
  from unnest(%s::text[]) as n(name) where name not in (select name from ledger.{table}) group by name
"""
LEARN_FACTS = LEARN.format(table="fact_name", number="fact")
LEARN_KINDS = LEARN.format(table="subject_kind", number="kind")
"""A bundle of a newer version may name what this version does not know."""
COMMANDS = """
insert into ledger.command (command, digest, first_position, last_position)
select command, '', min(position - ordinal), max(position) from ledger.record group by command
"""
"""Of a command, a bundle may hold a part: what it lacks changes no answer."""


@dataclass(frozen=True, slots=True)
class ReplayedAnswer:
    question: Question
    rows: Sequence[Form]
    equal: bool | None
    """Whether the bundle's own answer to the same question has these rows; None when it was not asked."""
    same_declaration: bool | None
    """Whether the register is declared as it was when the bundle was made."""


@dataclass(frozen=True, slots=True)
class BundleReplay:
    """What the registers answer from a bundle, at the position that was asked for, cut to whole commands."""

    bundle: BundleContent
    known: Known
    answers: Sequence[ReplayedAnswer]

    @property
    def equal(self) -> bool:
        """Whether no answer differs from that of the bundle."""
        return all(answer.equal is not False for answer in self.answers)


def replay_bundle(
    file: Path,
    vkeys: Sequence[str],
    known: int | None = None,
    register: Register | None = None,
    subject: SubjectId | None = None,
) -> BundleReplay:
    """Verify the bundle and answer its own questions again, or the one about this register and subject.

    Raises NotValid, BadInput for a file that is not a bundle, and InvalidArgument for what cannot be asked.
    """
    bundle = read_bundle(file, vkeys)
    position = bundle.known if known is None else known
    if position > bundle.known:
        raise InvalidArgument(
            f"the bundle holds what was known at position {bundle.known}: ask about that one or an earlier one"
        )
    if register is not None:
        subject = subject or subject_id(bundle.about)
        check_askable(register, subject)
    with _loaded(bundle) as connection:
        cut = known_at(connection, position)
        if register is not None and subject is not None:
            questions = [Question(register, subject, cut.position)]
        else:
            questions = [_asked_again(answer, cut.position) for answer in bundle.answers]
        answers = [_replayed(connection, bundle, question) for question in questions]
    return BundleReplay(bundle, cut, answers)


def _asked_again(answer: Mapping[str, Any], position: int) -> Question:
    """The question of an answer in the bundle, at this position."""
    day = None if answer["valid"] is None else date.fromisoformat(answer["valid"])
    return Question(register_of(answer["register"]), subject_id(answer["subject"]), position, day)


def _replayed(connection: Connection, bundle: BundleContent, question: Question) -> ReplayedAnswer:
    answer = answer_of(connection, question)
    rows = [_form(question.register, row) for row in answer.rows]
    recorded = next((each for each in bundle.answers if question.document().items() <= each.items()), None)
    equal = same = None
    if recorded is not None:
        equal = sorted(map(canonical_json, recorded["rows"])) == sorted(map(canonical_json, rows))
        same = canonical_json(recorded["declaration"]) == canonical_json(portable(question.register))
    return ReplayedAnswer(question, rows, equal, same)


def _form(declared: Register, row: Row) -> Form:
    """A row as an answer holds it; in the place of an encrypted part is its digest already, see `_parameters`."""
    sealed = [str(column.name) for column in declared.table.columns if isinstance(column.type, LargeBinary)]
    digests = {name: None if row[name] is None else bytes(row[name]).hex() for name in sealed}
    return row_form(declared, {**row, **dict.fromkeys(sealed)}) | digests


@contextmanager
def _loaded(bundle: BundleContent) -> Iterator[Connection]:
    """A temporary server that holds only these records."""
    home = Path(tempfile.mkdtemp(prefix="rigsbog-replay-"))
    home.chmod(0o711)
    server = EmbeddedServer(home)
    try:
        with server:
            create_database(server.url("postgres"), DATABASE)
            migrate(server.url(DATABASE))
            _load(server.url(DATABASE), bundle.records)
            with closing(Database(server.url(DATABASE))) as database, database.audit.connect() as connection:
                yield connection
    finally:
        if (home / "postgresql").is_dir():
            server.destroy()
        shutil.rmtree(home, ignore_errors=True)


def _load(url: str, records: Mapping[int, Mapping[str, Any]]) -> None:
    """Insert the records at their positions, without the guards against holes: a part of a ledger has holes."""
    with connect(url) as owner:
        for table in TABLES:
            owner.execute(f"alter table ledger.{table} disable trigger user")
        owner.execute(LEARN_FACTS, [[record["fact"] for record in records.values()]])
        owner.execute(
            LEARN_KINDS, [[who.partition(":")[0] for record in records.values() for who in record["subjects"]]]
        )
        for position in sorted(records):
            record = records[position]
            owner.execute(RECORD, _parameters(record))
            for subject in record["subjects"]:
                kind, _, uuid = subject.partition(":")
                owner.execute(SUBJECT, {"uuid": uuid, "kind": kind, "position": position})
        owner.execute(COMMANDS)


def _parameters(record: Mapping[str, Any]) -> dict[str, Any]:
    kind, _, uuid = record["subject"].partition(":")
    digest = record["sealed_sha256"]
    return {
        **record,
        "kind": kind,
        "uuid": uuid,
        "payload": json.dumps(record["payload"]),
        # A bundle holds the digest of the encrypted part only.
        "sealed": None if digest is None else bytes.fromhex(digest),
    }
