"""Finds stuck letters: those without a final receipt some hours after they were submitted or were to be released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from domain.danish_time import day_of
from domain.policy import RECEIPT_WATCHDOG_HOURS
from domain.post.message import Stage
from projections.messages import MESSAGES

SHOWN_MAX = 100
WITHOUT_FINAL_RECEIPT = (Stage.SUBMITTED.value, Stage.SCHEDULED.value)


@dataclass(frozen=True, slots=True)
class StuckMessage:
    message: str
    waits_since: datetime
    """When it was submitted, or was to be released."""


def stuck_messages(connection: Connection, now: datetime) -> Sequence[StuckMessage]:
    """The letters that have waited longest for a final receipt, and too long; read from the register of messages."""
    hours = RECEIPT_WATCHDOG_HOURS.on(day_of(now)).value
    column = MESSAGES.table.c
    waits_since = func.coalesce(column.postponed_until, column.scheduled_for, column.submitted_at)
    statement = (
        select(column.message, waits_since)
        .where(column.stage.in_(WITHOUT_FINAL_RECEIPT), waits_since < now - timedelta(hours=hours))
        .order_by(waits_since, column.message)
        .limit(SHOWN_MAX)
    )
    return [StuckMessage(f"message:{row.message}", *row[1:]) for row in connection.execute(statement)]
