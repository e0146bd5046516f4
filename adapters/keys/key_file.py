"""Key files: 32 bytes in base64, readable only by their owner, created atomically."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

from adapters.atomic_file import sync_folder
from domain.errors import ErrorKind, RigsbogError

KEY_BYTES = 32
KEY_COMMAND = "head -c 32 /dev/urandom | base64"


class NoKey(RigsbogError):
    """There is no usable key: write 32 random bytes in base64 to a file of mode 0600, and name it in the setting."""

    kind = ErrorKind.CONFIGURATION


def create_key_file(path: Path) -> Path:
    """The path, after a new key is created there if there was none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written to a temporary file and then linked, so that two first users get the same key.
        descriptor, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(fresh)
            sync_folder(path.parent)
        except FileExistsError:
            pass
        finally:
            Path(fresh).unlink()
    return path


def read_key(path: Path) -> bytes:
    """The key in a file; raises NoKey, also when the file may be read by others."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise NoKey(f"The key file {path} cannot be read: {error.strerror}. Make one by `{KEY_COMMAND}`.") from error
    if mode & 0o077:
        raise NoKey(f"The key file {path} can be read by others: run `chmod 600 {path}`.")
    return decode_key(content, str(path))


def decode_key(text: str | bytes, origin: str) -> bytes:
    """The key in the text; raises NoKey, which names the origin and not the key."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise NoKey(f"{origin} does not hold base64: make a key by `{KEY_COMMAND}`.") from error
    if len(key) != KEY_BYTES:
        raise NoKey(f"{origin} must hold {KEY_BYTES} bytes of base64: make a key by `{KEY_COMMAND}`.")
    return key
