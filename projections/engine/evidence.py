"""Finds the evidence of an answer: the positions of all records that its rows are folded from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection, Select, bindparam, select

from domain.stored_names import Names
from projections.columns import Row
from projections.declare import Register
from projections.engine.compile import BOUND_SUBJECT, records
from projections.engine.ledger_names import read_names
from projections.engine.subjects import key_subject


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
