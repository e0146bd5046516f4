"""Explains a cell: which record set it, and who acted, for which authority, on what legal basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from domain.subject import SubjectId
from projections.columns import Law
from projections.declare import Register
from projections.engine import ledger_tables as ledger
from projections.engine.as_of import names_subject
from projections.engine.compile import Range, records, when
from projections.engine.ledger_names import read_names
from projections.engine.position import head


@dataclass(frozen=True, slots=True)
class Cause:
    position: int
    fact: str
    recorded_at: datetime
    actor: str
    authority: str
    legal_basis: str
    case: str | None
    command: UUID


def explain(
    connection: Connection,
    register: Register,
    subject: SubjectId,
    column: str,
    *,
    key: Mapping[str, Any] | None = None,
    position: int | None = None,
) -> list[Cause]:
    """The record that set the column in the row that the subject keys; for a total every one, in order.

    Empty when nothing set it. `key` names the other key columns where there are several; `position` asks for an earlier
    time. Raises KeyError when the register has no such column.
    """
    declared, names = register.column(column), read_names(connection)
    until = head(connection) if position is None else position
    relation = records(register, names, Range(0, until, subject))
    record = ledger.record.c
    chosen = (
        select(
            record.position,
            ledger.fact_name.c.name,
            record.recorded_at,
            record.actor,
            record.authority,
            record.legal_basis,
            record.case_id,
            record.command,
        )
        .join(relation, relation.c.position == record.position)
        .join(ledger.fact_name, ledger.fact_name.c.fact == record.fact)
        .where(or_(*when(register, names, relation, declared)), names_subject(register, relation, subject))
        .where(and_(True, *(relation.c[name] == value for name, value in (key or {}).items())))  # noqa: FBT003 - SQL's own true
        .order_by(record.position.asc() if declared.law is not Law.LAST else record.position.desc())
    )
    if declared.law is not Law.TOTAL:
        chosen = chosen.limit(1)
    return [Cause(*row) for row in connection.execute(chosen)]
