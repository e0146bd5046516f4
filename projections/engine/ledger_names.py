"""Reads the numbers by which the ledger stores names."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.stored_names import Names
from projections.engine import ledger_tables as ledger


def read_names(connection: Connection) -> Names:
    facts = connection.execute(select(ledger.fact_name.c.name, ledger.fact_name.c.fact))
    kinds = connection.execute(select(ledger.subject_kind.c.name, ledger.subject_kind.c.kind))
    return Names(dict(facts.all()), dict(kinds.all()))
