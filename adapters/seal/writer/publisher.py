"""Publishes checkpoints: cosigned by witnesses, remembered in the home, and never before they are replicated.

Before the first signature after a start the witnesses compare this ledger with what they cosigned: a checkpoint that
was signed earlier is submitted again, which claims nothing new. So no fork is signed on a restored backup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg
from psycopg.errors import Diagnostic
from psycopg.rows import TupleRow

from adapters.ledger.ledger import COMMIT_SOMETHING, REPLICATION_CANCELLED
from adapters.logs import logger
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Note, Signature, Signer
from adapters.seal.formats.tree import EMPTY_ROOT
from adapters.seal.witness.client import NotEnoughWitnesses
from adapters.seal.writer.consistency import NothingRemembered, of_log, published_by
from adapters.seal.writer.frontier import Frontier, SealMismatch
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.store import Log, SealStore, SignedCheckpoint
from adapters.seal.writer.store_writer import SealWriter
from domain.errors import ErrorKind, RigsbogError

Consistency = Callable[[int], list[bytes]]
"""The consistency path from an earlier size to the size to be witnessed."""
Witnesses = Callable[[Checkpoint, Note, Consistency], list[Signature]]
"""Has a checkpoint cosigned by as many as the policy needs; raises NotEnoughWitnesses or ForkSeen."""
Signers = Callable[[str], Sequence[Signer]]
"""The signers for the log of an origin."""


class NotReplicated(RigsbogError):
    """The newest checkpoint may have reached no standby, so no witness is asked and nothing is signed: start one."""

    kind = ErrorKind.BUSY


class Publisher:
    """Publishes over the sealer's connection."""

    def __init__(
        self,
        connection: psycopg.Connection[TupleRow],
        writer: SealWriter,
        local_checkpoints: LocalCheckpoints,
        witnesses: Witnesses | None,
    ) -> None:
        self._connection, self._store, self._writer = connection, SealStore(connection), writer
        self._local_checkpoints, self._witnesses = local_checkpoints, witnesses
        # It is unknown whether earlier commits were replicated.
        self._doubtful = True
        connection.add_notice_handler(self._listen)

    def confirm(self, log: Log, frontier: Frontier, signers: Signers) -> None:
        """Compare the ledger with what is known outside it, before anything is signed after a start.

        Raises ForkSeen, NotEnoughWitnesses, NotReplicated, or NothingRemembered where there is nothing to compare with.
        """
        published = published_by(self._store, log)
        unknown = published is not None and self._local_checkpoints.load(log.log) is None
        reasons = NothingRemembered.NO_WITNESS
        cosignatures: Sequence[Signature] = ()
        try:
            cosignatures = self._confirmed(log, frontier, signers)
        except NotEnoughWitnesses as error:
            if not unknown:
                raise NotEnoughWitnesses(error.reasons, "signed") from error
            reasons = error.reasons
        if published is not None:
            if unknown and not cosignatures:
                raise NothingRemembered(published.size, reasons)
            if unknown:
                logger().warning("home_remembers_nothing", compared_with="witnesses", size=published.size)
            self._local_checkpoints.save(log.log, published)
        self._writer.waiting_ended()

    def publish(self, log: Log, frontier: Frontier) -> int:
        """Publish the newest checkpoint when it is replicated and witnessed; return the published size.

        Raises SealMismatch, ForkSeen or NotEnoughWitnesses.
        """
        last, published = self._store.last(), self._store.published()
        before = 0 if published is None else published.size
        if last is None or last.size < log.begins or last.size == before or not self._replicated():
            return before
        self._published(log, frontier, last)
        return last.size

    def _confirmed(self, log: Log, frontier: Frontier, signers: Signers) -> Sequence[Signature]:
        """The cosignatures of the newest checkpoint of the log, which is submitted whether it is published or not."""
        if self._witnesses is None:
            return ()
        last, published = self._store.last(), published_by(self._store, log)
        if last is None or last.size < log.begins:
            # Every history begins with the empty tree: to sign it contradicts none.
            empty = Checkpoint(log.origin, 0, EMPTY_ROOT)
            return self._witnesses(empty, empty.signed(*signers(log.origin)[:1]), lambda _: [])
        if published is None or published.size < last.size:
            if not self._replicated():
                raise NotReplicated
            return self._published(log, frontier, last)
        return self._witnessed(last)

    def _published(self, log: Log, frontier: Frontier, last: SignedCheckpoint) -> Sequence[Signature]:
        if (last.size, of_log(last, self._store.keys(), log).root) != (frontier.size, frontier.root):
            raise SealMismatch(f"the checkpoint of {last.size} records is not the one that was signed here")
        cosignatures = self._witnessed(last)
        cosigned = str(Note.read(last.note).with_signatures(cosignatures))
        # First at home: whatever is published, the home remembers, wherever the process is killed.
        self._local_checkpoints.save(log.log, SignedCheckpoint(last.size, cosigned))
        self._writer.publication(last.size, cosignatures)
        return cosignatures

    def _witnessed(self, last: SignedCheckpoint) -> Sequence[Signature]:
        if self._witnesses is None:
            return ()
        return self._witnesses(
            last.checkpoint, Note.read(last.note), lambda earlier: self._store.consistency(earlier, last.size)
        )

    def _replicated(self) -> bool:
        """Whether earlier commits are replicated: another commit succeeds without a warning."""
        if self._doubtful:
            self._doubtful = False
            self._connection.execute(COMMIT_SOMETHING)
        return not self._doubtful

    def _listen(self, diagnostic: Diagnostic) -> None:
        if diagnostic.sqlstate == REPLICATION_CANCELLED:
            self._doubtful = True
