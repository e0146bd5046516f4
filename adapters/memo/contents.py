"""Decodes, measures and passes on the base64 contents of files, part by part while the letter is read."""

import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from adapters.memo.values import ValueNotAllowed

PART_CHARACTERS: Final = 65_536
QUAD: Final = 4
_SPACE: Final = b" \t\r\n"

Take = Callable[[bytes], object]
Keep = Callable[[int], Take]


@dataclass(frozen=True, slots=True)
class Measured:
    """The hash and size of a file's contents."""

    sha256: str
    size_bytes: int


def forget(number: int) -> Take:
    return len


class InMemory:
    """Keeps contents in memory, by the file's index in `Letter.files`."""

    def __init__(self) -> None:
        self._parts: list[list[bytes]] = []

    def __call__(self, number: int) -> Take:
        self._parts.append([])
        return self._parts[number].append

    def __getitem__(self, number: int) -> bytes:
        return b"".join(self._parts[number])

    def __len__(self) -> int:
        return len(self._parts)


class Decoding:
    """Decodes the base64 of one file; ignores everything after the first fault."""

    __slots__ = ("_ended", "_hash", "_pending", "_pending_size", "_rest", "_size_bytes", "_take", "wrong")

    def __init__(self, take: Take) -> None:
        self._take = take
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._pending: list[str] = []
        self._pending_size = 0
        self._rest = b""
        self._ended = False
        self.wrong = False

    def feed(self, text: str) -> None:
        if self.wrong:
            return
        self._pending.append(text)
        self._pending_size += len(text)
        if self._pending_size >= PART_CHARACTERS:
            self._decode()

    def finish(self) -> Measured:
        """The hash and size of the contents; raises ValueNotAllowed when the text is not base64 of XML Schema."""
        self._decode()
        if self.wrong or self._rest:
            raise ValueNotAllowed("file.content.format.not.allowed", "The contents of the file are not base64.")
        return Measured(self._hash.hexdigest(), self._size_bytes)

    def _decode(self) -> None:
        try:
            text = self._rest + "".join(self._pending).encode("ascii").translate(None, _SPACE)
            self._pending.clear()
            self._pending_size = 0
            whole = len(text) - len(text) % QUAD
            self._rest = text[whole:]
            if whole:
                self._part(text[:whole])
        except (UnicodeEncodeError, binascii.Error):
            self.wrong = True

    def _part(self, quads: bytes) -> None:
        if self._ended:
            raise binascii.Error
        part = binascii.a2b_base64(quads, strict_mode=True)
        if quads.endswith(b"="):
            self._ended = True
            # The unused bits before the padding must be zero, or two texts would decode to the same contents.
            last = binascii.b2a_base64(part[-(len(part) % 3 or 3) :], newline=False)
            if last != quads[-QUAD:]:
                raise binascii.Error
        self._hash.update(part)
        self._size_bytes += len(part)
        self._take(part)
