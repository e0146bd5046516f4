"""Makes bundles: evidence for a court in one zip file; the same question of the same state gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary

import bin.verify_receipt
from adapters.ledger.entry import Entry, record_of
from bin.application.application import Application
from bin.application.disclosure import ERASED, PROTECTED, Reader, parties_named
from bin.application.evidence import page
from bin.application.evidence.answers import RegisterAnswer, answer_file, answer_of
from bin.application.evidence.inclusion import Prover, newest_provable, prover_of
from bin.application.evidence.proof_files import key_history, message_proof, record_proof
from bin.application.evidence.scope import About, Scope, scope_of
from bin.application.questions.as_of import Question
from bin.application.questions.moments import Moment, known_position
from domain.entities import FACTS, fact_class
from domain.fact import SEALED
from domain.operations.disclosure import QuestionKind
from domain.post.legal_times import legal_times
from domain.subject import MessageId
from projections.catalogue import REGISTERS
from projections.engine.position import Known
from projections.engine.subjects import askable
from projections.portable import canonical_json, row_form

FORM = "bundle/1"
MASKS = (ERASED, PROTECTED)
MANIFEST = "MANIFEST"
KEYS = "KEYS"
CHECKPOINT = "checkpoint"
QUESTION = "bundle.json"
PAGE = "index.html"
VERIFIER = "verify_receipt.py"
POSITION_DIGITS = 12
"""Digits of a position in a file's name, so that names sort as positions do."""
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""The earliest time of the zip format, for every file: a bundle's bytes depend on its content only."""
MODE = 0o644
UNIX = 3
"""The zip format's number of the system whose file modes the members have."""
TRUST = """\
These are the ledger's public keys, as stated by the ledger itself. They are not proof on their own: compare them with
the keys that the authority publishes elsewhere.

Dette er rigsbogens offentlige nøgler, som den selv oplyser dem. De beviser ikke noget i sig selv: sammenlign dem med de
nøgler, som myndigheden offentliggør et andet sted.

"""


@dataclass(frozen=True, slots=True)
class Bundle:
    known: Known
    content: bytes
    facts: int
    answers: int
    opened: int


def make_bundle(
    application: Application, about: About, reader: Reader, moment: Moment | None = None, wait_seconds: float = 0
) -> Bundle:
    """The bundle of every fact about it, and of what the registers answered; all of it is read from the primary.

    Raises InvalidArgument for a moment that cannot be asked about, BadInput for what nothing is recorded about,
    NotSealed after the wait, and RecordAltered.
    """
    with application.database.audit.connect() as connection:
        known = known_position(connection, newest_provable(application) if moment is None else moment)
    scope = scope_of(application, about, known.position)
    # Whether it is sealed is known before anybody's data are read.
    prover = prover_of(application, known.position, wait_seconds, with_stamp=True)
    reader.disclose(
        QuestionKind.EXPORT,
        known.position,
        [*scope.subjects, *parties_named(scope.entries)],
        [entry.sealed for entry in scope.entries],
        rows=len(scope.entries),
    )
    return _bundle(prover, reader, scope, known)


def _bundle(prover: Prover, reader: Reader, scope: Scope, known: Known) -> Bundle:
    about, entries, keys = scope.about, scope.entries, key_history(prover)
    files: dict[str, bytes] = {CHECKPOINT: prover.sealed.note.encode(), KEYS: _keys(prover)}
    proven = prover.proven(entry.position for entry in entries)
    proofs = {
        proof_name(entry.position): record_proof(prover, reader, record, entry, keys)
        for record, entry in zip(proven, entries, strict=True)
    }
    files |= {name: proof.content.encode() for name, proof in proofs.items()}
    if isinstance(about, MessageId):
        files["message.tlog-proof"] = message_proof(prover, reader, about, entries, keys).content.encode()
    answers = dict(_answers(prover.application, scope))
    files |= {name: answer_file(prover, answer, keys) for name, answer in answers.items()}
    for nth, stamp in enumerate(prover.time_stamps(), 1):
        files |= {f"time-stamps/{nth}.tsr": stamp.token, f"time-stamps/{nth}.checkpoint": stamp.note.encode()}
    files[VERIFIER] = Path(bin.verify_receipt.__file__).read_bytes()
    files[QUESTION] = canonical_json({"rigsbog": FORM, "about": str(about), "known": scope.known}) + b"\n"
    files[PAGE] = page.render(_page(prover, reader, scope, answers))
    files[MANIFEST] = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    opened = sum(proof.opened for proof in proofs.values())
    return Bundle(known, zip_files(files), len(entries), len(answers), opened)


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip whose bytes depend on them only: in the order of their names, and not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, ZIPPED_AT)
            member.external_attr = MODE << 16
            member.create_system = UNIX
            archive.writestr(member, files[name])
    return buffer.getvalue()


