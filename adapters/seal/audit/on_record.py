"""Checks that what steers the seal is what facts say: how old it may be, and which halts an operator acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from adapters.seal.audit.places import Places
from domain.check import Check

STATED = """
select r.position, r.payload ->> 'max_age_seconds'
  from ledger.record r join ledger.fact_name n using (fact)
 where n.name = 'SealAgeLimitSet' order by r.position desc limit 1
"""
IN_FORCE = "select trim_scale(extract(epoch from max_age))::text from seal.age_limit"
UNRECORDED = """
select a.position from seal.halt_acknowledged a
 where not exists (select from ledger.record r join ledger.fact_name n using (fact)
                    where r.position = a.position and n.name = 'SealHaltAcknowledged')
 order by a.position
"""


def steered_on_record(connection: psycopg.Connection[Any]) -> Iterator[Check]:
    """That the age limit in force is the last one that a fact sets, and that a fact acknowledges each closed halt."""
    yield _age_limit(connection)
    wrong = Places()
    for (position,) in connection.execute(UNRECORDED).fetchall():
        wrong.add(f"position {position:,} is no fact that acknowledges a halt")
    yield wrong.check("halts", "each that was closed is acknowledged by a fact", "these were closed without a fact")


def _age_limit(connection: psycopg.Connection[Any]) -> Check:
    name = "age limit"
    position, stated = next(iter(connection.execute(STATED).fetchall()), (None, None))
    in_force = next((seconds for (seconds,) in connection.execute(IN_FORCE).fetchall()), None)
    if stated == in_force:
        by = "no fact sets one" if position is None else f"as the fact at position {position:,} says"
        return Check(name, ok=True, detail=f"{_written(in_force)}, {by}")
    said = "no fact sets one" if position is None else f"the fact at position {position:,} says {_written(stated)}"
    advice = "find out who changed it, and set it by `rigsbog seal limit`"
    return Check(name, ok=False, detail=f"{_written(in_force)}, and {said}: {advice}")


def _written(seconds: str | None) -> str:
    return "no limit" if seconds is None else f"{seconds} s"
