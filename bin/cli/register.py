"""`rigsbog register`: registers people and companies from a file of one JSON object a line."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.people.imports import PeopleImport
from bin.application.people.lines import read_lines
from bin.application.reactions.executor import caught_up
from bin.cli import lines
from bin.cli.options import ForAuthority, InCase, Reactions, on_behalf
from bin.cli.standard_input import open_input
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
    acting = on_behalf(authority, case)
    with open_application() as application, open_input(file) as stream:
        counts = lines.show_lines(PeopleImport(application, acting).register(read_lines(stream)), json=json)
        if reactions:
            caught_up(application)
    lines.end(counts, json=json)
