"""Stores letters as they came, encrypted, outside the database, under names that say nothing about their content.

A document is on the disk before a fact may name it. After its holder's key is destroyed nobody can read any copy.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from adapters.atomic_file import FOR_ALL, sync_files, sync_folder, write_atomically
from adapters.keys.vault import Holding, NotWhatWasEncrypted, UnknownKey, Vault
from adapters.logs import logger
from domain.errors import ErrorKind, RigsbogError

DOCUMENT_BYTES_MAX = 128 * 1024 * 1024
ENCRYPTED_BYTES_MAX = DOCUMENT_BYTES_MAX + 1024
"""Of a file; what encryption adds is less than a hundred bytes."""
NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class DocumentFault(RigsbogError):
    """A document is not in the store as it was stored: find the file, and restore it from a backup."""

    kind = ErrorKind.CORRUPT


class DocumentMissing(DocumentFault):
    """The document is not in the store: restore the folder `documents` from its backup."""


class DocumentAltered(DocumentFault):
    """The document is not what was stored: find out who changed the file, and restore it from a backup."""


class DocumentUnreadable(DocumentFault):
    """The document cannot be read: see whether its file and the key that it names are as they were."""


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
        """Store documents durably, each once. Raises DocumentTooLarge before it stores anything, and OSError.

        What already has the name of one is read first: when it is that document, it stays; otherwise it is replaced.
        """

    def delete(self, name: UUID) -> None:
        """Delete a document durably; one that is not there stays so."""

    def get(self, name: UUID) -> bytes | None:
        """A document's bytes; None when the holder's key is destroyed. Raises DocumentFault."""

    def names(self) -> Iterator[UUID | str]:
        """The names of the documents in the store, in order; and where else in it there is something, as text."""


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
            if not self._is_stored(document):
                self._write(document)
        if batch:
            # Also those that were there: a process may have been killed before it synced what it wrote.
            sync_files(self._path(document.name) for document in batch)
            sync_folder(self._folder)
            sync_folder(self._folder.parent)

    def delete(self, name: UUID) -> None:
        path = self._path(name)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            sync_folder(path.parent)

    def get(self, name: UUID) -> bytes | None:
        path = self._path(name)
        try:
            return self._vault.decrypt_bytes(_read(path), name.bytes)
        except FileNotFoundError as error:
            raise DocumentMissing(f"{path} is missing: restore it from a backup of the folder.") from error
        except OSError as error:
            raise DocumentUnreadable(f"{path} cannot be read: {error.strerror or error}.") from error
        except UnknownKey as error:
            raise DocumentUnreadable(f"{path} cannot be read: it names a key that is not in the vault.") from error
        except NotWhatWasEncrypted as error:
            raise DocumentAltered(
                f"{path} is not what was stored: find out who changed it, and restore it from a backup."
            ) from error

    def names(self) -> Iterator[UUID | str]:
        for folder in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            for file in sorted(folder.iterdir()) if folder.is_dir() else (folder,):
                is_document = NAME.fullmatch(file.name) and file == self._path(UUID(file.name))
                yield UUID(file.name) if is_document else str(file.relative_to(self._folder))

    def _is_stored(self, document: Stored) -> bool:
        """Whether it is there, whole, and encrypted with a key that exists; a crash may have left less."""
        try:
            if self.get(document.name) == document.content:
                return True
            was = "of other content, or erased"
        except DocumentMissing:
            return False
        except DocumentFault as error:
            was = type(error).__name__
        logger().warning("document_replaced", file=str(self._path(document.name)), was=was)
        return False

    def _write(self, document: Stored) -> None:
        path = self._path(document.name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        encrypted = self._vault.encrypt_bytes(document.holding, document.name.bytes, document.content)
        write_atomically(path, encrypted, FOR_ALL, synced=False)

    def _path(self, name: UUID) -> Path:
        return self._folder / name.hex[:2] / str(name)


def _read(path: Path) -> bytes:
    """The bytes of a regular file, no link and no pipe, which would never end. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is no file")
        return file.read(ENCRYPTED_BYTES_MAX)
