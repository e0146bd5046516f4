"""`rigsbog submit`: submits letters in the MeMo format, from files, folders and archives."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.text import Text

from adapters.memo import letters
from bin.application.post.submit import MessageSubmission, SubmittedLetter
from bin.cli import exits, output
from bin.cli.start import open_application

REJECTED_SHOWN_MAX = 20
"""So many rejected letters are shown one by one; --json prints all."""
JSON_HELP = "Print one JSON object a letter: file, message_uuid, status, position, receipts, errors."


class RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        seconds = task.finished_time or task.elapsed
        return Text(f"{task.completed / seconds if seconds else 0:.0f} letters/s")


def submit(
    paths: Annotated[list[Path], typer.Argument(help="MeMo XML files, folders of them, .tar.lzma archives.")],
    *,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """A letter that was submitted before is REPLAYED: it has no second effect, and its first receipts are printed
    again. After a crash, run the same command again. All errors of a letter are reported together. A letter without
    a readable messageUUID is not recorded, because a record needs its id. Exit code 1 when a letter was not
    accepted, 65 when a path or an archive cannot be read.
    """
    counts = Counter[str]()
    rejected = 0
    console = Console(stderr=True)
    bars = Progress(BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn(), console=console)
    bars.disable = not console.is_terminal
    with open_application() as application, bars:
        incoming = letters(paths) if bars.disable else bars.track(letters(paths), total=_count(paths))
        for letter in MessageSubmission(application).submit(incoming):
            counts[letter.status.value] += 1
            rejected += not letter.accepted
            _show(letter, rejected, json=json)
    if not json:
        output.print_notice(
            ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "No letter was found."
        )
    if rejected:
        raise typer.Exit(exits.DIFFERENT)


def _document(letter: SubmittedLetter) -> dict[str, Any]:
    return output.as_row(letter) | {
        "receipts": [output.as_row(receipt) for receipt in letter.receipts],
        "errors": [fault.model_dump(mode="json") for fault in letter.errors],
    }


def _show(letter: SubmittedLetter, rejected: int, *, json: bool) -> None:
    if json:
        output.print_json(_document(letter))
    elif not letter.accepted and rejected > REJECTED_SHOWN_MAX:
        if rejected == REJECTED_SHOWN_MAX + 1:
            output.print_notice("More letters were not accepted: use --json to see each of them.")
    elif not letter.accepted:
        unrecorded = " (no messageUUID could be read: nothing was recorded)" if letter.message_uuid is None else ""
        output.print_notice(f"{letter.file}: {letter.status.value}{unrecorded}")
        for fault in letter.errors:
            output.print_notice(f"  {fault.code} at {fault.path}: {fault.message} ({fault.fault.value})")


def _count(paths: list[Path]) -> int | None:
    """How many letters there are, without opening any; None when an archive is among them."""
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else (path,))]
    if any(file.name.lower().endswith((".lzma", ".xz")) for file in files):
        return None
    return sum(file in paths or file.name.lower().endswith(".xml") for file in files)
