"""Files that are there whole or not at all: written beside their place, and then put into it."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

OWNERS_ONLY = 0o600
FOR_ALL = 0o666
"""As far as the process's umask lets it be."""


def write_atomically(path: Path, content: bytes, mode: int = OWNERS_ONLY, *, synced: bool = True) -> None:
    """Write a file, in an earlier one's place if there is one; nobody ever sees half of it. Raises OSError.

    `synced`, it is on the disk when this returns, and a crash leaves the old or the new one.
    """
    fresh = path.with_name(f".{path.name}.{token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if synced:
                os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        if isinstance(error, OSError):
            # A full disk names no file, and whoever reads of it does not know the one beside.
            error.filename, error.filename2 = str(path), None
        raise
    if synced:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on the disk, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
