"""`rigsbog seal stamp` and `rigsbog seal stamps`: takes time stamps on checkpoints, and verifies those taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bin.desk import exits, output
from bin.desk.options import Json

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from adapters.seal.witness.stamping import Stamp

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
    from datetime import UTC, datetime

    from adapters.postgres import connect
    from adapters.seal.witness import stamping
    from adapters.seal.witness.exchange import sound_url
    from bin.desk.house import open_house

    try:
        url = sound_url(tsa)
    except ValueError as error:
        raise exits.BadInput(f"--tsa: {error}.") from error
    trusted = _roots(root)
    with open_house() as house, connect(house.url, "rigsbog_seal", autocommit=True) as connection:
        found = stamping.newest_unstamped(connection, url)
        if found is not None:
            size, note = found
            token, at = stamping.asked(url, note, trusted, datetime.now(UTC))
            stamping.keep(connection, stamping.Stamp(size, url, token, at, note))
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
    from adapters.postgres import connect
    from adapters.seal.witness.stamping import stamps as stored
    from bin.desk.house import open_house

    trusted = _roots(root)
    with open_house() as house, connect(house.url, "rigsbog_audit", autocommit=True) as connection:
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
    from adapters.seal.witness.stamping import roots_at

    return [one for path in paths for one in roots_at(path)]


def _fault(stamp: Stamp, roots: list[Certificate]) -> str | None:
    from adapters.seal.witness.stamping import BadTimeStamp, check_stored

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
