"""`rigsbog status`: where the ledger stands, how far it is sealed, and how far behind it each register is."""

from __future__ import annotations

import typer

from adapters.seal.writer.lag import Lag, lag
from bin.cli import exits, output
from bin.cli.options import Json
from bin.cli.seal import lag_form
from bin.cli.start import open_application
from projections.catalogue import REGISTERS
from projections.engine.follow import State, standings
from projections.engine.position import head


def status(*, json: Json = False) -> None:
    """Show the newest position, how far it is sealed, and each register's position, lag, state, and why it stopped.

    Exit 1 when a register is stopped, stale or missing, sealing has halted, or the seal is older than it may be.
    """
    with open_application() as application, application.database.audit.connect() as connection:
        seal = lag(application.database.append)
        newest = head(connection)
        known = {one.name: one for one in standings(connection)}
    rows = []
    for register in REGISTERS:
        standing = known.get(register.name)
        position = 0 if standing is None else standing.position
        rows.append(
            {
                "name": register.name,
                "position": position,
                "lag": newest - position,
                "state": "missing" if standing is None else standing.state.value,
                "error": None
                if standing is None or standing.error is None
                else f"{standing.error.fact} at {standing.error.position}: {standing.error.cause}",
            }
        )
    if json:
        output.print_json({"head": newest, "seal": lag_form(seal), "registers": rows})
    else:
        output.print_table(f"The ledger stands at position {newest:,}", rows)
        output.tell(_sealed(seal), style="red" if seal.halt or seal.too_old else "")
    if seal.halt or seal.too_old or any(row["state"] != State.FOLLOWING.value for row in rows):
        raise typer.Exit(exits.DIFFERENT)


def _sealed(seal: Lag) -> str:
    if seal.halt is not None:
        return f"Sealing has halted after {seal.halt.size:,} records: {seal.halt.cause}. See `rigsbog seal status`."
    if not seal.size:
        return "Nothing is sealed yet: start `rigsbog run`."
    oldest = f"; the oldest beyond stands there for {seal.age.total_seconds():,.0f} s" if seal.age else ""
    late = " Nothing more is recorded until it is sealed: start `rigsbog run`." if seal.too_old else ""
    return f"Sealed up to position {seal.size:,}, published up to {seal.published:,}{oldest}.{late}"
