"""Asks how a register changed between two times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bin.application.application import Application
from bin.application.questions.moments import Moment, known_position
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


def diff(
    application: Application, register: Register, earlier: Moment, later: Moment | None, limit: int
) -> RegisterChanges:
    """The first `limit` rows, by key, that differ; raises InvalidArgument for a moment that cannot be asked about."""
    with application.database.questions.connect() as connection:
        start, end = known_position(connection, earlier), known_position(connection, later)
        rows = differences_of(connection, register, start.position, end.position, limit)
    return RegisterChanges(start, end, rows, cut=len(rows) == limit)
