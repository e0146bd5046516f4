"""What is submitted to a witness (C2SP tlog-witness, add-checkpoint), written by the client and read by the server."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint
from adapters.seal.formats.note import Key, Note, Signature
from adapters.seal.formats.tree import HASH_BYTES, PATH_MAX

PATH = "/add-checkpoint"
BODY_BYTES_MAX = 128 * 2**10
"""Enough for a note and the longest path."""
TEXT_LENGTH_MAX = 4 * 2**10
SIZE_MAX = 2**63 - 1
OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
TEXT = "text/plain; charset=utf-8"
SIZE_TYPE = "text/x.tlog.size"
CHECKPOINT_LINES = 3


def request(old_size: int, path: list[bytes], note: Note) -> bytes:
    hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in path)
    return f"old {old_size}\n{hashes}\n{note}".encode()


@dataclass(frozen=True, slots=True)
class Submission:
    """An add-checkpoint request, as read; nothing in it is verified."""

    old_size: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    @classmethod
    def read(cls, body: bytes) -> Submission:
        """Read a body; raises ValueError, NotANote or NotACheckpoint."""
        if len(body) > BODY_BYTES_MAX:
            raise ValueError(f"a request is at most {BODY_BYTES_MAX} bytes")
        head, blank, written = body.decode().partition("\n\n")
        old, *hashes = head.split("\n")
        match = OLD.fullmatch(old)
        if match is None or not blank:
            raise ValueError("a request is a line `old SIZE`, a line a hash, an empty line and a checkpoint")
        if len(hashes) > PATH_MAX:
            raise ValueError(f"a consistency proof has at most {PATH_MAX} hashes")
        note = Note.read(written)
        if len(note.text) > TEXT_LENGTH_MAX:
            raise ValueError(f"a checkpoint's text is at most {TEXT_LENGTH_MAX} characters here")
        return cls(int(match[1]), tuple(_hash(line) for line in hashes), note, head_of(note))

    def signature_of(self, keys: Sequence[Key]) -> Signature:
        """The first signature by one of the log's keys, of which there is one."""
        return next(one for one in self.note.signatures if any(one.is_by(key) for key in keys))


def head_of(note: Note) -> Checkpoint:
    """The checkpoint that the note is, without its extension lines, which are signed but do not describe the tree.

    Raises NotACheckpoint.
    """
    lines = note.text.removesuffix("\n").split("\n")
    if not all(lines):
        raise NotACheckpoint("no line of a checkpoint is empty")
    checkpoint = Checkpoint.read("".join(f"{line}\n" for line in lines[:CHECKPOINT_LINES]))
    if checkpoint.size > SIZE_MAX:
        raise NotACheckpoint("no tree is so large")
    return checkpoint


def _hash(line: str) -> bytes:
    digest = base64.b64decode(line, validate=True)
    if len(digest) != HASH_BYTES or base64.b64encode(digest).decode() != line:
        raise ValueError(f"a line of the proof is {HASH_BYTES} bytes in base64")
    return digest
