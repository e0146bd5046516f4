"""Reads the numbers by which the ledger stores names."""

from __future__ import annotations

from sqlalchemy import Connection, literal, select, union_all

from domain.stored_names import Names
from projections.engine import ledger_tables as ledger

FACTS, KINDS = ledger.fact_name.c, ledger.subject_kind.c
NUMBERED = union_all(
    select(literal("fact").label("of"), FACTS.name, FACTS.fact), select(literal("kind"), KINDS.name, KINDS.kind)
)


def read_names(connection: Connection) -> Names:
    facts: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for of, name, number in connection.execute(NUMBERED):
        (facts if of == "fact" else kinds)[name] = number
    return Names(facts, kinds)
