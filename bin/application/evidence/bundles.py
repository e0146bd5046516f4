"""Makes bundles: evidence for a court in one zip file, signed as a whole by the log's key."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.keys.vault import Decrypted
from adapters.ledger.entry import Entry
from adapters.seal.formats.note import Signer, signed
from adapters.seal.formats.statement import bundle_statement
from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.application.errors import InvalidArgument
from bin.application.evidence.answers import RegisterAnswer, answer_file, answer_of
from bin.application.evidence.inclusion import Prover, newest_provable, prover_of
from bin.application.evidence.language import Language
from bin.application.evidence.letter_file import COLUMN, letter_content, letter_file
from bin.application.evidence.page import Foundation, render
from bin.application.evidence.page_content import Evidence, fact_file, fact_shown, page_of
from bin.application.evidence.parties import named_in, parties_shown
from bin.application.evidence.proof_files import key_history, message_proof, record_proof
from bin.application.evidence.scope import About, Scope, scope_of
from bin.application.evidence.statements import statement_signer
from bin.application.evidence.verifier import PROGRAM, verifier_sha256
from bin.application.questions.as_of import Question
from bin.application.questions.moments import Moment, known_position
from domain.danish_time import day_of
from domain.operations.disclosure import QuestionKind
from domain.subject import MessageId
from projections.catalogue import REGISTERS
from projections.engine.position import Known, clock
from projections.engine.subjects import askable
from projections.portable import canonical_json, instant

FORM = "bundle/2"
FORMS = ("bundle/1", FORM)
"""Those of which `bundle.json` names one; the first had no signature."""
MANIFEST = "MANIFEST"
KEYS = "KEYS"
CHECKPOINT = "checkpoint"
QUESTION = "bundle.json"
PAGE = "index.html"
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""The earliest time of the zip format, for every file: the bytes of the archive depend on its files only."""
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What evidence is asked for, besides what it is about."""

    moment: Moment | None = None
    wait_seconds: float = 0
    language: Language = Language.DANISH
    """Of the page."""
    with_letter: bool = False
    """Whether the letter itself is enclosed."""


def make_bundle(application: Application, about: About, reader: Reader, asked: Asked) -> Bundle:
    """The bundle of every fact about it, and of what the registers answered; all of it is read from the primary.

    Raises InvalidArgument for what cannot be asked for, BadInput for what nothing is recorded about, NotSealed after
    the wait, RecordAltered, and what `statement_signer`, the signer, `letter_content` and `letter_file` raise.
    """
    if asked.with_letter and not (isinstance(about, MessageId) and reader.opens):
        raise InvalidArgument("a letter is enclosed in evidence about one message, for a reader who opens it")
    with application.database.audit.connect() as connection:
        moment = newest_provable(application) if asked.moment is None else asked.moment
        known = known_position(connection, moment)
    scope = scope_of(application, about, known.position)
    # Whether it is sealed, and can be signed, is known before anybody's data are read.
    prover = prover_of(application, known.position, asked.wait_seconds, with_stamp=True)
    signer = statement_signer(application)
    known_at = _time_of(application, known.position)
    named = named_in(application, scope.entries, known.position, day_of(known_at))
    letter = letter_content(application, scope.entries) if asked.with_letter else None
    reader.disclose(
        QuestionKind.EXPORT,
        known.position,
        [*scope.subjects, *named.about],
        [entry.sealed for entry in scope.entries],
        rows=len(scope.entries),
        columns=(COLUMN,) if asked.with_letter else (),
    )
    evidence = Evidence(
        scope=scope,
        known_at=known_at,
        named=named,
        parties=parties_shown(application, reader, named),
        facts=[fact_shown(reader, entry) for entry in scope.entries],
        answers=dict(_answers(application, scope)),
        letter=None if letter is None else letter_file(reader, scope.entries, letter),
    )
    content = zip_files(_files(prover, signer, reader, evidence, asked.language))
    opened = sum(reader.opened(entry) is not None for entry in scope.entries)
    return Bundle(known, content, len(evidence.facts), len(evidence.answers), opened)


def _files(
    prover: Prover, signer: Signer, reader: Reader, evidence: Evidence, language: Language
) -> Mapping[str, bytes]:
    scope, keys = evidence.scope, key_history(prover)
    files = {CHECKPOINT: prover.sealed.note.encode(), KEYS: _keys(prover)}
    files[PROGRAM.name] = PROGRAM.read_bytes()
    names = [name for party in evidence.parties for name in party.proofs]
    files |= _proofs(prover, keys, [(name.file, name.entry, name.decrypted) for name in names])
    files |= _proofs(prover, keys, [(fact_file(entry), entry, reader.opened(entry)) for entry in scope.entries])
    if isinstance(scope.about, MessageId):
        files["message.tlog-proof"] = message_proof(prover, reader, scope.about, scope.entries, keys).content.encode()
    files |= {name: answer_file(prover, signer, answer, keys) for name, answer in evidence.answers.items()}
    for nth, stamp in enumerate(prover.time_stamps(), 1):
        files |= {f"time-stamps/{nth}.tsr": stamp.token, f"time-stamps/{nth}.checkpoint": stamp.note.encode()}
    if evidence.letter is not None:
        files[evidence.letter.name] = evidence.letter.content
    files[QUESTION] = canonical_json({"rigsbog": FORM, "about": str(scope.about), "known": scope.known}) + b"\n"
    files[PAGE] = render(page_of(evidence, _foundation(prover), language))
    files[MANIFEST] = _manifest(prover, signer, scope.about, files)
    return files


def _proofs(
    prover: Prover, keys: Sequence[str], shown: Sequence[tuple[str, Entry, Decrypted | None]]
) -> Iterator[tuple[str, bytes]]:
    """The file of each record's proof, with what of it is shown."""
    proven = {record.position: record for record in prover.proven(entry.position for _, entry, _ in shown)}
    for name, entry, decrypted in shown:
        yield name, record_proof(prover, decrypted, proven[entry.position], entry, keys).content.encode()


def _manifest(prover: Prover, signer: Signer, about: About, files: Mapping[str, bytes]) -> bytes:
    """The list of the files with their digests, and about whom, when and under which checkpoint; signed."""
    with prover.application.database.audit.connect() as connection:
        made = instant(clock(connection))
    checkpoint = prover.checkpoint
    head = {"about": str(about), "made": made, "origin": checkpoint.origin, "size": checkpoint.size}
    return str(signed(bundle_statement(FORM, canonical_json(head), files), signer)).encode()


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


def _foundation(prover: Prover) -> Foundation:
    stamps = [f"{stamp.authority}: time-stamps/{nth}.tsr" for nth, stamp in enumerate(prover.time_stamps(), 1)]
    return Foundation(prover.checkpoint, prover.vkeys(), prover.witnesses(), stamps, verifier_sha256=verifier_sha256())


def _time_of(application: Application, position: int) -> datetime:
    (entry,) = application.ledger.entries(after=position - 1, until=position)
    assert entry.recorded_at is not None, "only a stored entry has a position"
    return entry.recorded_at
