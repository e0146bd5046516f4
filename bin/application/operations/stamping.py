"""Takes time stamps (RFC 3161) on published checkpoints, and verifies those that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.x509 import Certificate

from adapters.seal.witness.http_client import sound_url
from adapters.seal.witness.time_stamps import (
    BadTimeStamp,
    Stamp,
    asked,
    check_stored,
    keep,
    newest_unstamped,
    roots_at,
    stamps,
)
from bin.application.application import Application
from bin.application.errors import BadInput


@dataclass(frozen=True, slots=True)
class CheckedStamp:
    """A stored time stamp, and what is wrong with it; None if it holds."""

    stamp: Stamp
    fault: str | None


def read_roots(files: Iterable[Path]) -> list[Certificate]:
    """The root certificates in PEM files. Raises NoRoots."""
    return [root for file in files for root in roots_at(file)]


def stamp_newest(application: Application, authority: str, roots: Sequence[Certificate]) -> Stamp | None:
    """Have the newest published checkpoint stamped; None when this authority stamped it before.

    Raises BadInput for a URL that cannot be used, NoTimeStamp, BadTimeStamp or NothingToStamp.
    """
    try:
        url = sound_url(authority)
    except ValueError as error:
        raise BadInput(f"The authority's URL cannot be used: {error}.") from error
    with application.database.seal() as connection:
        checkpoint = newest_unstamped(connection, url)
        if checkpoint is None:
            return None
        size, note = checkpoint
        token, stamped_at = asked(url, note, list(roots), datetime.now(UTC))
        stamp = Stamp(size, url, token, stamped_at, note)
        keep(connection, stamp)
        return stamp


def check_stamps(application: Application, roots: Sequence[Certificate]) -> list[CheckedStamp]:
    with application.database.append.connection() as connection:
        return [CheckedStamp(stamp, _fault(stamp, list(roots))) for stamp in stamps(connection)]


def write_stamps(folder: Path, checked: Iterable[CheckedStamp]) -> None:
    """Write each checkpoint and its token, so that anybody can verify them with openssl."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers: dict[int, int] = {}
    for stamp in (row.stamp for row in checked):
        numbers[stamp.size] = numbers.get(stamp.size, 0) + 1
        (folder / f"{stamp.size}.checkpoint").write_text(stamp.note, encoding="utf-8")
        (folder / f"{stamp.size}-{numbers[stamp.size]}.tsr").write_bytes(stamp.token)


def _fault(stamp: Stamp, roots: list[Certificate]) -> str | None:
    try:
        check_stored(stamp, roots)
    except BadTimeStamp as error:
        return str(error)
    return None
