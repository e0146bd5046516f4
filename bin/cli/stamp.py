"""`rigsbog seal stamp` and `rigsbog seal stamps`: takes time stamps on checkpoints, and verifies those taken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography.x509 import Certificate

from adapters.seal.witness import time_stamps
from adapters.seal.witness.http_client import sound_url
from adapters.seal.witness.time_stamps import BadTimeStamp, Stamp, check_stored, roots_at
from adapters.seal.witness.time_stamps import stamps as stored
from bin.application.errors import BadInput
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
    try:
        url = sound_url(tsa)
    except ValueError as error:
        raise BadInput(f"--tsa: {error}.") from error
    trusted = _roots(root)
    with open_application() as application, application.database.connect("rigsbog_seal") as connection:
        found = time_stamps.newest_unstamped(connection, url)
        if found is not None:
            size, note = found
            token, at = time_stamps.asked(url, note, trusted, datetime.now(UTC))
            time_stamps.keep(connection, time_stamps.Stamp(size, url, token, at, note))
    if json:
        told = None if found is None else {"size": size, "authority": url, "stamped_at": at}
        output.print_json({"stamped": told})
    elif found is None:
        output.say("The newest published checkpoint has been stamped by this authority.")
    else:
        output.say(f"The checkpoint of {size} records existed at {at.isoformat()}, says {url}.")


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
    trusted = _roots(root)
    with open_application() as application, application.database.connect("rigsbog_audit") as connection:
        found = stored(connection)
    if out is not None:
        _write(out, found)
    rows = [
        {"size": one.size, "authority": one.authority, "stamped_at": one.stamped_at, "fault": _fault(one, trusted)}
        for one in found
    ]
    ok = not any(row["fault"] for row in rows)
    if json:
        output.print_json({"ok": ok, "stamps": rows})
    else:
        for row in rows:
            detail = row["fault"] or f"{row['authority']} at {row['stamped_at']}"
            output.tell_check(f"{row['size']} records", str(detail), ok=not row["fault"])
        said = "All time stamps hold." if rows else "No time stamp is stored: `rigsbog seal stamp` takes one."
        output.tell(said if ok else "A time stamp does not hold.")
    if not ok:
        raise typer.Exit(exits.DIFFERENT)


def _roots(paths: list[Path]) -> list[Certificate]:
    return [one for path in paths for one in roots_at(path)]


def _fault(stamp: Stamp, roots: list[Certificate]) -> str | None:
    try:
        check_stored(stamp, roots)
    except BadTimeStamp as error:
        return str(error)
    return None


def _write(folder: Path, found: list[Stamp]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    numbers: dict[int, int] = {}
    for one in found:
        numbers[one.size] = numbers.get(one.size, 0) + 1
        (folder / f"{one.size}.checkpoint").write_text(one.note, encoding="utf-8")
        (folder / f"{one.size}-{numbers[one.size]}.tsr").write_bytes(one.token)
