"""Finds stuck letters: those without a final receipt some hours after they were submitted or were to be released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bin.application.disclosure import Reader
from domain.danish_time import day_of
from domain.operations.disclosure import QuestionKind
from domain.policy import RECEIPT_WATCHDOG_HOURS
from domain.post.message import Stage
from domain.subject import subject
from projections.messages import MESSAGES

LISTED_MAX = 100
WITHOUT_FINAL_RECEIPT = (Stage.SUBMITTED.value, Stage.SCHEDULED.value)
COLUMN = MESSAGES.table.c
WAITS_SINCE = func.coalesce(COLUMN.postponed_until, COLUMN.scheduled_for, COLUMN.submitted_at)


@dataclass(frozen=True, slots=True)
class StuckLetters:
    letters: int
    waits_since: datetime | None
    """When the oldest of them was submitted, or was to be released."""


@dataclass(frozen=True, slots=True)
class StuckLetter:
    message: str
    waits_since: datetime


def stuck_letters(connection: Connection, now: datetime) -> StuckLetters:
    """How many letters have waited too long for a final receipt; read from the register of messages."""
    return StuckLetters(*connection.execute(_stuck(now, func.count(), func.min(WAITS_SINCE))).one())


def list_stuck_letters(reader: Reader) -> Sequence[StuckLetter]:
    """Those that have waited longest; the reading is recorded first, about those to whom the letters are.

    Raises ReadingNeedsBasis.
    """
    application = reader.application
    known = application.ledger.head()
    columns = (COLUMN.message, COLUMN.recipient, WAITS_SINCE.label("waits_since"))
    statement = _stuck(application.ledger.now(), *columns).order_by(WAITS_SINCE, COLUMN.message).limit(LISTED_MAX)
    with application.database.audit.connect() as connection:
        rows = connection.execute(statement).all()
    recipients = [subject(row.recipient) for row in rows if row.recipient is not None]
    reader.disclose(QuestionKind.SEARCH, known, recipients, register_name=MESSAGES.name, rows=len(rows))
    return [StuckLetter(f"message:{row.message}", row.waits_since) for row in rows]


def _stuck(now: datetime, *columns: Any) -> Select[Any]:
    hours = RECEIPT_WATCHDOG_HOURS.on(day_of(now)).value
    return select(*columns).where(COLUMN.stage.in_(WITHOUT_FINAL_RECEIPT), now - timedelta(hours=hours) > WAITS_SINCE)
