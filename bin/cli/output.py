"""What tools say: results on standard output as a table or as JSON, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bin.application.plain import as_json, plain


def print_json(document: Any) -> None:
    """One document, on one line when it is one of many."""
    sys.stdout.write(json.dumps(document, default=as_json, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_table(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a table; the columns are those of the first row. What is too wide is folded, never cut."""
    if not rows:
        print_line(f"{title}: nothing.")
        return
    table = Table(title=title, title_justify="left")
    for column in rows[0]:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(plain(value) for value in row.values()))
    Console().print(table)


def print_blocks(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A title, and each row as a block of lines, one a value; nothing is cut, however narrow the terminal."""
    print_line(f"{title}: {'nothing.' if not rows else ''}".rstrip())
    for row in rows:
        width = max(map(len, row))
        for line, (name, value) in enumerate(row.items()):
            print_line(f"{'- ' if line == 0 else '  '}{name:<{width}}  {plain(value)}".rstrip())


def print_notice(sentence: str) -> None:
    """A sentence for a person, on standard error, so that standard output stays clean."""
    Console(stderr=True).print(sentence, highlight=False, markup=False, soft_wrap=True)


def print_line(line: str, *, style: str = "") -> None:
    """One line of a result for a person, on standard output; `style` only shows on a terminal."""
    Console().print(Text(line, style=style), soft_wrap=True)


def print_check(name: str, detail: str, *, ok: bool) -> None:
    print_line(f"{'ok   ' if ok else 'wrong'} {name}: {detail}", style="" if ok else "red")


def as_row(record: Any) -> dict[str, Any]:
    """A result's fields by name, each value as it is."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def print_counts(counts: Mapping[str, int]) -> None:
    """How many lines of a file ended with each status."""
    print_notice(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "The file is empty.")
