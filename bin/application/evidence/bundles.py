"""Composes bundles: evidence for a court in one zip file, the same bytes whenever the same state is asked the same."""

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
from bin.application.disclosure import ERASED, PROTECTED, Reader
from bin.application.evidence import page
from bin.application.evidence.answers import Answer, Question, answered, proved
from bin.application.evidence.inclusion import Prover
from bin.application.evidence.proof_files import key_history, of_message, of_record
from bin.application.evidence.scope import Matter
from domain.entities import FACTS
from domain.fact import SEALED
from domain.post.legal_times import legal_times
from domain.subject import MessageId
from projections.catalogue import REGISTERS
from projections.engine.subjects import askable
from projections.portable import canonical_json, row_form

FORM = "bundle/1"
MASKS = (ERASED, PROTECTED)
MANIFEST, KEYS, CHECKPOINT, ASKED, PAGE, VERIFIER = (
    "MANIFEST",
    "KEYS",
    "checkpoint",
    "bundle.json",
    "index.html",
    "verify_receipt.py",
)
PLACES = 12
"""Digits of a position in a file's name, so that names stand in the order of positions."""
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip can tell: a bundle says when in what it holds, not in its shell."""
MODE = 0o644
TRUST = """\
These are the keys of the log that this bundle is of, as the ledger itself tells them. They prove nothing by standing
here: compare them with those that the authority publishes elsewhere, and trust only what is the same.

Dette er nøglerne til den bog, som beviset er taget fra, sådan som bogen selv opgiver dem. De beviser intet ved at stå
her: sammenhold dem med dem, som myndigheden offentliggør et andet sted, og stol kun på det, der er ens.

"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as it leaves the house."""

    content: bytes
    facts: int
    answers: int
    opened: int


def composed(prover: Prover, reader: Reader, matter: Matter) -> Bundle:
    """The bundle of these facts and of what the registers said of them; readings were allowed before."""
    about, entries, keys = matter.about, matter.entries, key_history(prover)
    files: dict[str, bytes] = {CHECKPOINT: prover.sealed.note.encode(), KEYS: _keys(prover)}
    proven = prover.proven(entry.position for entry in entries)
    receipts = {
        place(one.position): of_record(prover, reader, one, entry, keys)
        for one, entry in zip(proven, entries, strict=True)
    }
    files |= {name: receipt.written.encode() for name, receipt in receipts.items()}
    if isinstance(about, MessageId):
        files["message.tlog-proof"] = of_message(prover, reader, about, entries, keys).written.encode()
    answers = dict(_answers(prover.application, matter))
    files |= {name: proved(prover, one, keys) for name, one in answers.items()}
    for nth, stamp in enumerate(prover.time_stamps(), 1):
        files |= {f"time-stamps/{nth}.tsr": stamp.token, f"time-stamps/{nth}.checkpoint": stamp.note.encode()}
    files[VERIFIER] = Path(bin.verify_receipt.__file__).read_bytes()
    files[ASKED] = canonical_json({"rigsbog": FORM, "about": str(about), "known": matter.known}) + b"\n"
    files[PAGE] = page.written(_page(prover, reader, matter, answers))
    files[MANIFEST] = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    return Bundle(zipped(files), len(entries), len(answers), sum(one.opened for one in receipts.values()))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip whose bytes depend on nothing but them: in the order of their names, and not compressed."""
    shell = io.BytesIO()
    with zipfile.ZipFile(shell, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            told = zipfile.ZipInfo(name, ZIPPED_AT)
            told.external_attr = MODE << 16
            told.create_system = 3
            archive.writestr(told, files[name])
    return shell.getvalue()


def place(position: int) -> str:
    """The name of the receipt of a position."""
    return f"facts/{position:0{PLACES}}.tlog-proof"


def _answers(application: Application, matter: Matter) -> Iterator[tuple[str, Answer]]:
    """What each register that can be asked said about each subject, where it said anything."""
    with application.database.audit.connect() as connection:
        for subject in matter.subjects:
            for register in REGISTERS:
                if subject.kind in askable(register):
                    answer = answered(connection, Question(register, subject, matter.known))
                    if answer.rows:
                        yield f"answers/{register.name}.{subject.kind}.{subject.uuid}.answer.json", answer


def _keys(prover: Prover) -> bytes:
    return (TRUST + "".join(f"{key}\n" for key in prover.vkeys())).encode()


def _page(prover: Prover, reader: Reader, matter: Matter, answers: Mapping[str, Answer]) -> page.Page:
    about, known, entries = matter.about, matter.known, matter.entries
    return page.Page(
        about=str(about),
        known=known,
        known_at=_time_of(prover.application, known),
        origin=prover.checkpoint.origin,
        size=prover.checkpoint.size,
        root=prover.checkpoint.root.hex(),
        vkeys=prover.vkeys(),
        witnesses=prover.witnesses(),
        stamps=[f"{one.authority}: time-stamps/{nth}.tsr" for nth, one in enumerate(prover.time_stamps(), 1)],
        clock=asdict(legal_times(record_of(one, FACTS) for one in entries)) if isinstance(about, MessageId) else None,
        facts=[_fact(reader, entry) for entry in entries],
        answers=[_answer(name, one) for name, one in answers.items()],
    )


def _fact(reader: Reader, entry: Entry) -> page.FactShown:
    fields: dict[str, Any] = {name: entry.payload[name] for name in _in_order(entry)}
    if entry.sealed is not None:
        told = reader.fields(entry.sealed, entry.subject, {entry.name: FACTS[entry.name]})
        # The page opens no more than the receipts do.
        proved_open = reader.opened(entry) is not None
        fields |= {name: value if proved_open or value in MASKS else SEALED for name, value in told.items()}
    assert entry.recorded_at is not None, "only a stored entry is evidence"
    context = entry.context
    header = {
        "actor": context.actor,
        "authority": context.authority,
        "legal_basis": context.legal_basis,
        "case": context.case,
    }
    times = entry.recorded_at, context.effective_from
    return page.FactShown(entry.position, *times, entry.name, fields, header, place(entry.position))


def _in_order(entry: Entry) -> list[str]:
    """The open fields as the fact declares them; those that it no longer declares come last."""
    declared = list(FACTS[entry.name].model_fields)
    return sorted(entry.payload, key=lambda name: declared.index(name) if name in declared else len(declared))


def _answer(name: str, answer: Answer) -> page.AnswerShown:
    asked = answer.question
    sealed = {column.name for column in asked.register.table.columns if isinstance(column.type, LargeBinary)}
    rows = [
        {name: _sealed_shown(value) if name in sealed and value else value for name, value in row.items()}
        for row in (row_form(asked.register, one) for one in answer.rows)
    ]
    return page.AnswerShown(asked.register.name, asked.register.answers, str(asked.subject), rows, name)


def _sealed_shown(digest: str) -> str:
    return f"forseglet / sealed · SHA-256 {digest}"


def _time_of(application: Application, position: int) -> datetime:
    (entry,) = application.ledger.entries(after=position - 1, until=position)
    assert entry.recorded_at is not None, "only a stored entry has a position"
    return entry.recorded_at
