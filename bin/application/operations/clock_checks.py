"""Looks at clocks: whether the ledger's is simulated, and whether anything in it is of the future."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from domain.check import Check

APART_MAX = timedelta(minutes=1)
"""The greatest difference between clocks that are right."""
CLOCKS_SQL = "select clock_timestamp(), ledger.clock(), exists (select from ledger.simulated_clock)"
FUTURE_SQL = """
select what || ' is of ' || (at at time zone 'UTC') || ' UTC'
  from ((select 'the record at position ' || position, recorded_at from ledger.record order by position desc limit 1)
        union all
        (select 'the checkpoint of ' || size, sealed_at from seal.checkpoint order by sealed_at desc limit 1)
        union all
        (select 'the publication of ' || size, published_at from seal.publication order by published_at desc limit 1)
       ) newest(what, at)
 where at > %s
"""


def look_at_clocks(connection: psycopg.Connection[Any], *, production: bool) -> Iterator[Check]:
    """Compare this machine's clock, the database's, the ledger's, and the newest times in it."""
    before = datetime.now(UTC)
    try:
        database, ledger, simulated = connection.execute(CLOCKS_SQL).fetchall()[0]
        after = datetime.now(UTC)
        future = [row[0] for row in connection.execute(FUTURE_SQL, [ledger + APART_MAX])]
    except psycopg.Error as error:
        yield Check("clock of the ledger", ok=False, detail=f"{error.diag.message_primary}; run `rigsbog migrate`")
        return
    yield _kind(simulated=simulated, production=production)
    apart = max(before - database, database - after, timedelta())
    said = f"this machine's and the database's are {apart.total_seconds():,.0f} s apart"
    wrong = apart > APART_MAX
    yield Check("clocks", ok=not wrong, detail=f"{said}: find out which is wrong" if wrong else said)
    yield Check(
        "future",
        ok=not future,
        detail="what is recorded, sealed or published is of the future: a clock was wrong, or somebody set it"
        if future
        else f"nothing recorded, sealed or published is later than {_written(ledger)}",
        differing=tuple(future),
    )


def _kind(*, simulated: bool, production: bool) -> Check:
    detail = "simulated" if simulated else "real"
    if simulated and production:
        detail += (
            ", and RIGSBOG_ENV is production: nothing is recorded. Set DATABASE_URL to the state's own ledger, or find"
            " out who disabled the guard"
        )
    return Check("clock of the ledger", ok=not (simulated and production), detail=detail)


def _written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(" ", "seconds").removesuffix("+00:00") + " UTC"
