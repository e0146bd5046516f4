"""`rigsbog status`: where the ledger stands, and how far behind it each register is."""

from __future__ import annotations

import typer

from bin.desk import exits, output
from bin.desk.options import Json


def status(*, json: Json = False) -> None:
    """Show the newest position, and for each register its position, lag, state, and why it stopped if it did.

    Exit 1 when a register is stopped, stale or missing.
    """
    from bin.desk.house import open_house
    from projections.catalogue import REGISTERS
    from projections.engine.build import head
    from projections.engine.follow import State, standings

    with open_house() as house, house.auditing.connect() as connection:
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
        output.print_json({"head": newest, "registers": rows})
    else:
        output.print_table(f"The ledger stands at position {newest:,}", rows)
    if any(row["state"] != State.FOLLOWING.value for row in rows):
        raise typer.Exit(exits.DIFFERENT)


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(status))
