"""Asks how a register changed between two times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bin.application.disclosure import Reader, parties_of
from bin.application.questions.moments import Moment, known_position
from domain.operations.disclosure import QuestionKind
from projections.declare import Register
from projections.engine.diff import Difference
from projections.engine.diff import diff as differences_of
from projections.engine.position import Known


@dataclass(frozen=True, slots=True)
class RegisterChanges:
    """The rows of a register that differ between two positions; personal data stay encrypted."""

    earlier: Known
    later: Known
    rows: Sequence[Difference]
    cut: bool
    """Whether there may be more rows than were asked for."""


def diff(reader: Reader, register: Register, earlier: Moment, later: Moment | None, limit: int) -> RegisterChanges:
    """The first `limit` rows, by key, that differ; raises InvalidArgument for a moment that cannot be asked about."""
    with reader.application.database.questions.connect() as connection:
        start, end = known_position(connection, earlier), known_position(connection, later)
        rows = differences_of(connection, register, start.position, end.position, limit)
    reader.disclose(
        QuestionKind.SEARCH,
        end.position,
        parties_of(register, [difference.row for difference in rows]),
        register_name=register.name,
        rows=len(rows),
    )
    return RegisterChanges(start, end, rows, cut=len(rows) == limit)
