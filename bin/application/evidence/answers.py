"""Composes answers with proof: a register's rows, the facts that make them, and the attestation of the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from adapters.ledger.entry import Criterion
from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.evidence.inclusion import Prover
from bin.application.evidence.proof_files import fact_part
from domain.entities import FACTS
from domain.operations.operation import RebuildAttested
from domain.subject import SubjectId, register_id
from projections.declare import Register
from projections.engine.as_of import ROWS_MAX, rows_as_of
from projections.engine.evidence import positions_of
from projections.portable import canonical_json, portable, row_form

FORM = "answer/1"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What a register was asked: about whom, as known at a position, and, where rows have a validity, on which day."""

    register: Register
    subject: SubjectId
    known: int
    valid: date | None = None

    def holds(self, row: Row) -> bool:
        """Whether the row held on the day: from valid_from until before valid_to."""
        if self.valid is None:
            return True
        begins, ends = row["valid_from"], row["valid_to"]
        return begins is not None and begins <= self.valid and (ends is None or self.valid < ends)


@dataclass(frozen=True, slots=True)
class Answer:
    """A register's answer: the rows that held, and what makes them and the subject's other rows."""

    question: Question
    rows: Sequence[Row]
    positions: Sequence[int]


def answered(connection: Connection, question: Question) -> Answer:
    """The register's answer from the ledger; raises BadInput when it is too long to be whole."""
    register, (rows, cut) = question.register, rows_known(connection, question)
    if cut:
        raise BadInput(
            f"{register.name} has more than {ROWS_MAX:,} rows about {question.subject}, and no answer is proved that is"
            " not whole: ask about one of them."
        )
    held = [row for row in rows if question.holds(row)]
    # A record that sets two rows would make a part of a row that it is not the whole evidence of.
    return Answer(question, held, positions_of(connection, register, rows, question.known))


def rows_known(connection: Connection, question: Question) -> tuple[Sequence[Row], bool]:
    """The rows that were known, whenever they held, and whether there are more than one answer may have."""
    found = rows_as_of(connection, question.register, question.subject, question.known, ROWS_MAX + 1)
    return found[:ROWS_MAX], len(found) > ROWS_MAX


def proved(prover: Prover, answer: Answer, keys: Sequence[str]) -> bytes:
    """The answer as a file, with the proof of every fact behind it."""
    asked = answer.question
    attested = _attestation(prover.application, asked)
    return (
        canonical_json(
            {
                "rigsbog": FORM,
                "register": asked.register.name,
                "declaration": portable(asked.register),
                "subject": str(asked.subject),
                "known": asked.known,
                "valid": None if asked.valid is None else asked.valid.isoformat(),
                "rows": [row_form(asked.register, row) for row in answer.rows],
                "facts": [fact_part(one) for one in prover.proven(answer.positions)],
                "checkpoint": prover.sealed.note,
                "keys": list(keys),
                "attestation": None if attested is None else fact_part(*prover.proven((attested,))),
            }
        )
        + b"\n"
    )


def _attestation(application: Application, asked: Question) -> int | None:
    """The newest attestation of the register under this very declaration, up to what was known; None without one."""
    subject, register = register_id(asked.register.name), asked.register
    names = tuple(name for name, fact in FACTS.items() if fact is RebuildAttested)
    entries = application.ledger.entries((Criterion((subject,), names),), until=asked.known)
    told = [entry.position for entry in entries if entry.payload["declaration"] == register.declaration]
    return max(told, default=None)
