"""Compares the database with what this home remembers, and records that an operator knows what stopped sealing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid5

from adapters.seal.writer.consistency import Comparison, NothingRemembered, compared_with_home
from adapters.seal.writer.store import Log, SealStore
from bin.application.application import Application
from bin.application.operations.record import COMMANDS_NAMESPACE, operator_request, record
from bin.application.operations.sealing import local_checkpoints, sealed_log
from domain.errors import ErrorKind, RigsbogError
from domain.operations.operation import SealHaltAcknowledged
from domain.operations.operation_commands import AcknowledgeSealHalt
from domain.subject import LogId

ACKNOWLEDGED = """
insert into seal.halt_acknowledged (halt, position)
select halt, %s from seal.halt h where not exists (select from seal.halt_acknowledged a where a.halt = h.halt)
"""


class SealNotHalted(RigsbogError):
    """Sealing has not halted, so nothing is to be acknowledged: see `rigsbog seal status`."""

    kind = ErrorKind.REFUSED


@dataclass(frozen=True, slots=True)
class Stop:
    """What stopped the sealing: after how many records, why, and the name of this one stop."""

    size: int
    cause: str
    named: str


def compare_home(application: Application) -> Comparison:
    """Compare the database with the published checkpoint that this home remembers; nothing is changed."""
    store = SealStore(application.database.append)
    log = store.log()
    return Comparison() if log is None else compared_with_home(store, log, local_checkpoints(application))


def acknowledged(application: Application, reason: str) -> int:
    """Record that the operator knows why nothing is sealed, close the halt, and let a home without memory begin.

    The home then remembers what the database says was published. Returns the position of the fact; a halt needs the
    owner's role. Raises NotSealed or SealNotHalted.
    """
    store, log = sealed_log(application)
    halt, error = store.halt(), compare_home(application).error
    if halt is not None:
        known_at = close_halt(application, log, reason)
    elif isinstance(error, NothingRemembered):
        known_at = _record(application, log, Stop(store.published_size(), str(error), str(log.log)), reason)
    else:
        raise SealNotHalted
    published = store.published()
    if isinstance(error, NothingRemembered) and published is not None:
        local_checkpoints(application).save(log.log, published)
    return known_at


def close_halt(application: Application, log: Log, reason: str) -> int:
    """Record that the halt is known, and close it; the position of the fact. Raises SealNotHalted."""
    halt = SealStore(application.database.append).halt()
    if halt is None:
        raise SealNotHalted
    known_at = _record(application, log, Stop(halt.size, halt.cause, str(halt.halt)), reason)
    with application.database.owner_pool.connection() as connection:
        connection.execute(ACKNOWLEDGED, [known_at])
    return known_at


def _record(application: Application, log: Log, stop: Stop, reason: str) -> int:
    """The position of the fact; the same act again records nothing."""
    command = AcknowledgeSealHalt(log=LogId(log.log), position=stop.size, cause=stop.cause, reason=reason)
    request = operator_request(application, command=uuid5(COMMANDS_NAMESPACE, f"{stop.named} {stop.size} {reason}"))
    record(application, command, request)
    return max(
        entry.position
        for entry in application.keyless_handler.records(LogId(log.log))
        if isinstance(entry.event, SealHaltAcknowledged)
    )