def proof_name(position: int) -> str:
    return f"facts/{position:0{POSITION_DIGITS}}.tlog-proof"


def _answers(application: Application, scope: Scope) -> Iterator[tuple[str, RegisterAnswer]]:
    with application.database.audit.connect() as connection:
        for subject in scope.subjects:
            for register in REGISTERS:
                if subject.kind in askable(register):
                    answer = answer_of(connection, Question(register, subject, scope.known))
                    if answer.rows:
                        yield f"answers/{register.name}.{subject.kind}.{subject.uuid}.answer.json", answer


def _keys(prover: Prover) -> bytes:
    return (TRUST + "".join(f"{key}\n" for key in prover.vkeys())).encode()


def _page(prover: Prover, reader: Reader, scope: Scope, answers: Mapping[str, RegisterAnswer]) -> page.Page:
    about, known, entries = scope.about, scope.known, scope.entries
    return page.Page(
        about=str(about),
        known=known,
        known_at=_time_of(prover.application, known),
        checkpoint=prover.checkpoint,
        vkeys=prover.vkeys(),
        witnesses=prover.witnesses(),
        stamps=[f"{stamp.authority}: time-stamps/{nth}.tsr" for nth, stamp in enumerate(prover.time_stamps(), 1)],
        times=_legal_times(scope),
        facts=[_fact(reader, entry) for entry in entries],
        answers=[_answer(name, answer) for name, answer in answers.items()],
    )


def _legal_times(scope: Scope) -> Mapping[str, datetime | None] | None:
    """The legal times of a message; None of any other scope."""
    if not isinstance(scope.about, MessageId):
        return None
    return asdict(legal_times(record_of(entry, FACTS) for entry in scope.entries))


def _fact(reader: Reader, entry: Entry) -> page.FactShown:
    fields: dict[str, Any] = {name: entry.payload[name] for name in _in_order(entry)}
    if entry.sealed is not None:
        shown = reader.fields(entry.sealed, entry.subject, {entry.name: fact_class(entry.name)})
        # The page shows no more than the proofs do.
        proved_open = reader.opened(entry) is not None
        fields |= {name: value if proved_open or value in MASKS else SEALED for name, value in shown.items()}
    assert entry.recorded_at is not None, "only a stored entry is evidence"
    header = {name: getattr(entry.context, name) for name in ("actor", "authority", "legal_basis", "case")}
    times = entry.recorded_at, entry.context.effective_from
    return page.FactShown(entry.position, *times, entry.name, fields, header, proof_name(entry.position))


def _in_order(entry: Entry) -> list[str]:
    """The fields that are not personal, as the fact declares them; those that it no longer declares come last."""
    declared = list(fact_class(entry.name).model_fields)
    return sorted(entry.payload, key=lambda name: declared.index(name) if name in declared else len(declared))


def _answer(name: str, answer: RegisterAnswer) -> page.AnswerShown:
    question = answer.question
    sealed = {column.name for column in question.register.table.columns if isinstance(column.type, LargeBinary)}
    rows = [
        {
            name: f"forseglet / sealed · SHA-256 {value}" if name in sealed and value else value
            for name, value in row.items()
        }
        for row in (row_form(question.register, row) for row in answer.rows)
    ]
    return page.AnswerShown(question.register.name, question.register.answers, str(question.subject), rows, name)


def _time_of(application: Application, position: int) -> datetime:
    (entry,) = application.ledger.entries(after=position - 1, until=position)
    assert entry.recorded_at is not None, "only a stored entry has a position"
    return entry.recorded_at
