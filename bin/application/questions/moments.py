"""Resolves a moment of knowledge to a position of the ledger."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from bin.application.errors import InvalidArgument
from domain.danish_time import end_of_day, start_of_day
from projections.engine.position import Known, clock, head, known_at, position_at

Moment = int | datetime | date
"""A position, an instant, or a Danish day, which means its end."""


def known_position(connection: Connection, moment: Moment | None) -> Known:
    """What was known at that moment, cut to whole commands; without a moment, the head.

    Raises InvalidArgument for a position after the head, and for a time in the future of the ledger's clock. A day may
    be asked about from its beginning: it has what is known so far.
    """
    match moment:
        case None:
            newest = head(connection)
            return Known(newest, newest)
        case int():
            newest = head(connection)
            if moment > newest:
                raise InvalidArgument(f"the newest position is {newest}: ask about that one or an earlier one")
            return known_at(connection, moment)
        case datetime():
            begin = end = moment
        case date():
            begin, end = start_of_day(moment), end_of_day(moment)
    now = clock(connection)
    if begin > now:
        ledgers_now = now.isoformat("T", "seconds")
        raise InvalidArgument(
            f"{moment.isoformat()} is in the future: ask about a time up to the ledger's clock, {ledgers_now}"
        )
    return known_at(connection, position_at(connection, end))
