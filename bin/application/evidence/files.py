"""Writes evidence to files: whole or not at all."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from adapters.atomic_file import write_atomically
from domain.errors import ErrorKind, RigsbogError


class NotWritable(RigsbogError, OSError):
    """The file cannot be written there: name another file, or change the folder's permissions."""

    kind = ErrorKind.NOT_WRITABLE


def check_writable(path: Path) -> None:
    """Raise NotWritable when the file cannot be written there; called before anybody's data are read."""
    if path.exists() and not path.is_file():
        raise NotWritable(f"{path} is a folder or a device, which cannot be replaced: name a file.")
    if not path.parent.is_dir():
        raise NotWritable(f"There is no folder {path.parent} to write {path.name} to: make it, or name another file.")


def write_evidence(path: Path, content: bytes) -> str:
    """Write the file atomically; its SHA-256 in hexadecimal. Raises OSError."""
    check_writable(path)
    write_atomically(path, content)
    return sha256(content).hexdigest()
