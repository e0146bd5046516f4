"""What `rigsbog doctor` looks at of the seal: what steers it, its key, a halt, its age, and what the home remembers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg

from adapters.keys.key_file import NoKey
from adapters.postgres.connections import Database
from adapters.postgres.pool import Pool
from adapters.seal.audit.on_record import steered_on_record
from adapters.seal.witness.configured_policy import configured_policy, recorded_policy
from adapters.seal.witness.policy import NotAPolicy
from adapters.seal.writer.consistency import Comparison, compared_with_home
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.lag import lag
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.signing import KEY_FILE, SEAL_FOLDER, signer
from adapters.seal.writer.store import Log, SealStore
from adapters.settings import Settings
from domain.check import Check

HOME, POLICY = "published checkpoint", "witness policy"
AGE_SECONDS_EXPECTED = 60
"""`rigsbog run` seals within a second; a minute's lag says that none is running."""


def look_at_seal(url: str, settings: Settings) -> Iterator[Check]:
    """Look at the seal of the database; nothing is changed."""
    with closing(Database(url)) as database:
        try:
            with database.append.connection() as connection:
                yield from steered_on_record(connection)
            store = SealStore(database.append)
            log = store.log()
            if log is None:
                yield Check("seal", ok=True, detail="nothing is sealed yet: `rigsbog run` begins it")
                return
            yield _key(store, log, settings)
            yield from _progress(database.append)
            local_checkpoints = LocalCheckpoints(settings.home / SEAL_FOLDER)
            yield home_check(compared_with_home(store, log, local_checkpoints))
            yield _policy(database.append, settings)
        except psycopg.Error as error:
            yield Check("seal", ok=False, detail=f"{error.diag.message_primary}; run `rigsbog migrate`")


def _key(store: SealStore, log: Log, settings: Settings) -> Check:
    configured = settings.seal_command or settings.seal_key_file
    if not configured and not (settings.home / SEAL_FOLDER / KEY_FILE).exists():
        return Check("key of the seal", ok=False, detail="not in this home, and RIGSBOG_SEAL_KEY_FILE is not set")
    try:
        at_hand = signer(settings, log.origin).key
    except NoKey as error:
        return Check("key of the seal", ok=False, detail=str(error))
    keys = store.keys()
    if not keys or keys[-1] != at_hand:
        return Check(
            "key of the seal",
            ok=False,
            detail=f"{at_hand} is at hand, and {keys[-1] if keys else 'no key'} signs: give that one by "
            "RIGSBOG_SEAL_KEY_FILE, or let this one take its place by `rigsbog seal rotate`",
        )
    return Check("key of the seal", ok=True, detail=str(at_hand))


def _progress(pool: Pool) -> Iterator[Check]:
    seal = lag(pool)
    halted = seal.halt and f"after {seal.halt.size} records: {seal.halt.cause}; then `rigsbog seal acknowledge`"
    yield Check("halt of the seal", ok=seal.halt is None, detail=halted or "none")
    seconds = seal.age.total_seconds()
    detail = f"{seal.published:,} of {seal.head:,} records are published, the oldest other is {seconds:,.0f} s old"
    late = seconds > AGE_SECONDS_EXPECTED
    if seal.waiting is not None:
        detail = (
            f"{detail}; since {seal.waiting.since:%Y-%m-%d %H:%M:%S %Z} it waits for witnesses: {seal.waiting.reasons}"
        )
    yield Check("age of the seal", ok=not late, detail=f"{detail}; start `rigsbog run`" if late else detail)


def home_check(comparison: Comparison, *, compared_otherwise: bool = False) -> Check:
    """That the database holds what this home published; `compared_otherwise`: nothing remembered is no fault."""
    if comparison.error is None:
        nothing = "nothing is published yet, and so nothing is remembered in this home"
        detail = f"the tree begins with the {comparison.remembered:,} records that this home remembers as published"
        return Check(HOME, ok=True, detail=detail if comparison.remembered else nothing)
    if compared_otherwise and not isinstance(comparison.error, SealMismatch):
        return Check(HOME, ok=True, detail="this home remembers none; what you named was compared instead")
    return Check(HOME, ok=False, detail=str(comparison.error))


def _policy(pool: Pool, settings: Settings) -> Check:
    """That the policy of the settings is the one on record."""
    try:
        policy = configured_policy(settings)
    except NotAPolicy as error:
        return Check(POLICY, ok=False, detail=str(error))
    with pool.connection() as connection:
        recorded = recorded_policy(connection)
    if recorded.written == (None if policy is None else policy.written):
        return Check(POLICY, ok=True, detail=recorded.shown)
    now = f"RIGSBOG_WITNESS_POLICY is another than the one on record ({recorded.shown})"
    return Check(POLICY, ok=False, detail=f"{now}: `rigsbog run` records it when it begins")
