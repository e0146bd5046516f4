"""What `rigsbog doctor` looks at of the seal: its key, a halt, its age, and what this home remembers of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg

from adapters.keys.key_file import NoKey
from adapters.postgres.connections import Database
from adapters.postgres.pool import Pool
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.lag import lag
from adapters.seal.writer.local_checkpoint import LocalCheckpoints, LocalCheckpointUnreadable
from adapters.seal.writer.signing import KEY_FILE, SEAL_FOLDER, signer
from adapters.seal.writer.store import Log, SealStore
from adapters.settings import Settings
from domain.check import Check

AGE_SECONDS_EXPECTED = 60
"""`rigsbog run` seals within a second; a minute's lag says that none is running."""


def look_at_seal(url: str, settings: Settings) -> Iterator[Check]:
    """Look at the seal of the database; nothing is changed."""
    with closing(Database(url)) as database:
        try:
            store = SealStore(database.append)
            log = store.log()
            if log is None:
                yield Check("seal", ok=True, detail="nothing is sealed yet: `rigsbog run` begins it")
                return
            yield _key(store, log, settings)
            yield from _progress(database.append)
            yield _local_checkpoints(store, log, settings.home)
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
    yield Check("age of the seal", ok=not late, detail=f"{detail}; start `rigsbog run`" if late else detail)


def _local_checkpoints(store: SealStore, log: Log, home: Path) -> Check:
    name = "published checkpoint"
    local_checkpoints, published = LocalCheckpoints(home / SEAL_FOLDER), store.published()
    try:
        remembered = local_checkpoints.load(log.log)
    except (SealMismatch, LocalCheckpointUnreadable) as error:
        return Check(name, ok=False, detail=str(error))
    if remembered is None:
        return Check(name, ok=True, detail="this home has published none; without one it knows no restored backup")
    ok = published is not None and remembered.size <= published.size
    detail = f"of {remembered.size:,} records, remembered in {local_checkpoints.path(log.log)}"
    return Check(name, ok=ok, detail=detail if ok else f"{detail}, and the database has less: an older backup?")
