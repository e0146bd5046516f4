"""Proves answers: a register's rows, the facts that make them, and the attestation of the register, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from adapters.ledger.entry import Criterion
from adapters.seal.formats.note import Signer, signed
from adapters.seal.formats.statement import answer_statement
from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.evidence.inclusion import Prover, prover_of
from bin.application.evidence.proof_files import fact_part, key_history
from bin.application.evidence.statements import statement_signer
from bin.application.questions.as_of import Question, rows_known
from domain.entities import FACTS
from domain.operations.operation import RebuildAttested
from domain.subject import register_id
from projections.columns import Row
from projections.engine.as_of import ROWS_MAX
from projections.engine.evidence import positions_of
from projections.portable import canonical_json, portable, row_form

FORM = "answer/3"


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """A register's whole answer: the rows that held, and the positions of the facts behind the subject's rows."""

    question: Question
    rows: Sequence[Row]
    positions: Sequence[int]


@dataclass(frozen=True, slots=True)
class AnswerProof:
    """An answer with its proof, ready to be written to a file; `size` is that of the checkpoint."""

    content: bytes
    facts: int
    size: int


def prove_answer(application: Application, question: Question, wait_seconds: float = 0) -> AnswerProof:
    """The answer with its proof, signed as whole; everything in it is read from the primary.

    Raises NotSealed after the wait, BadInput when the answer is too long to be whole, and what `statement_signer` and
    the signer raise.
    """
    prover = prover_of(application, question.known, wait_seconds)
    signer = statement_signer(application)
    with application.database.audit.connect() as connection:
        answer = answer_of(connection, question)
    content = answer_file(prover, signer, answer, key_history(prover))
    return AnswerProof(content, len(answer.positions), prover.checkpoint.size)


def answer_of(connection: Connection, question: Question) -> RegisterAnswer:
    """The register's answer from the ledger; raises BadInput when it is too long to be whole."""
    register, (rows, cut) = question.register, rows_known(connection, question)
    if cut:
        raise BadInput(
            f"{register.name} has more than {ROWS_MAX:,} rows about {question.subject}. Only a whole answer can be"
            " proved: ask about one of the rows."
        )
    held = [row for row in rows if question.holds(row)]
    # A record that sets two rows would make a part of a row that it is not the whole evidence of.
    return RegisterAnswer(question, held, positions_of(connection, register, rows, question.known))


def answer_file(prover: Prover, signer: Signer, answer: RegisterAnswer, keys: Sequence[str]) -> bytes:
    """The answer as a file, with the proof of every fact behind it, and the signature of the whole."""
    question = answer.question
    attested = _attestation(prover.application, question)
    unsigned = {
        "rigsbog": FORM,
        **question.document(),
        "declaration": portable(question.register),
        "rows": [row_form(question.register, row) for row in answer.rows],
        "facts": [fact_part(proven) for proven in prover.proven(answer.positions)],
        "checkpoint": prover.sealed.note,
        "keys": list(keys),
        "attestation": None if attested is None else fact_part(*prover.proven((attested,))),
    }
    signature = signed(answer_statement(FORM, canonical_json(unsigned)), signer)
    return canonical_json(unsigned | {"signature": str(signature)}) + b"\n"


def _attestation(application: Application, question: Question) -> int | None:
    """The newest attestation of the register under this very declaration, up to what was known; None without one."""
    subject, register = register_id(question.register.name), question.register
    names = tuple(name for name, fact in FACTS.items() if fact is RebuildAttested)
    entries = application.ledger.entries((Criterion((subject,), names),), until=question.known)
    positions = [entry.position for entry in entries if entry.payload["declaration"] == register.declaration]
    return max(positions, default=None)
