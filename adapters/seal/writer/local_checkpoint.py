"""The last checkpoint that this home published, kept outside the database: it reveals a restored or forked ledger."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from adapters.atomic_file import write_atomically
from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint
from adapters.seal.formats.note import NotANote, Note
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.store import Log, SignedCheckpoint
from domain.errors import ErrorKind, RigsbogError

FILE = "checkpoint"


class LocalCheckpointUnreadable(RigsbogError):
    """This user may not read the checkpoint in RIGSBOG_HOME, which is no sign of tampering: run as its owner."""

    kind = ErrorKind.CONFIGURATION


class LocalCheckpoints:
    """The last published checkpoint of each log, in the log's folder below RIGSBOG_HOME/seal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, log: UUID) -> Path:
        return self.folder / str(log) / FILE

    def load(self, log: UUID) -> SignedCheckpoint | None:
        """The last published checkpoint; None when nothing is remembered.

        Raises SealMismatch when it is no checkpoint, and LocalCheckpointUnreadable when this user may not read it.
        """
        path = self.path(log)
        try:
            if not path.exists():
                return None
            note = path.read_text(encoding="utf-8")
            return SignedCheckpoint(Checkpoint.read(Note.read(note).text).size, note)
        except PermissionError as error:
            raise LocalCheckpointUnreadable(
                f"{path}, the last checkpoint, may not be read by this user: seal as the user of `rigsbog run`."
            ) from error
        except (OSError, UnicodeDecodeError, NotANote, NotACheckpoint) as error:
            raise SealMismatch(f"the checkpoint remembered in {path} cannot be read: {error}") from error

    def save(self, log: UUID, published: SignedCheckpoint) -> None:
        """Replace the stored checkpoint by a newer one, durably."""
        before = self.load(log)
        if before is not None and before.size >= published.size:
            return
        path = self.path(log)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, published.note.encode())

    def of_another_log(self, log: Log) -> SignedCheckpoint | None:
        """The stored checkpoint of another log with the same origin; None when there is none."""
        for path in sorted(self.folder.glob(f"*/{FILE}")):
            if path != self.path(log.log):
                remembered = self.load(UUID(path.parent.name))
                if remembered is not None and remembered.checkpoint.origin == log.origin:
                    return remembered
        return None
