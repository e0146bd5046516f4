"""Names the evidence of an answer: the positions of all records that rows of a register are folded from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from domain.stored_names import Names
from projections.declare import Register
from projections.engine.compile import BOUND_SUBJECT, records
from projections.engine.ledger_names import read_names
from projections.engine.subjects import key_subject


def positions_of(
    connection: Connection, register: Register, rows: Iterable[Mapping[str, Any]], position: int
) -> list[int]:
    """The positions up to `position`, in order, of every record that some of the rows are folded from.

    Whoever folds exactly these records by the register's declaration gets the same rows; rows of other keys, which a
    record of two keys sets besides, are then not whole.
    """
    names = read_names(connection)
    chosen = _positions(register, names)
    found: set[int] = set()
    for row in rows:
        about = key_subject(register, row)
        bound = {"until": position, "subject": about.uuid, "kind": names.kind(about)}
        keyed = {f"key_{key}": row[key] for key in register.key}
        found.update(connection.execute(chosen, bound | keyed).scalars())
    return sorted(found)


@lru_cache(maxsize=64)
def _positions(register: Register, names: Names) -> Select[int]:
    """The records of one subject that set the row of one key."""
    relation = records(register, names, BOUND_SUBJECT)
    keyed = (relation.c[key] == bindparam(f"key_{key}", type_=register.table.c[key].type) for key in register.key)
    return select(relation.c.position).where(*keyed)
