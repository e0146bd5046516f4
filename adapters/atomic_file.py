"""Atomic file writes: to a temporary file, which is then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex

OWNERS_ONLY = 0o600
FOR_ALL = 0o666
"""Limited by the process's umask."""


def write_atomically(
    path: Path, content: bytes, mode: int = OWNERS_ONLY, *, synced: bool = True, owner: tuple[int, int] | None = None
) -> None:
    """Write or replace a file; no reader ever sees an incomplete one. Raises OSError.

    With `synced` the file is on the disk when this returns, and a crash leaves the old or the new one. `owner` is the
    user and the group to whom it is given.
    """
    fresh = path.with_name(f".{path.name}.{token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if owner is not None:
                os.fchown(file.fileno(), *owner)
            if synced:
                os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        if isinstance(error, OSError):
            # The error of a full disk has no file name, and the temporary name would mean nothing to the user.
            error.filename, error.filename2 = str(path), None
        raise
    if synced:
        sync_folder(path.parent)


def sync_files(paths: Iterable[Path]) -> None:
    """Write files and the entries of their folders to the disk. Raises OSError, also for one that was lost before."""
    files = list(paths)
    if len(files) > 1:
        os.sync()  # A disk takes as long for one file as for a thousand, but this reports no error.
    for path in files:
        _sync(path, os.O_RDONLY)
    for folder in dict.fromkeys(path.parent for path in files):
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Write a folder's entries to the disk, so that a rename survives a power failure."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
