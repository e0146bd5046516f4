"""Statements that the log's key signs besides checkpoints: that an answer or a bundle is whole (docs/proofs.md 6).

The same key signs both, so no text may be read as two of them. The first line of a checkpoint is the log's name, which
has no blank, and its second line is a number. The first line of a statement has a blank, and its second line is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256


def answer_statement(form: str, unsigned: bytes) -> str:
    """The statement about an answer of that form, by its canonical bytes without the signature."""
    return f"rigsbog {form}\nsha256 {sha256(unsigned).hexdigest()}\n"


def bundle_statement(form: str, head: bytes, files: Mapping[str, bytes]) -> str:
    """The statement about a bundle of that form: its head in canonical JSON, and the digest of each file by name."""
    lines = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return f"rigsbog {form}\n{head.decode()}\n{lines}"
