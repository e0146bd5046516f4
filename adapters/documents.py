"""The document store: letters as they came, sealed, named by their SHA-256, outside the database.

A document is durable before a fact may speak of it. Destroying its holder's key makes it unreadable wherever it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from adapters.keys.vault import Holding, Vault
from domain.errors import ErrorKind, RigsbogError

DOCUMENT_BYTES_MAX = 128 * 1024 * 1024


class DocumentMissing(RigsbogError):
    """The document is not in this store: restore the folder `documents` from its backup."""

    kind = ErrorKind.CORRUPT


class DocumentTooLarge(RigsbogError):
    """A document is larger than this store takes: 128 MiB."""

    kind = ErrorKind.BAD_INPUT


@dataclass(frozen=True, slots=True)
class Stored:
    """A document to keep: whose key seals it, and its bytes."""

    holding: Holding
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 by which facts name the document."""
        return sha256(self.content).hexdigest()


class DocumentStore:
    """A folder of sealed documents; the same document for the same holder is stored once."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def put(self, documents: Iterable[Stored]) -> None:
        """Keep documents; on return all of them are on disk. Raises DocumentTooLarge before anything is written."""
        fresh = list(documents)
        if any(len(one.content) > DOCUMENT_BYTES_MAX for one in fresh):
            raise DocumentTooLarge
        self._vault.prepare(one.holding for one in fresh)
        for one in fresh:
            path = self._path(one.holding, one.digest)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                part = path.with_suffix(f".{os.getpid()}")
                part.write_bytes(self._vault.encrypt_bytes(one.holding, one.digest.encode(), one.content))
                part.rename(path)
        if fresh:
            os.sync()  # Once for the whole batch: a disk waits as long for one document as for a thousand.

    def get(self, holding: Holding, digest: str) -> bytes | None:
        """A document's bytes; None when the holder's key is destroyed. Raises DocumentMissing."""
        path = self._path(holding, digest)
        if not path.exists():
            raise DocumentMissing
        return self._vault.decrypt_bytes(path.read_bytes(), digest.encode())

    def _path(self, holding: Holding, digest: str) -> Path:
        # Filed under the holder too: two people's copies of one letter are sealed by two keys.
        holder, retention = holding
        return self._folder / digest[:2] / f"{digest}.{holder.kind}-{holder.uuid}.{retention}"
