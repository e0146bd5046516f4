"""`rigsbog submit`: hands in letters in the MeMo format, from files, folders and archives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.text import Text

from adapters.memo import letters
from bin.application.post.submit import Reception, Taken
from bin.cli import exits, output
from bin.cli.start import open_application

MISSED_TOLD_MAX = 20
"""So many letters that were not taken are told to a person one by one."""
JSON_HELP = "Print one JSON object a letter: file, message_uuid, status, position, receipts, errors."


class RateColumn(ProgressColumn):
    """How many letters are read a second."""

    def render(self, task: Task) -> Text:
        """See ProgressColumn."""
        return Text(f"{task.speed or 0:.0f} letters/s")


def submit(
    paths: Annotated[list[Path], typer.Argument(help="MeMo XML files, folders of them, .tar.lzma archives.")],
    *,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Hand in letters in the MeMo format (1.1 and 1.2); each gets its receipts and, if it is taken, arrives.

    The same letter again is REPLAYED with the receipts it got then, so a killed run is taken up by running it again.
    All errors of a letter are told at once. Of a letter without a readable messageUUID nothing is recorded: it has no
    name to record it by. Exit code 1 when some letter was not taken, 65 when a path or an archive cannot be read.
    """
    counts: dict[str, int] = {}
    missed = 0
    console = Console(stderr=True)
    bars = Progress(BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn(), console=console)
    bars.disable = not console.is_terminal
    with open_application() as application, bars:
        incoming = letters(paths) if bars.disable else bars.track(letters(paths), total=_count(paths))
        for one in Reception(application).take(incoming):
            counts[one.status.value] = counts.get(one.status.value, 0) + 1
            missed += not one.ok
            _tell(one, missed, json=json)
    if not json:
        output.say(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "No letter was found.")
    if missed:
        raise typer.Exit(exits.DIFFERENT)


def document(one: Taken) -> dict[str, Any]:
    """What became of a letter, as `--json` prints it."""
    return {
        "file": one.file,
        "message_uuid": one.message_uuid,
        "status": one.status.value,
        "position": one.position,
        "receipts": [
            {
                "receipt": receipt.receipt,
                "status": receipt.status,
                "position": receipt.position,
                "recorded_at": receipt.recorded_at,
            }
            for receipt in one.receipts
        ],
        "errors": [fault.model_dump(mode="json") for fault in one.errors],
    }


def _tell(one: Taken, missed: int, *, json: bool) -> None:
    if json:
        output.print_json(document(one))
    elif not one.ok and missed > MISSED_TOLD_MAX:
        if missed == MISSED_TOLD_MAX + 1:
            output.say("More letters were not taken: --json tells of each.")
    elif not one.ok:
        unrecorded = " (no messageUUID could be read: nothing was recorded)" if one.message_uuid is None else ""
        output.say(f"{one.file}: {one.status.value}{unrecorded}")
        for fault in one.errors:
            output.say(f"  {fault.code} at {fault.path}: {fault.message} ({fault.fault.value})")


def _count(paths: list[Path]) -> int | None:
    """How many letters there are, without opening any; None when an archive is among them."""
    found = [file for path in paths for file in (path.rglob("*") if path.is_dir() else (path,))]
    if any(file.name.lower().endswith((".lzma", ".xz")) for file in found):
        return None
    return sum(file in paths or file.name.lower().endswith(".xml") for file in found)
