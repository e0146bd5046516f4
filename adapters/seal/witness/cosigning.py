"""A witness of other logs (C2SP tlog-witness): cosigns only logs that grow, and stores what it cosigned.

The folder of a witness holds its key, its memory and a lock. The memory is one file: for each log the last checkpoint
that was cosigned, as a signed note. It is replaced as a whole, and is on the disk before the request is answered.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from adapters.atomic_file import write_atomically
from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint
from adapters.seal.formats.note import BadSignature, Key, Kind, NotANote, Note, Signer, UnknownSigner, cosigned
from adapters.seal.formats.tree import EMPTY_ROOT, ProofFails, check_consistency
from adapters.seal.witness.submission import SIZE_TYPE, TEXT, Submission, head_of
from domain.errors import ErrorKind, RigsbogError

MEMORY, LOCK = "memory.json", "lock"


class StateBusy(RigsbogError):
    """Another process uses this witness's folder, and both could cosign different histories: stop one of them."""

    kind = ErrorKind.BUSY


class StateLost(RigsbogError):
    """The stored checkpoints of this witness were changed: begin a new witness with a new key in a new folder."""

    kind = ErrorKind.CORRUPT


@dataclass(frozen=True, slots=True)
class Reply:
    status: HTTPStatus
    body: str
    content_type: str = TEXT
    fork: str = ""
    """The signed note, when the log has signed two trees of one size: with what is remembered it is the proof."""


class _Refused(RigsbogError):
    """The witness refuses the request."""

    kind = ErrorKind.REFUSED

    def __init__(self, status: HTTPStatus, why: str, content_type: str = TEXT, fork: str = "") -> None:
        super().__init__(why)
        self.reply = Reply(status, f"{why}\n", content_type, fork)


class Cosigning:
    """The witness. One process uses a folder (see `opened`), with any number of threads."""

    def __init__(
        self, folder: Path, signer: Signer, logs: Iterable[Key], clock: Callable[[], float] = time.time
    ) -> None:
        """Remember what was cosigned; raises StateLost."""
        assert signer.key.kind is Kind.WITNESS, "a witness has a key of its own kind"
        self._folder, self._signer, self._clock = folder, signer, clock
        self._logs: dict[str, list[Key]] = {}
        for key in logs:
            self._logs.setdefault(key.name, []).append(key)
        self._turn = threading.Lock()
        self._memory = _remembered(folder, signer.key)

    def last(self, origin: str) -> Checkpoint:
        """The last checkpoint of the log that was cosigned; the empty tree when there is none."""
        written = self._memory.get(origin)
        return Checkpoint(origin, 0, EMPTY_ROOT) if written is None else head_of(Note.read(written))

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer a request; raises OSError when the memory cannot be written, and then nothing was cosigned."""
        try:
            submission = Submission.read(body)
        except (ValueError, NotANote, NotACheckpoint) as error:
            reason = "the request is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            return Reply(HTTPStatus.BAD_REQUEST, f"{reason}\n")
        try:
            self._check_signed(submission)
            # No other thread may read the memory between this check and the change.
            with self._turn:
                self._check_grown(submission, self.last(submission.checkpoint.origin))
                return Reply(HTTPStatus.OK, self._cosign(submission))
        except _Refused as refused:
            return refused.reply

    def _check_signed(self, submission: Submission) -> None:
        keys = self._logs.get(submission.checkpoint.origin)
        if keys is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "this witness does not know the log")
        try:
            submission.note.opened(keys)
        except (UnknownSigner, BadSignature) as error:
            raise _Refused(HTTPStatus.FORBIDDEN, "no key of the log that this witness trusts has signed it") from error
        if submission.old_size > submission.checkpoint.size:
            raise _Refused(HTTPStatus.BAD_REQUEST, "the old size is larger than the checkpoint's")

    def _check_grown(self, submission: Submission, last: Checkpoint) -> None:
        new, path = submission.checkpoint, submission.path
        fork = str(submission.note) if new.size == last.size and new.root != last.root else ""
        if submission.old_size != last.size or (fork and not path):
            raise _Refused(HTTPStatus.CONFLICT, str(last.size), SIZE_TYPE, fork)
        if path and last.size in (0, new.size):
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "from this size on a proof is empty")
        if 0 < last.size < new.size:
            try:
                check_consistency(last.size, new.size, last.root, new.root, path)
            except ProofFails as error:
                raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"the consistency proof fails: {error}") from error

    def _cosign(self, submission: Submission) -> str:
        signature = cosigned(submission.note.text, self._signer, int(self._clock()))
        # The log's signature is stored with the cosignature: if the log forks, the two notes prove it.
        evidence = Note(
            submission.note.text, (submission.signature_of(self._logs[submission.checkpoint.origin]), signature)
        )
        memory = {**self._memory, submission.checkpoint.origin: str(evidence)}
        write_atomically(self._folder / MEMORY, json.dumps(memory, ensure_ascii=False, indent=1).encode())
        self._memory = memory
        return str(signature)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Lock the folder for this process; raises StateBusy. The lock ends with the process."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StateBusy(f"Another witness runs on {folder}: stop that one first.") from error
    finally:
        os.close(lock)


def begin_memory(folder: Path) -> None:
    """Store an empty memory in the folder of a new witness, before it has a key; an existing memory stays."""
    if not (folder / MEMORY).exists():
        write_atomically(folder / MEMORY, b"{}")


def _remembered(folder: Path, key: Key) -> dict[str, str]:
    """The content of the file, each part verified by the witness's cosignature; raises StateLost."""
    path = folder / MEMORY
    try:
        memory = json.loads(path.read_bytes())
        for origin, written in memory.items():
            note = Note.read(written)
            note.opened([key])
            if head_of(note).origin != origin:
                raise StateLost(f"{path} holds a checkpoint under another log's name. {_ADVICE}")
    except FileNotFoundError as error:
        raise StateLost(f"{path} is gone. {_ADVICE}") from error
    except (ValueError, AttributeError, TypeError, NotANote, NotACheckpoint, UnknownSigner, BadSignature) as error:
        raise StateLost(f"{path} is not as this witness wrote it. {_ADVICE}") from error
    return dict(memory)


_ADVICE = (
    "A witness that forgot what it cosigned must not cosign again under the same key: "
    "begin one with a new key in a new folder."
)
