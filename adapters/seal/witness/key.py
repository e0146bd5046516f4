"""The key of a witness: a file of mode 0600 in the form in which Go's sumdb/note writes private keys."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.atomic_file import write_atomically
from adapters.seal.formats.note import PUBLIC_KEY_BYTES, Key, Kind
from domain.errors import ErrorKind, RigsbogError

PREFIX = "PRIVATE+KEY+"
KEY_FILE = "key"
OTHERS = 0o077


class NoWitnessKey(RigsbogError):
    """There is no key of a witness in the folder, or none that may be used; the message says what to do."""

    kind = ErrorKind.CONFIGURATION


@dataclass(frozen=True, slots=True, repr=False)
class WitnessKey:
    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> Key:
        return Key(self.name, self.private.public_key().public_bytes_raw(), Kind.WITNESS)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the Ed25519 signature."""
        return self.private.sign(message)

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The key in the folder; raises NoWitnessKey."""
        path = folder / KEY_FILE
        try:
            if path.stat().st_mode & OTHERS:
                raise NoWitnessKey(f"{path} may be read by others: chmod 600 it, and ask whether it was.")
            name, key_id, encoded = path.read_text(encoding="utf-8").strip().removeprefix(PREFIX).split("+", 2)
            material = base64.b64decode(encoded, validate=True)
            if material[:1] != bytes([Kind.WITNESS]) or len(material) != 1 + PUBLIC_KEY_BYTES:
                raise NoWitnessKey(f"{path} holds no witness's key.")
            loaded = cls(name, Ed25519PrivateKey.from_private_bytes(material[1:]))
        except FileNotFoundError as error:
            raise NoWitnessKey(f"{folder} holds no key yet: give the new witness its name with --name.") from error
        except ValueError as error:
            raise NoWitnessKey(f"{path} is no key file.") from error
        if loaded.key.id.hex() != key_id:
            raise NoWitnessKey(f"{path} is damaged: its id is not that of its key.")
        return loaded

    @classmethod
    def made(cls, folder: Path, name: str) -> Self:
        """Make a key of that name in the folder, which has none; raises NotAKey for a name that cannot be one."""
        created = cls(name, Ed25519PrivateKey.generate())
        material = base64.b64encode(bytes([Kind.WITNESS]) + created.private.private_bytes_raw()).decode()
        write_atomically(folder / KEY_FILE, f"{PREFIX}{name}+{created.key.id.hex()}+{material}\n".encode())
        return created
