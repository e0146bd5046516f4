"""The key of a witness: a file of mode 0600 in the form in which Go's sumdb/note writes private keys."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Self

from adapters.atomic_file import write_atomically
from adapters.keys.key_file import KEY_BYTES
from adapters.seal.formats.note import Kind
from adapters.seal.writer.signing import FileSigner
from domain.errors import ErrorKind, RigsbogError

PREFIX = "PRIVATE+KEY+"
KEY_FILE = "key"
OTHERS = 0o077


class NoWitnessKey(RigsbogError):
    """The folder holds no usable key of a witness: make one by `rigsbog witness --name NAME --key`."""

    kind = ErrorKind.CONFIGURATION


class WitnessKey(FileSigner):
    kind = Kind.WITNESS

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The key in the folder; raises NoWitnessKey."""
        path = folder / KEY_FILE
        try:
            if path.stat().st_mode & OTHERS:
                raise NoWitnessKey(f"{path} may be read by others: chmod 600 it, and ask whether it was.")
            name, key_id, encoded = path.read_text(encoding="utf-8").strip().removeprefix(PREFIX).split("+", 2)
            material = base64.b64decode(encoded, validate=True)
            if material[:1] != bytes([Kind.WITNESS]) or len(material) != 1 + KEY_BYTES:
                raise NoWitnessKey(f"{path} holds no witness's key: restore the right file.")
            own = cls(name, material[1:])
        except FileNotFoundError as error:
            raise NoWitnessKey(f"{folder} holds no key yet: give the new witness its name with --name.") from error
        except ValueError as error:
            raise NoWitnessKey(f"{path} is no key file: restore it from its backup.") from error
        if own.key.id.hex() != key_id:
            raise NoWitnessKey(f"{path} is damaged: its id is not that of its key.")
        return own

    @classmethod
    def made(cls, folder: Path, name: str) -> Self:
        """Make a key of that name in the folder, which has none; raises NotAKey for a name that cannot be one."""
        own = cls(name, os.urandom(KEY_BYTES))
        material = base64.b64encode(bytes([Kind.WITNESS]) + own.seed).decode()
        write_atomically(folder / KEY_FILE, f"{PREFIX}{name}+{own.key.id.hex()}+{material}\n".encode())
        return own
