"""The present rows of a register: of its own table, or computed from the ledger while that is behind it."""

from __future__ import annotations

from sqlalchemy import Connection, FromClause

from projections.declare import Register
from projections.engine.compile import Range, rows
from projections.engine.follow import FollowState, all_progress
from projections.engine.ledger_names import read_names
from projections.engine.position import head


def present_rows(connection: Connection, register: Register) -> tuple[int, FromClause]:
    """The newest position, and the rows as known then; the same rows wherever they are read."""
    newest = head(connection)
    at_head = any(
        progress.name == register.name and progress.position >= newest and progress.state is not FollowState.STALE
        for progress in all_progress(connection)
    )
    computed = rows(register, read_names(connection), Range(0, newest)).subquery(register.name)
    return newest, register.table if at_head else computed
