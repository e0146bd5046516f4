"""Writes evidence to files: whole or not at all."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from adapters.whole_file import write_whole


class NoFolder(OSError):
    """The file is to lie in a folder that is not there (exit code 73)."""


def check_folder(path: Path) -> None:
    """Raise NoFolder when the file has no folder to lie in; asked before anything is read of anybody."""
    if not path.parent.is_dir():
        raise NoFolder(f"There is no folder {path.parent} to write {path.name} to: make it, or name another file.")


def put(path: Path, content: bytes) -> str:
    """Write the file so that it is never seen half written; its SHA-256 in hexadecimal. Raises OSError."""
    check_folder(path)
    write_whole(path, content)
    return sha256(content).hexdigest()
