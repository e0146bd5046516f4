"""Begins another log after one that lost its newest records: under a name and key of its own, by an operator's act."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid5

from adapters.seal.formats.checkpoint import UNFIT, Checkpoint, opened
from adapters.seal.formats.note import Note
from adapters.seal.formats.tree import EMPTY_ROOT
from adapters.seal.writer.consistency import stored_frontier
from adapters.seal.writer.sealer import Round
from adapters.seal.writer.signing import chosen_origin, signer
from adapters.seal.writer.store import Log, NotSealed, SealStore
from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.operations.record import record
from bin.application.operations.seal_acknowledgement import close_halt
from bin.application.operations.sealing import seal_up, sealer, sealer_lock
from domain.errors import ErrorKind, RigsbogError
from domain.operations.later_log import BeginLog, NotANewLog
from domain.operations.seal import LogBegun
from domain.subject import LogId


class NothingIsLost(RigsbogError):
    """The database holds all that this checkpoint covers, so its log goes on: run `rigsbog seal acknowledge`."""

    kind = ErrorKind.REFUSED


@dataclass(frozen=True, slots=True)
class Begun:
    """The log that has begun, the one before it, and how far the new one is sealed and published."""

    log: Log
    after: Log
    reached: Round


def begin_log(application: Application, fork: str, reason: str) -> Begun:
    """Let a new log sign, because the published checkpoint `fork` covers records that cannot be brought back.

    Its name and key are those of the settings. Killed at any moment, the same call continues.
    Raises BadInput, NotSealed, NothingIsLost, the law's Refused, NoSealKey, SealMismatch, or what sealing raises.
    """
    store = SealStore(application.database.append)
    old, lost = _published(store, fork)
    with sealer(application) as writer, sealer_lock(writer):
        log = _recorded(application, old)
        if log is None:
            _record(application, old, lost, reason)
            log = _recorded(application, old)
        assert log is not None, "the fact was recorded, now or before"
        if store.halt() is not None:
            close_halt(application, old, reason)
        if log not in store.logs():
            writer.begin(log)
        return Begun(log, old, seal_up(writer))


def _published(store: SealStore, fork: str) -> tuple[Log, Checkpoint]:
    """The log that signed the checkpoint, and the checkpoint."""
    logs = store.logs()
    if not logs:
        raise NotSealed
    try:
        origin = Checkpoint.read(Note.read(fork).text).origin
        log = next((log for log in logs if log.origin == origin), logs[-1])
        checkpoint, _ = opened(fork, store.keys(log), log.origin)
    except UNFIT as error:
        raise BadInput(
            f"The checkpoint to begin after cannot be used: {error}. Give it as it was published."
        ) from error
    return log, checkpoint


def _recorded(application: Application, old: Log) -> Log | None:
    """The log that began after the old one by a fact, whether it signs yet or not; None when there is none."""
    for entry in application.keyless_handler.records(LogId(old.log)):
        if isinstance(entry.event, LogBegun) and entry.event.after == LogId(old.log):
            return Log(entry.event.log.uuid, entry.event.origin, entry.position)
    return None


def _record(application: Application, old: Log, lost: Checkpoint, reason: str) -> None:
    """Record that the log begins, if the ledger is as it was sealed and does not hold what the checkpoint covers."""
    with application.database.seal() as connection:
        sealed, store = stored_frontier(connection).size, SealStore(connection)
        if lost.size <= sealed and store.root(lost.size) == lost.root:
            raise NothingIsLost
        last, logs = store.published_before(lost.size), store.logs()
    new = uuid5(old.log, f"{lost.size} {lost.root.hex()}")
    origin = chosen_origin(application.settings, new)
    if origin in {log.origin for log in logs}:
        raise NotANewLog
    command = BeginLog(
        log=LogId(new),
        origin=origin,
        vkey=str(signer(application.settings, origin).key),
        after=LogId(old.log),
        last_size=0 if last is None else last.size,
        last_root=(EMPTY_ROOT if last is None else last.root).hex(),
        lost_size=lost.size,
        lost_root=lost.root.hex(),
        reason=reason,
    )
    record(application, command)
