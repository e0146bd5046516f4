"""Proofs that can be carried away (C2SP tlog-proof, version 1): one record's place in the tree under one checkpoint."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Self

from adapters.seal.formats.tree import HASH_BYTES, PATH_MAX
from domain.errors import ErrorKind, RigsbogError

FIRST_LINE = "c2sp.org/tlog-proof@v1"
INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
EXTRA = "extra "
PROOF_BYTES_MAX = 64 * 2**20
"""A proof of a message carries every fact about it; a bundle has files of its own."""


class NotAProof(RigsbogError):
    """The text is no tlog-proof: give the file as `rigsbog prove` wrote it."""

    kind = ErrorKind.BAD_INPUT

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}: give the file as `rigsbog prove` wrote it")


@dataclass(frozen=True, slots=True)
class Proof:
    """The index of a record, the path from its leaf to the root, and the checkpoint with that root."""

    index: int
    """From 0: one less than the record's position."""
    path: tuple[bytes, ...]
    checkpoint: str
    """The signed note, as it came."""
    extra: bytes | None = None
    """What the file adds; nothing proves it but what it holds itself."""

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"{EXTRA}{base64.b64encode(self.extra).decode()}"]
        hashes = [base64.b64encode(one).decode() for one in self.path]
        return "\n".join([FIRST_LINE, *extra, f"index {self.index}", *hashes, "", self.checkpoint])

    @classmethod
    def read(cls, written: str) -> Self:
        """Read a proof; nothing is verified. Raises NotAProof."""
        if len(written) > PROOF_BYTES_MAX:
            raise NotAProof(f"the proof is longer than {PROOF_BYTES_MAX} bytes")
        head, blank, checkpoint = written.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != FIRST_LINE:
            raise NotAProof(f"a proof begins with {FIRST_LINE} and holds a checkpoint")
        extra = None
        if lines and lines[0].startswith(EXTRA):
            extra = _decoded(lines.pop(0).removeprefix(EXTRA))
        index = INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None:
            raise NotAProof("a proof names the record's index as a plain decimal number")
        path = tuple(_decoded(line) for line in lines)
        if len(path) > PATH_MAX or any(len(node) != HASH_BYTES for node in path):
            raise NotAProof(f"a path has at most {PATH_MAX} hashes of {HASH_BYTES} bytes")
        return cls(int(index[1]), path, checkpoint, extra)


def _decoded(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NotAProof("a line of the proof is not base64") from error
    if base64.b64encode(value).decode() != text:
        raise NotAProof("a line of the proof is not plain base64")
    return value
