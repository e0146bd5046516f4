"""The trails: every record about a subject, and every record of an authority's case, as views of the ledger."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, select, text
from sqlalchemy.dialects import postgresql

from projections.declare import SCHEMA, Trail
from projections.engine.ledger_tables import concerns, fact_name, record, subject_kind


def _rows(*columns: Any) -> Select[Any]:
    return select(
        *columns,
        record.c.position,
        record.c.recorded_at,
        fact_name.c.name.label("fact"),
        record.c.authority,
        record.c.case_id,
        record.c.actor,
        record.c.legal_basis,
        record.c.command,
        record.c.correlation,
        record.c.causation,
        record.c.effective_from,
        record.c.payload,
        record.c.sealed,
        record.c.caller,
    )


SUBJECT_TRAIL = Trail(
    "subject_trail",
    answers="What was recorded about this subject, by whom, for which authority and on what legal basis?",
    rows=_rows(concerns.c.subject, subject_kind.c.name.label("kind"))
    .join(concerns, concerns.c.position == record.c.position)
    .join(subject_kind, subject_kind.c.kind == concerns.c.kind)
    .join(fact_name, fact_name.c.fact == record.c.fact),
)
"""Ask by `subject` (and `kind`), in the order of `position`."""

CASE_TRAIL = Trail(
    "case_trail",
    answers="What did this authority record, in this case?",
    rows=_rows(record.c.subject).join(fact_name, fact_name.c.fact == record.c.fact),
)
"""Ask by `authority`, or by `authority` and `case_id`, in the order of `position`."""

TRAILS: tuple[Trail, ...] = (SUBJECT_TRAIL, CASE_TRAIL)


def make_trails(connection: Connection) -> None:
    """Create or replace every trail's view."""
    for trail in TRAILS:
        rows = trail.rows.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
        connection.execute(text(f"create or replace view {SCHEMA}.{trail.name} as {rows}"))
