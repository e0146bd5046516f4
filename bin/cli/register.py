"""`rigsbog register`: enters people and companies from a file of one JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from bin.application.errors import BadInput
from bin.application.people.imports import LINE_BYTES_MAX, PeopleImport, Registered
from bin.application.reactions.executor import caught_up
from bin.cli import exits, output
from bin.cli.options import Reactions
from bin.cli.start import open_application

JSON_HELP = "Print one JSON object a line: line, kind, subject, status, position, errors."


def register(
    file: Annotated[str, typer.Argument(help="FILE.jsonl, or - for standard input.")],
    *,
    reactions: Reactions = True,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Enter people and companies in the book, one JSON object a line; the same file again changes nothing.

    {"kind": "person", "number": "DDMMYYSSSS", "name": {"given": "Anna", "family": "Prøve"},
    "address": {"street": "Prøvevej 1", "postal_code": "2100", "city": "København Ø"},
    "birth_date": "1990-01-01", "protected": false}

    {"kind": "company", "number": "NNNNNNNN", "name": {"name": "Prøve ApS"}, "address": {...}}

    Address, birth_date and protected may be left out. Bad lines are told with their line and field, never with their
    contents, and good lines are entered all the same; the exit code is then 65. Killed? Run it again. docs/formats.md
    has the format whole.
    """
    counts: dict[str, int] = {}
    with open_application() as application, _opened(file) as stream:
        for one in PeopleImport(application).enter(_lines(stream)):
            counts[one.status.value] = counts.get(one.status.value, 0) + 1
            if json:
                output.print_json(_document(one))
            elif not one.ok:
                output.say(f"line {one.line}: " + "; ".join(f"{fault.field}: {fault.message}" for fault in one.errors))
        if reactions:
            caught_up(application)
    if not json:
        output.say(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "The file is empty.")
    if counts.keys() & {"INVALID", "REFUSED"}:
        raise typer.Exit(exits.BAD_INPUT)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - closed by the with statement below; only opening may fail here
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    with stream:
        yield stream


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines, none longer in memory than one byte over the limit."""
    while line := stream.readline(LINE_BYTES_MAX + 1):
        rest = line
        while len(rest) > LINE_BYTES_MAX and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_BYTES_MAX + 1)
        yield line


def _document(one: Registered) -> dict[str, Any]:
    return {
        "line": one.line,
        "kind": one.kind,
        "subject": one.subject,
        "status": one.status.value,
        "position": one.position,
        "errors": [{"field": fault.field, "message": fault.message} for fault in one.errors],
    }
