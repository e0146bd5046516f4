"""`rigsbog register`: registers people and companies from a file of one JSON object a line."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bin.application.errors import BadInput
from bin.application.people.imports import PeopleImport, read_lines
from bin.application.reactions.executor import caught_up
from bin.cli import exits, output
from bin.cli.options import ForAuthority, InCase, Reactions, on_behalf
from bin.cli.start import open_application

JSON_HELP = "Print one JSON object a line: line, kind, subject, status, position, errors."


def register(
    file: Annotated[str, typer.Argument(help="FILE.jsonl, or - for standard input.")],
    *,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """{"kind": "person", "number": "DDMMYYSSSS", "name": {"given": "Anna", "family": "Prøve"},
    "address": {"street": "Prøvevej 1", "postal_code": "2100", "city": "København Ø"},
    "birth_date": "1990-01-01", "cause": "register_load", "resident": true, "protected": false}

    {"kind": "company", "number": "NNNNNNNN", "name": {"name": "Prøve ApS"}, "address": {...}, "cause": "founding"}

    Only kind, number and a company's name are needed. An invalid line is reported with its number
    and field, never with its contents; all valid lines are registered, and the exit code is 65. After a crash, run the
    same command again. docs/formats.md describes the whole format.
    """
    counts, acting = Counter[str](), on_behalf(authority, case)
    with open_application() as application, _opened(file) as stream:
        for line in PeopleImport(application, acting).register(read_lines(stream)):
            counts[line.status.value] += 1
            if json:
                output.print_json(output.as_row(line) | {"errors": [output.as_row(fault) for fault in line.errors]})
            elif not line.registered:
                errors = "; ".join(f"{fault.field}: {fault.message}" for fault in line.errors)
                output.print_notice(f"line {line.line}: {errors}")
        if reactions:
            caught_up(application)
    if not json:
        output.print_notice(
            ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "The file is empty."
        )
    if counts.keys() & {"INVALID", "REFUSED"}:
        raise typer.Exit(exits.BAD_INPUT)


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
