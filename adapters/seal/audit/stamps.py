"""Checks that each stored time stamp is of its checkpoint, as far as it shows without its authority's certificate."""

from __future__ import annotations

from typing import Any

import psycopg

from adapters.seal.audit.places import Places
from adapters.seal.witness.time_stamps import CLOCK_OFF_MAX, BadTimeStamp, stated
from domain.check import Check

STAMPS = """
select t.size, t.authority, coalesce(t.token, ''), coalesce(c.note, ''),
       extract(epoch from t.stamped_at)::float8, extract(epoch from r.recorded_at)::float8
  from seal.time_stamp t left join seal.checkpoint c using (size) left join ledger.record r on r.position = t.size
 order by t.size, t.authority
"""
REAL = "select not exists (select from ledger.simulated_clock)"


def stamped(connection: psycopg.Connection[Any]) -> Check:
    """That each token is over its checkpoint's note and of the stored time, and of no time before its records."""
    wrong, count = Places(), 0
    ((real,),) = connection.execute(REAL).fetchall()
    for size, authority, token, note, stored, recorded in connection.execute(STAMPS).fetchall():
        count += 1
        fault = _fault(bytes(token), note, stored, recorded if real else None)
        if fault is not None:
            wrong.add(f"size {size:,}, {authority}: {fault}")
    holds = (
        f"{count:,}, each over its checkpoint; that an authority signed them is not looked at here, but by"
        " `rigsbog seal stamps --root FILE`"
    )
    return wrong.check("time stamps", holds if count else "none is stored", "these are not of their checkpoints")


def _fault(token: bytes, note: str, stored: float | None, recorded: float | None) -> str | None:
    try:
        at = stated(token, note)
    except BadTimeStamp as error:
        return str(error)
    if at.timestamp() != stored:
        return f"the token says {at.isoformat()}, and another time is stored"
    if recorded is not None and recorded > at.timestamp() + CLOCK_OFF_MAX.total_seconds():
        return f"the token says {at.isoformat()}, and the last record of its checkpoint is of a later time"
    return None
