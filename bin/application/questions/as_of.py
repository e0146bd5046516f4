"""Asks what one register, or all of them, said about a subject at an earlier time, from the ledger alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.application.errors import InvalidArgument
from bin.application.questions.moments import Moment, known_position
from bin.application.questions.sealed_records import check_rows, snapshot
from domain.subject import SubjectId
from projections.catalogue import REGISTERS
from projections.columns import Row
from projections.declare import Register
from projections.engine.as_of import ROWS_MAX, rows_as_of
from projections.engine.position import Known
from projections.engine.subjects import askable


class NoValidity(InvalidArgument):
    """The rows of the register have no validity: leave out the day, or ask a register whose rows have one."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a register is asked: about whom, as known at a position, and, where rows have a validity, on which day."""

    register: Register
    subject: SubjectId
    known: int
    valid: date | None = None

    def document(self) -> dict[str, Any]:
        """As files of answers and JSON documents hold it."""
        day = None if self.valid is None else self.valid.isoformat()
        return {"register": self.register.name, "subject": str(self.subject), "known": self.known, "valid": day}

    def holds(self, row: Row) -> bool:
        """Whether the row held on the day: from valid_from until before valid_to, if it was not annulled."""
        if self.valid is None:
            return True
        if row.get("annulled_at") is not None:
            return False
        begins, ends = row["valid_from"], row["valid_to"]
        return begins is not None and begins <= self.valid and (ends is None or self.valid < ends)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The rows of a register that were known then, and held on the day if one was named; personal data encrypted."""

    question: Question
    known: Known
    rows: Sequence[Row]
    rows_read: int
    """Of the rows that were known, how many were read, the ones set last first."""
    cut: bool
    """Whether more were known than are read for one answer."""

    def opened(self, reader: Reader) -> Sequence[Row]:
        """The rows as this reader may see them; what is opened is recorded first."""
        question = self.question
        return reader.rows(question.register, self.rows, question.known, question.subject, valid_on=question.valid)


def as_of(
    application: Application,
    register: Register,
    subject: SubjectId,
    moment: Moment | None = None,
    valid: date | None = None,
) -> AsOf:
    """What the register said about the subject.

    Raises InvalidArgument for what cannot be asked, and RecordAltered.
    """
    check_askable(register, subject)
    if valid is not None:
        _check_validity(register)
    with snapshot(application) as connection:
        known = known_position(connection, moment)
        (answer,) = _answers(connection, known, [Question(register, subject, known.position, valid)])
        return answer


@dataclass(frozen=True, slots=True)
class Picture:
    """The rows of all registers about one subject as they were known together; of those with a validity, on the day.

    `parts` has one answer for each register that can say something of this kind of subject. One whose rows have no
    validity says how things stood when this was known, and its question has no day.
    """

    subject: SubjectId
    known: Known
    valid: date | None
    parts: Sequence[AsOf]

    def opened(self, reader: Reader) -> list[Sequence[Row]]:
        """The rows of each part as this reader may see them; all are recorded first, as one answer."""
        registers = [(part.question.register, part.rows) for part in self.parts]
        return list(reader.registers(registers, self.known.position, self.subject, valid_on=self.valid))


def whole_picture(
    application: Application, subject: SubjectId, moment: Moment | None = None, valid: date | None = None
) -> Picture:
    """What all registers said about the subject.

    Raises InvalidArgument when none says anything of its kind, and RecordAltered.
    """
    registers = [register for register in REGISTERS if subject.kind in askable(register)]
    if not registers:
        raise InvalidArgument(
            f"no register has rows about subjects of the kind {subject.kind}; `rigsbog history` shows its facts"
        )
    with snapshot(application) as connection:
        known = known_position(connection, moment)
        questions = [
            Question(register, subject, known.position, valid if has_validity(register) else None)
            for register in registers
        ]
        return Picture(subject, known, valid, _answers(connection, known, questions))


def _answers(connection: Connection, known: Known, questions: Sequence[Question]) -> list[AsOf]:
    """The answers to questions about one subject, whose records are compared with the seal together."""
    read = [(question, *rows_known(connection, question)) for question in questions]
    check_rows(connection, questions[0].subject, known.position, [(each.register, rows) for each, rows, _ in read])
    return [
        AsOf(question, known, [row for row in rows if question.holds(row)], len(rows), cut)
        for question, rows, cut in read
    ]


def rows_known(connection: Connection, question: Question) -> tuple[Sequence[Row], bool]:
    """The rows that were known, whenever they held, and whether there are more than one answer may have."""
    rows = rows_as_of(connection, question.register, question.subject, question.known, ROWS_MAX + 1)
    return rows[:ROWS_MAX], len(rows) > ROWS_MAX


def check_askable(register: Register, subject: SubjectId) -> None:
    """Raise InvalidArgument, which names the kinds that can be asked about, when no fact names this kind of subject."""
    kinds = askable(register)
    if subject.kind not in kinds:
        raise InvalidArgument(f"{register.name} says nothing of a {subject.kind}; ask about a {', '.join(kinds)}")


def has_validity(register: Register) -> bool:
    """Whether its rows hold from a day to a day."""
    return "valid_from" in register.table.columns


def _check_validity(register: Register) -> None:
    if not has_validity(register):
        dated = [each.name for each in REGISTERS if has_validity(each)]
        raise NoValidity(f"rows of {register.name} have no validity; only those of {', '.join(dated)} have")
