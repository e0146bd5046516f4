"""The sealer: reads records back from the ledger's tables, grows the tree, signs, and only then publishes.

One sealer at a time, by an advisory lock that ends with the connection. Tiles, bundles and checkpoint of a step are
one transaction, so no step is ever half done. Nothing is repaired: what does not fit together halts the sealer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import TupleRow

from adapters.seal.formats import canonical
from adapters.seal.formats.canonical import NotCanonical
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Key, Signer
from adapters.seal.formats.tiles import WIDTH
from adapters.seal.witness.client import ForkSeen, NotEnoughWitnesses
from adapters.seal.writer import key_adoption
from adapters.seal.writer.consistency import checked_frontier
from adapters.seal.writer.frontier import Frontier, SealMismatch
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.name_watch import NameWatch
from adapters.seal.writer.publisher import Publisher, Signers, Witnesses
from adapters.seal.writer.store import Log, SealStore, SignedCheckpoint
from adapters.seal.writer.store_writer import SealWriter
from domain.errors import ErrorKind, RigsbogError
from migrations.advisory_locks import AdvisoryLock

STEP_RECORDS_MAX = 20_000
"""Records sealed by one checkpoint."""
ROUND_SECONDS_MAX = 1.0
"""A round publishes after so long, although more records are unsealed."""

Adopt = Callable[[Log, Key], None]
"""Records the fact that the key was adopted for the log, its first."""
RecordPolicy = Callable[[Log], None]
"""Records the fact that another witness policy is in force than the last one that was recorded, if it is."""


class SealHalted(RigsbogError):
    """Sealing has halted, because sealed and stored data differ: see `rigsbog seal status`."""

    kind = ErrorKind.CORRUPT

    def __init__(self, size: int, cause: str) -> None:
        self.size, self.cause = size, cause
        super().__init__(
            f"Sealing has halted after {size} records: {cause}. Nothing is sealed on top, and nothing is repaired. "
            "Find out who changed the database, or bring the right one back; then say so by `rigsbog seal acknowledge`."
        )


class NotTheSealingKey(RigsbogError):
    """The configured key is not the one that signs now: configure that one, or see `rigsbog seal rotate`."""

    kind = ErrorKind.CONFIGURATION


class SealedElsewhere(RigsbogError):
    """Another process is sealing: try again in a moment, or leave it to that one."""

    kind = ErrorKind.BUSY


@dataclass(frozen=True, slots=True)
class Round:
    size: int
    """Records sealed."""
    published: int
    """Records in the newest published checkpoint."""
    behind: bool
    """Whether there is likely more to seal."""


class Sealer:
    """Seals over one connection in the role rigsbog_seal; a new sealer checks everything at its start."""

    def __init__(
        self,
        connection: psycopg.Connection[TupleRow],
        signers: Signers,
        local_checkpoints: LocalCheckpoints,
        *,
        adopt: Adopt,
        origin: Callable[[UUID], str],
        record_policy: RecordPolicy = lambda _: None,
        witnesses: Witnesses | None = None,
    ) -> None:
        """`signers` returns the signers for an origin, `origin` the name of a new log."""
        self.store, self._writer = SealStore(connection), SealWriter(connection)
        self._connection = connection
        self._signers, self._origin = signers, origin
        self._local_checkpoints, self._adopt, self._record_policy = local_checkpoints, adopt, record_policy
        self._publisher = Publisher(connection, self._writer, local_checkpoints, witnesses)
        self._names = NameWatch(connection)
        self._frontier: Frontier | None = None
        self._log: Log | None = None
        # Only PostgreSQL's own functions read what is signed, whatever the database's settings are.
        connection.execute("set search_path = pg_catalog")

    def round(self) -> Round:
        """Seal the unsealed records, for at most a second, and publish the checkpoint.

        Raises SealHalted, SealedElsewhere, NotTheSealingKey, CannotSign, NothingRemembered, NotEnoughWitnesses,
        NotReplicated, or what psycopg raises.
        """
        with self.lock():
            return self.within_lock()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Take the leader lock of the sealers; raises SealedElsewhere if another process holds it."""
        ((taken,),) = self._connection.execute("select pg_try_advisory_lock(%s)", [AdvisoryLock.SEAL]).fetchall()
        if not taken:
            raise SealedElsewhere
        try:
            yield
        finally:
            if not self._connection.closed:
                with suppress(psycopg.OperationalError):
                    self._connection.execute("select pg_advisory_unlock(%s)", [AdvisoryLock.SEAL])

    def within_lock(self) -> Round:
        """As `round`, for a caller that holds the leader lock."""
        began = time.monotonic()
        with self._halting():
            frontier = self._checked_frontier()
            signers = self._signing()
            while (taken := self._step(frontier, signers)) == STEP_RECORDS_MAX:
                if time.monotonic() - began > ROUND_SECONDS_MAX:
                    break
            published = self._publisher.publish(self.log(), frontier)
        return Round(frontier.size, published, behind=taken == STEP_RECORDS_MAX)

    def check(self) -> None:
        """Check that the database holds what was sealed, and what this home and the witnesses know of it.

        Raises SealHalted, SealedElsewhere, NothingRemembered, NotReplicated, or NotEnoughWitnesses when everything
        else agrees.
        """
        with self.lock(), self._halting():
            self._checked_frontier()

    @contextmanager
    def _halting(self) -> Iterator[None]:
        """Store what stops the sealing, or for whom it waits, before the error goes on to the caller."""
        try:
            yield
        except (SealMismatch, NotCanonical, ForkSeen) as error:
            raise self._halted(error) from error
        except NotEnoughWitnesses as error:
            self._writer.waiting(error.reasons)
            raise
        except BaseException:
            # The frontier in memory may be ahead of what was committed.
            self._frontier = None
            raise

    def begin(self, log: Log) -> None:
        """Let a later log sign from now on; the fact that begins it is recorded."""
        self._writer.log(log)
        self._frontier = self._log = None

    def log(self) -> Log:
        """The log that signs now, created if there is none; raises SealMismatch if the ledger had one before."""
        if self._log is None:
            fresh = uuid4()
            stored = self.store.log()
            if stored is None:
                ((adoption,),) = self._connection.execute(key_adoption.ANY_ADOPTION).fetchall()
                if adoption is not None:
                    raise SealMismatch(
                        f"by the fact at position {adoption} the ledger was sealed under another log, now gone"
                    )
                self._writer.log(Log(fresh, self._origin(fresh)))
                stored = self.store.log()
            assert stored is not None, "somebody made it"
            self._log = stored
        return self._log

    def _checked_frontier(self) -> Frontier:
        """The frontier to seal from; checked again if it is unknown, or if another process has sealed since."""
        halt = self.store.halt()
        if halt is not None:
            raise SealHalted(halt.size, halt.cause)
        self._names.check(self._sealed())
        if self._frontier is None or self._frontier.size != self._sealed():
            self._frontier = self._log = None
            frontier = checked_frontier(self._connection, self.log(), self._local_checkpoints)
            self._record_policy(self.log())
            self._publisher.confirm(self.log(), frontier, self._signers)
            self._frontier = frontier
        return self._frontier

    def _signing(self) -> list[Signer]:
        """The signers: the key adopted last, and each before it until a fact retires it."""
        log = self.log()
        signers = self._signers(log.origin)
        adopted = self.store.adopted()
        if not adopted:
            if self._sealed() >= max(log.begins, 1):
                raise SealMismatch("no fact in the ledger adopts the key that signed it")
            self._adopt(log, signers[0].key)
            adopted = self.store.adopted()
        needed = key_adoption.needed(adopted)
        at_hand = {signer.key: signer for signer in signers}
        if missing := [key for key in needed if key not in at_hand]:
            raise NotTheSealingKey(
                f"The ledger is sealed by the key {missing[-1]}, which is not the one at hand: give that one by "
                "RIGSBOG_SEAL_KEY_FILE, or have another take its place by `rigsbog seal rotate`."
            )
        return [at_hand[key] for key in reversed(needed)]

    def _step(self, frontier: Frontier, signers: Sequence[Signer]) -> int:
        """Seal the next records in one transaction; return how many there were."""
        before = frontier.size
        start = before // WIDTH * WIDTH
        signing = {str(signer.key) for signer in signers}
        with self._connection.transaction():
            expected = start
            for row in canonical.rows(self._connection, start, before + STEP_RECORDS_MAX):
                position, content = row[0], canonical.of_row(row)
                expected += 1
                if position != expected:
                    raise SealMismatch(f"the record at position {expected} is gone")
                if position <= before:
                    frontier.check(position, content)
                else:
                    key_adoption.check(position, row[2], content, signing)
                    frontier.add(content)
            if expected < before:
                raise SealMismatch(f"the record at position {expected + 1} is gone")
            if frontier.size == before:
                return 0
            self._names.check(before)
            self._write(frontier, signers)
        return frontier.size - before

    def _write(self, frontier: Frontier, signers: Sequence[Signer]) -> None:
        tiles, bundles = frontier.take_changed()
        note = Checkpoint(self.log().origin, frontier.size, frontier.root).signed(*signers)
        self._writer.step(tiles, bundles, SignedCheckpoint(frontier.size, str(note)))

    def _halted(self, why: Exception) -> SealHalted:
        self._frontier = None
        return store_halt(self._connection, why)

    def _sealed(self) -> int:
        last = self.store.last()
        return 0 if last is None else last.size


def store_halt(connection: psycopg.Connection[TupleRow], why: Exception) -> SealHalted:
    """Store the halt in the database if possible, and return the error."""
    last = SealStore(connection).last()
    halted = SealHalted(0 if last is None else last.size, str(why).removesuffix("."))
    with suppress(psycopg.Error):
        SealWriter(connection).halt(halted.size, halted.cause)
    return halted
