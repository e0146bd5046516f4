"""Lines of JSON that are taken over in batches: each is read alone, and reported by its number (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, TypeVar

from pydantic import TypeAdapter

from bin.application.people.field_errors import FieldFault, Misread, read_json

LINES_A_BATCH_MAX = 500
LINE_BYTES_MAX = 64 * 1024
NumberedLine = tuple[int, bytes]
T = TypeVar("T")


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream. Of a line over the limit only one byte more than the limit is held in memory."""
    while line := stream.readline(LINE_BYTES_MAX + 1):
        rest = line
        while len(rest) > LINE_BYTES_MAX and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_BYTES_MAX + 1)
        yield line


def in_batches(lines: Iterable[bytes]) -> Iterator[Sequence[NumberedLine]]:
    """The lines with their numbers, from 1; blank lines are skipped."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, LINES_A_BATCH_MAX)):
        yield batch


def read_line(adapter: TypeAdapter[T], content: bytes) -> T:
    """What a line holds. Raises Misread."""
    if len(content) > LINE_BYTES_MAX:
        raise Misread(FieldFault("line", f"A line has at most {LINE_BYTES_MAX} bytes."))
    return read_json(adapter, content, "line")
