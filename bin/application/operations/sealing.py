"""Seals the ledger: gives the sealer its key, local checkpoints and witnesses, and records its own acts as facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from adapters.logs import logger
from adapters.postgres.database import DatabaseUnavailable
from adapters.seal.formats.note import Key, Signer
from adapters.seal.witness.client import Witnesses
from adapters.seal.witness.configured_policy import configured_policy
from adapters.seal.witness.policy import WitnessPolicy
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.sealer import Round, SealedElsewhere, Sealer
from adapters.seal.writer.signing import SEAL_FOLDER, chosen_origin, signer
from adapters.seal.writer.store import Log, NotSealed, SealStore
from bin.application.application import Application
from bin.application.operations.record import record
from domain.context import Request
from domain.operations.seal import AdoptSealingKey, SetSealAgeLimit, SetWitnessPolicy
from domain.subject import LogId

ACTOR = "system:sealer"
PRODUCTION_AGE_MAX = timedelta(hours=4)
"""X-Road's `acceptable-timestamp-failure-period`."""
LOCK_SECONDS_MAX = 10.0
"""How long to wait for another process's lock."""
LOOK_SECONDS = 0.05
LIMIT = """
insert into seal.age_limit (max_age) values (%s) on conflict (one) do update set max_age = excluded.max_age
"""


@contextmanager
def sealer(application: Application, signers: Callable[[str], Sequence[Signer]] | None = None) -> Iterator[Sealer]:
    """The sealer, on a connection of its own; by default the key of the settings signs."""

    def adopt(log: Log, key: Key) -> None:
        if application.settings.is_production:
            _limit_from_the_beginning(application, log)
        # The same id each time, so that a sealer that was killed in between records it once.
        adopt_key(application, log, key, None, _as_the_sealer(application, f"{log.log} adopts {key}"))

    policy = configured_policy(application.settings)
    with _witnesses(policy) as witnesses, application.database.seal() as connection:
        yield Sealer(
            connection,
            signers or (lambda origin: [signer(application.settings, origin)]),
            local_checkpoints(application),
            adopt=adopt,
            origin=lambda log: chosen_origin(application.settings, log),
            record_policy=lambda log: record_policy(application, log, policy),
            witnesses=witnesses,
        )


@contextmanager
def _witnesses(policy: WitnessPolicy | None) -> Iterator[Witnesses | None]:
    """Who cosigns a checkpoint before it is published; None when nobody has to. Raises NoQuorumPossible."""
    if policy is None:
        yield None
        return
    with closing(Witnesses(policy)) as witnesses:
        yield witnesses


def local_checkpoints(application: Application) -> LocalCheckpoints:
    """What this home remembers of what was published."""
    return LocalCheckpoints(application.home / SEAL_FOLDER)


def sealed_log(application: Application) -> tuple[SealStore, Log]:
    """The seal's tables and its log. Raises NotSealed while nothing is sealed."""
    store = SealStore(application.database.append)
    log = store.log()
    if log is None:
        raise NotSealed
    return store, log


def seal_now(application: Application, report: Callable[[int, int], None] | None = None) -> Round:
    """Seal and publish everything up to the head, after any other sealer; `report` is called while there is a backlog.

    Raises SealHalted, SealedElsewhere, NotTheSealingKey, NoSealKey, CannotSign, NothingRemembered, NotReplicated or
    NotEnoughWitnesses.
    """
    with sealer(application) as writer, sealer_lock(writer):
        return seal_up(writer, lambda size: report and report(size, application.ledger.head()))


def seal_up(writer: Sealer, report: Callable[[int], object] = lambda _: None) -> Round:
    """Seal and publish everything up to the head, for a caller that holds the sealer's lock."""
    while (reached := writer.within_lock()).behind:
        report(reached.size)
    return reached


@contextmanager
def sealer_lock(writer: Sealer) -> Iterator[None]:
    """Hold the sealer's lock, waiting for it; raises SealedElsewhere after LOCK_SECONDS_MAX."""
    deadline = time.monotonic() + LOCK_SECONDS_MAX
    with ExitStack() as lock:
        while True:
            try:
                lock.enter_context(writer.lock())
            except SealedElsewhere:
                if time.monotonic() > deadline:
                    raise
                time.sleep(LOOK_SECONDS)
            else:
                break
        yield


def adopt_key(application: Application, log: Log, key: Key, replaces: Key | None, request: Request) -> None:
    """Record that a key signs for the log from now on; raises the law's Refused."""
    command = AdoptSealingKey(
        log=LogId(log.log), origin=log.origin, vkey=str(key), replaces=None if replaces is None else str(replaces)
    )
    record(application, command, request)


def record_policy(application: Application, log: Log, policy: WitnessPolicy | None) -> None:
    """Record which witnesses must cosign from now on, if it is another policy than the last one that was recorded."""
    record(application, SetWitnessPolicy(log=LogId(log.log), policy=None if policy is None else policy.written))


def set_limit(application: Application, log: Log, age_max: timedelta | None, request: Request | None = None) -> None:
    """Record how old the oldest unsealed record may be, and then let the database keep it; needs the owner's role."""
    seconds = None if age_max is None else int(age_max.total_seconds())
    with application.database.owner_pool.connection() as connection, connection.transaction():
        if age_max is None:
            connection.execute("delete from seal.age_limit")
        else:
            connection.execute(LIMIT, [age_max])
        # A user who may not set it gets the error before a fact says that it was set.
        record(application, SetSealAgeLimit(log=LogId(log.log), max_age_seconds=seconds), request)


def _limit_from_the_beginning(application: Application, log: Log) -> None:
    try:
        set_limit(application, log, PRODUCTION_AGE_MAX, _as_the_sealer(application, f"{log.log} is limited"))
    except DatabaseUnavailable:
        logger().warning(
            "seal_age_not_limited",
            cause="the database's user may not act as rigsbog_owner",
            advice="run `rigsbog seal limit 4h` as one who may",
        )


def _as_the_sealer(application: Application, act: str) -> Request:
    return application.request(ACTOR, command=uuid5(NAMESPACE_URL, act))
