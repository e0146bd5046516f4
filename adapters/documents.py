"""Stores letters as they came, encrypted, outside the database, under names that say nothing about their content.

A document is on the disk before a fact may name it. After its holder's key is destroyed nobody can read any copy.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from adapters.atomic_file import FOR_ALL, sync_folder, write_atomically
from adapters.keys.vault import Holding, NotWhatWasEncrypted, Vault
from domain.errors import ErrorKind, RigsbogError

DOCUMENT_BYTES_MAX = 128 * 1024 * 1024


class DocumentMissing(RigsbogError):
    """The document is not in the store: restore the folder `documents` from its backup."""

    kind = ErrorKind.CORRUPT


class DocumentTooLarge(RigsbogError):
    """A document is larger than 128 MiB, which is the limit: have the sender divide it."""

    kind = ErrorKind.BAD_INPUT


@dataclass(frozen=True, slots=True)
class Stored:
    """A document to store: whose key encrypts it, the name that facts have for it, and its bytes."""

    holding: Holding
    name: UUID
    content: bytes


class DocumentStore(Protocol):
    """The port of documents: a folder now; a table or an object store shared by several servers later."""

    def put(self, documents: Iterable[Stored]) -> None:
        """Store documents durably, each once. Raises DocumentTooLarge before it stores anything."""

    def delete(self, name: UUID) -> None:
        """Delete a document durably; one that is not there stays so."""

    def get(self, name: UUID) -> bytes | None:
        """A document's bytes; None when the holder's key is destroyed. Raises DocumentMissing."""


class FolderDocuments:
    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def put(self, documents: Iterable[Stored]) -> None:
        batch = list(documents)
        if any(len(document.content) > DOCUMENT_BYTES_MAX for document in batch):
            raise DocumentTooLarge
        self._vault.prepare(document.holding for document in batch)
        for document in batch:
            path = self._path(document.name)
            if not self._is_stored(document):
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                encrypted = self._vault.encrypt_bytes(document.holding, document.name.bytes, document.content)
                write_atomically(path, encrypted, FOR_ALL, synced=False)
        if batch:
            os.sync()  # Once for the whole batch: a disk takes as long for one document as for a thousand.

    def delete(self, name: UUID) -> None:
        path = self._path(name)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            sync_folder(path.parent)

    def get(self, name: UUID) -> bytes | None:
        path = self._path(name)
        if not path.exists():
            raise DocumentMissing
        return self._vault.decrypt_bytes(path.read_bytes(), name.bytes)

    def _is_stored(self, document: Stored) -> bool:
        """Whether it is there, whole, and encrypted with a key that exists; a crash may have left less."""
        try:
            return self.get(document.name) == document.content
        except (DocumentMissing, NotWhatWasEncrypted):
            return False

    def _path(self, name: UUID) -> Path:
        return self._folder / name.hex[:2] / str(name)
