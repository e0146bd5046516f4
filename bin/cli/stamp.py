"""`rigsbog seal stamp` and `rigsbog seal stamps`: takes time stamps on checkpoints, and verifies those taken."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.seal.witness.time_stamps import Stamp
from bin.application.operations.stamping import check_stamps, read_roots, stamp_newest, write_stamps
from bin.cli import exits, output
from bin.cli.options import Json
from bin.cli.start import open_application

Roots = Annotated[
    list[Path], typer.Option("--root", help="A PEM file with the authority's root certificates; again for others.")
]


def stamp(
    *,
    tsa: Annotated[str, typer.Option("--tsa", help="The URL of the time-stamping authority.")],
    root: Roots,
    json: Json = False,
) -> None:
    """Have the newest published checkpoint time-stamped (RFC 3161), verify the token and store it.

    Run it as often as the time is to be proved, such as daily by a timer: each token proves the whole ledger up to its
    checkpoint. An authority that is down is exit code 69, and sealing goes on meanwhile.
    """
    trusted = read_roots(root)
    with open_application() as application:
        taken = stamp_newest(application, tsa, trusted)
    if json:
        output.print_json({"stamped": taken and _form(taken)})
    elif taken is None:
        output.print_notice("No change: this authority has stamped the newest published checkpoint.")
    else:
        at = taken.stamped_at.isoformat()
        output.print_notice(f"{taken.authority} states that the checkpoint of {taken.size:,} records existed at {at}.")


def stamps(
    *,
    root: Roots,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write each checkpoint and its token into this folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Verify every time stamp that is stored, by roots that you trust; exit code 1 when one does not hold.

    With --out anybody can do the same without Rigsbog: `openssl ts -verify -in SIZE-1.tsr -data SIZE.checkpoint -CAfile
    ROOT`.
    """
    trusted = read_roots(root)
    with open_application() as application:
        checked = check_stamps(application, trusted)
    if out is not None:
        write_stamps(out, checked)
    rows = [_form(row.stamp) | {"fault": row.fault} for row in checked]
    ok = not any(row["fault"] for row in rows)
    if json:
        output.print_json({"ok": ok, "stamps": rows})
    else:
        for row in rows:
            detail = row["fault"] or f"{row['authority']} at {row['stamped_at']}"
            output.print_check(f"{row['size']} records", str(detail), ok=not row["fault"])
        summary = "All time stamps hold." if rows else "No time stamp is stored: `rigsbog seal stamp` takes one."
        output.print_line(summary if ok else "A time stamp does not hold.")
    if not ok:
        raise typer.Exit(exits.DIFFERENT)


def _form(stamp: Stamp) -> dict[str, Any]:
    return {"size": stamp.size, "authority": stamp.authority, "stamped_at": stamp.stamped_at}
