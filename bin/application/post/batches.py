"""Reads incoming letters in batches, each letter once, and keeps its original bytes with the parsed letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, cast

from adapters.memo import TERMS_2025, ArchiveRefused, Reading, read_letter
from adapters.memo.terms import READ_BYTES
from bin.application.errors import BadInput

LETTERS_A_BATCH_MAX = 500
BYTES_A_BATCH_MAX = 32 * 1024 * 1024
"""The letter that reaches either limit is the last of its batch: at most one letter more is held in memory."""
KEPT_BYTES_MAX = TERMS_2025.letter_size_bytes_max
"""A larger file is not a letter: its digest and size are reported, and its bytes are not kept."""


@dataclass(frozen=True, slots=True)
class IncomingLetter:
    """One file that should be a letter."""

    file: str
    reading: Reading
    sha256: str
    """Of the bytes as they came."""
    size_bytes: int
    content: bytes | None
    """The bytes as they came; None when they were too many to keep."""


def read_incoming(file: str, stream: BinaryIO) -> IncomingLetter:
    """Read one letter from a stream to its end."""
    measured = _MeasuredStream(stream)
    reading = read_letter(cast("BinaryIO", measured))
    while measured.read(READ_BYTES):
        pass
    return IncomingLetter(file, reading, measured.digest.hexdigest(), measured.size_bytes, measured.content)


def batches(letters: Iterable[tuple[str, BinaryIO]]) -> Iterator[list[IncomingLetter]]:
    """Read letters in batches; letters that were read whole are yielded before an error of the files is raised.

    Raises ArchiveRefused, and BadInput for a path that cannot be read.
    """
    batch: list[IncomingLetter] = []
    size_bytes = 0
    try:
        for file, stream in letters:
            batch.append(read_incoming(file, stream))
            size_bytes += batch[-1].size_bytes
            if len(batch) >= LETTERS_A_BATCH_MAX or size_bytes >= BYTES_A_BATCH_MAX:
                yield batch
                batch, size_bytes = [], 0
    except (ArchiveRefused, OSError) as error:
        if batch:
            yield batch
        if isinstance(error, ArchiveRefused):
            raise
        raise BadInput(f"{error.filename or 'A letter'} cannot be read: {error.strerror}.") from error
    if batch:
        yield batch


class _MeasuredStream:
    def __init__(self, stream: BinaryIO) -> None:
        self.digest = sha256()
        self.size_bytes = 0
        self._stream = stream
        self._parts: list[bytes] = []

    @property
    def content(self) -> bytes | None:
        return b"".join(self._parts) if self.size_bytes <= KEPT_BYTES_MAX else None

    def read(self, size: int) -> bytes:
        part = self._stream.read(size)
        self.digest.update(part)
        self.size_bytes += len(part)
        if self.size_bytes <= KEPT_BYTES_MAX:
            self._parts.append(part)
        else:
            self._parts.clear()
        return part
