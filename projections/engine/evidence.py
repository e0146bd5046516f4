"""Finds the evidence of an answer: the positions of the records that its rows are folded from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection, Select, bindparam, select, text

from domain.fact import Event
from domain.stored_names import Names
from domain.subject import SubjectId
from projections.columns import Row
from projections.declare import Register
from projections.engine.compile import BOUND_SUBJECT, records
from projections.engine.ledger_names import read_names
from projections.engine.subjects import key_subject

ABOUT = text(
    "select distinct s.position from unnest(cast(:subjects as uuid[]), cast(:kinds as smallint[])) w (subject, kind)"
    " join ledger.subject s using (subject, kind)"
    " where s.fact = any (cast(:facts as smallint[])) and s.position <= :until order by 1 desc limit :limit"
)


def positions_of(connection: Connection, register: Register, rows: Iterable[Row], position: int) -> list[int]:
    """The positions up to `position`, in order, of every record that some of the rows are folded from.

    Folding exactly these records by the register's declaration gives the same rows. A record with two keys also sets a
    row of another key, which is then incomplete.
    """
    names = read_names(connection)
    chosen = _positions(register, names)
    positions: set[int] = set()
    for row in rows:
        about = key_subject(register, row)
        bound = {"until": position, "subject": about.uuid, "kind": names.kind(about)}
        keyed = {f"key_{key}": row[key] for key in register.key}
        positions.update(connection.execute(chosen, bound | keyed).scalars())
    return sorted(positions)


@lru_cache(maxsize=64)
def _positions(register: Register, names: Names) -> Select[int]:
    """The records of one subject that set the row of one key."""
    relation = records(register, names, BOUND_SUBJECT)
    keyed = (relation.c[key] == bindparam(f"key_{key}", type_=register.table.c[key].type) for key in register.key)
    return select(relation.c.position).where(*keyed)


def positions_about(
    connection: Connection,
    names: Names,
    subjects: Iterable[SubjectId],
    position: int,
    *,
    facts: Iterable[type[Event]] | None = None,
    limit: int | None = None,
) -> list[int]:
    """The positions up to `position` of the facts about these subjects, the newest first; of all facts, or of some.

    They are those of the index of subjects, so one whose record is gone is among them.
    """
    chosen = list(subjects)
    bound = {
        "subjects": [subject.uuid for subject in chosen],
        "kinds": [names.kind(subject) for subject in chosen],
        "facts": list(names.fact_names) if facts is None else [names.fact(fact) for fact in facts],
        "until": position,
        "limit": limit,
    }
    return list(connection.execute(ABOUT, bound).scalars())
