"""Writes evidence to files: whole or not at all."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from adapters.atomic_file import write_atomically
from domain.errors import ErrorKind, RigsbogError


class NoFolder(RigsbogError, OSError):
    """The file is to lie in a folder that is not there."""

    kind = ErrorKind.NOT_WRITABLE


class NoFile(RigsbogError, OSError):
    """What is named is no file, but a folder or a device."""

    kind = ErrorKind.NOT_WRITABLE


def check_place(path: Path | None) -> None:
    """Raise NoFolder or NoFile when it cannot be written there; asked before anything is read of anybody."""
    if path is None:
        return
    if path.exists() and not path.is_file():
        raise NoFile(f"{path} is no file that could be replaced, but a folder or a device: name a file.")
    if not path.parent.is_dir():
        raise NoFolder(f"There is no folder {path.parent} to write {path.name} to: make it, or name another file.")


def put(path: Path, content: bytes) -> str:
    """Write the file so that it is never seen half written; its SHA-256 in hexadecimal. Raises OSError."""
    check_place(path)
    write_atomically(path, content)
    return sha256(content).hexdigest()
