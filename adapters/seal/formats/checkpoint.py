"""Checkpoints (C2SP tlog-checkpoint): a log's statement of how many records it holds, and of their root."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from adapters.seal.formats.note import BadSignature, Key, NotANote, Note, Signer, UnknownSigner, signed
from adapters.seal.formats.tree import HASH_BYTES
from domain.errors import ErrorKind, RigsbogError

SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NotACheckpoint(RigsbogError):
    """The note's text is no checkpoint: give the checkpoint file as the log published it."""

    kind = ErrorKind.BAD_INPUT


class WrongOrigin(RigsbogError):
    """The checkpoint is of another log: give one of this log, or name the log that is meant."""

    kind = ErrorKind.BAD_INPUT


UNFIT = (NotANote, NotACheckpoint, WrongOrigin, UnknownSigner, BadSignature)
"""What `opened` raises."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of a log at one size."""

    origin: str
    """The name of the log, which never changes; also the name of the key that signs for it."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a note's text; raises NotACheckpoint. Extension lines are refused: we write none and trust none."""
        lines = text.split("\n")
        if len(lines) != len(("origin", "size", "root", "")) or not all(lines[:3]) or lines[3]:
            raise NotACheckpoint("a checkpoint has three lines: origin, size and root")
        origin, size, encoded = lines[:3]
        if not SIZE.fullmatch(size):
            raise NotACheckpoint("the size of a checkpoint is a plain decimal number")
        try:
            root = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise NotACheckpoint("the root of a checkpoint is not base64") from error
        if len(root) != HASH_BYTES or base64.b64encode(root).decode() != encoded:
            raise NotACheckpoint(f"the root of a checkpoint is {HASH_BYTES} bytes in base64")
        return cls(origin, int(size), root)

    def signed(self, *signers: Signer) -> Note:
        return signed(self.text, *signers)


def opened(written: str, keys: Sequence[Key], origin: str | None = None) -> tuple[Checkpoint, Note]:
    """A checkpoint that one of the log's keys has signed; raises one of UNFIT."""
    note = Note.read(written)
    checkpoint = Checkpoint.read(note.text)
    if origin is not None and checkpoint.origin != origin:
        raise WrongOrigin(f"the checkpoint is of {checkpoint.origin}, not of {origin}")
    note.opened([key for key in keys if key.name == checkpoint.origin])
    return checkpoint, note
