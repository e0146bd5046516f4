"""Shows what became of each line of a file, and ends with the exit code that says whether all were taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import typer

from bin.application.people.imports import ImportedLine
from bin.application.post.arrivals import ArrivalLine
from bin.cli import exits, output


def show_lines(lines: Iterable[ImportedLine | ArrivalLine], *, json: bool) -> Counter[str]:
    """Print one JSON object a line, or a sentence for each line with errors; how many lines have each status."""
    counts = Counter[str]()
    for line in lines:
        counts[line.status.value] += 1
        if json:
            output.print_json(output.as_row(line) | {"errors": [output.as_row(fault) for fault in line.errors]})
        elif line.errors:
            errors = "; ".join(f"{fault.field}: {fault.message}" for fault in line.errors)
            output.print_notice(f"line {line.line}: {errors}")
    return counts


def end(counts: Counter[str], *, json: bool) -> None:
    """Print the counts, and end with exit code 65 when a line was refused or invalid."""
    if not json:
        output.print_counts(counts)
    if counts.keys() & {"INVALID", "REFUSED"}:
        raise typer.Exit(exits.BAD_INPUT)
