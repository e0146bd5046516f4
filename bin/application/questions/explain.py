"""Asks which fact set one cell of a register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bin.application.disclosure import Reader, parties_of
from bin.application.errors import InvalidArgument
from bin.application.questions.as_of import check_askable
from bin.application.questions.moments import Moment, known_position
from bin.application.questions.sealed_records import check_rows, snapshot
from domain.operations.disclosure import QuestionKind
from domain.subject import SubjectId
from projections.columns import Row
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.explain import Cause
from projections.engine.explain import explain as causes_of
from projections.engine.position import Known
from projections.engine.subjects import key_subject

CHOICES_MAX = 10
"""Rows that the error names when one of several must be chosen."""


class SeveralRows(InvalidArgument):
    """The subject has several rows: choose one of those that the message lists."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The facts that set a cell: one, or for a total every one; none when nothing set it."""

    known: Known
    causes: Sequence[Cause]


def explain(
    reader: Reader,
    register: Register,
    subject: SubjectId,
    column: str,
    *,
    moment: Moment | None = None,
    key_part: str | None = None,
) -> Explanation:
    """What set the column in the subject's row; `key_part` chooses one of several rows.

    Raises InvalidArgument for what cannot be asked, SeveralRows when no row is chosen, and RecordAltered.
    """
    columns = [each.name for each in register.columns]
    if column not in columns:
        raise InvalidArgument(f"{register.name} has the columns {', '.join(columns)}")
    check_askable(register, subject)
    with snapshot(reader.application) as connection:
        known = known_position(connection, moment)
        about = rows_as_of(connection, register, subject, known.position)
        check_rows(connection, subject, known.position, [(register, about)])
        row = _chosen_row(register, subject, about, key_part)
        rows = [] if row is None else [row]
        reader.disclose(
            QuestionKind.ROW,
            known.position,
            [subject, *parties_of(register, rows)],
            register_name=register.name,
            columns=(column,),
            rows=len(rows),
        )
        if row is None:
            return Explanation(known, ())
        key = _key(register, row)
        owner = key_subject(register, key)
        causes = causes_of(connection, register, owner, column, key=key, position=known.position)
    return Explanation(known, causes)


def _key(register: Register, row: Row) -> Row:
    return {name: row[name] for name in register.key}


def _chosen_row(register: Register, subject: SubjectId, rows: Sequence[Row], part: str | None) -> Row | None:
    """The one row that is meant; None when there is none."""
    meant = [row for row in rows if part is None or part in map(str, _key(register, row).values())]
    if len(meant) <= 1:
        return next(iter(meant), None)
    chosen = [_key(register, row) for row in meant]
    if len(register.key) == 1:
        names = [str(key_subject(register, key)) for key in chosen]
        advice = "ask about one of them"
    else:
        names = [" ".join(str(value) for value in key.values() if str(value) != str(subject)) for key in chosen]
        advice = "choose one by a part of its key"
    more = ", and more" if len(names) > CHOICES_MAX else ""
    listed = ", ".join(names[:CHOICES_MAX])
    raise SeveralRows(f"{register.name} has several rows about {subject}; {advice}: {listed}{more}")
