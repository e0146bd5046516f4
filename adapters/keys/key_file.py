"""Key files: 32 bytes in base64, readable by their owner only, made whole or not at all."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from adapters.atomic_file import sync_folder
from domain.errors import ErrorKind, RigsbogError

KEY_BYTES = 32
MAKES_ITS_OWN = ("development", "test")
"""Values of RIGSBOG_ENV under which a home's key is made at first use; a misspelt `production` is none of them."""
KEY_COMMAND = "head -c 32 /dev/urandom | base64"


class NoKey(RigsbogError):
    """There is no usable key."""

    kind = ErrorKind.CONFIGURATION


def makes_its_own(environment: Mapping[str, str]) -> bool:
    """Whether this environment may make a key that nobody gave it."""
    return (environment.get("RIGSBOG_ENV") or MAKES_ITS_OWN[0]) in MAKES_ITS_OWN


def made_at(path: Path) -> Path:
    """The path, where a new key was made unless one was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written whole beside its place and then linked, so that two first users agree on one key.
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
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise NoKey(f"The key file {path} cannot be read: {error}. Make one by `{KEY_COMMAND}`.") from error
    if mode & 0o077:
        raise NoKey(f"The key file {path} can be read by others: run `chmod 600 {path}`.")
    return decoded(text, str(path))


def decoded(text: str, origin: str) -> bytes:
    """The key that the text holds; raises NoKey, which names the origin and not the key."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise NoKey(f"{origin} does not hold base64: make a key by `{KEY_COMMAND}`.") from error
    if len(key) != KEY_BYTES:
        raise NoKey(f"{origin} must hold {KEY_BYTES} bytes of base64: make a key by `{KEY_COMMAND}`.")
    return key
