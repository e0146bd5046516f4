"""`rigsbog verify`: proves that the ledger is whole and that every register is what the ledger says."""

from __future__ import annotations

from dataclasses import asdict

import typer

from bin.desk import exits, output
from bin.desk.asking import RegisterNames, read_register
from bin.desk.options import Json


def verify(
    names: RegisterNames = None,
    *,
    json: Json = False,
) -> None:
    """Check the ledger (no hole, no time backwards, subjects complete, no unknown fact) and every register beside it.

    Exit 1 when something does not hold; the first differing rows are named, never their values.
    """
    from bin.desk.house import open_house
    from projections.catalogue import REGISTERS
    from projections.engine.build import head
    from projections.engine.verify import verify as checks_of

    chosen = [read_register(name) for name in names] if names else list(REGISTERS)
    with open_house() as house:
        snapshot = house.auditing.execution_options(isolation_level="REPEATABLE READ")
        with snapshot.connect() as connection:
            newest = head(connection)
            checks = checks_of(connection, chosen)
    ok = all(check.ok for check in checks)
    if json:
        output.print_json({"ok": ok, "head": newest, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            output.tell_check(check.name, check.detail, ok=check.ok)
            for place in check.differing:
                output.tell(f"        {place}")
        output.tell(f"{'All holds' if ok else 'Something does not hold'} at position {newest:,}.")
    if not ok:
        raise typer.Exit(exits.DIFFERENT)


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(verify))
