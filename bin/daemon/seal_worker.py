"""Seals the ledger while others write to it, and stops the whole process when sealed records have changed.

On a ledger that may not be the published one, no reaction may take legal effect. The registers stay readable. While
witnesses do not answer, nothing is signed at a start, and recording goes on: the outage of another authority's machine
must not stop the mail before the age limit does.
"""

from __future__ import annotations

import threading
import time

from adapters.postgres.notifications import Listener
from adapters.seal.witness.client import NotEnoughWitnesses
from adapters.seal.writer.publisher import NotReplicated
from adapters.seal.writer.sealer import Round, SealedElsewhere, Sealer
from adapters.seal.writer.signing import CannotSign
from bin.application.application import Application
from bin.application.operations.sealing import sealer
from bin.daemon.worker import POLL_SECONDS_MAX, Worker

INTERVAL_SECONDS = 0.2
"""The least time between two checkpoints; a sealer that is behind does not pause."""
RETRIED = (SealedElsewhere, CannotSign, NotReplicated, NotEnoughWitnesses)


class SealWorker(Worker):
    task = "sealing"

    def __init__(self, application: Application, stopping: threading.Event) -> None:
        super().__init__(application, stopping)
        self.checked = threading.Event()
        """Set once the database was found to hold what was sealed, by all that answers."""
        self.behind = False
        """Whether there is likely more to seal."""

    def _work(self) -> None:
        with sealer(self._application) as writer, Listener(self._application.database.append.conninfo) as listener:
            while not self._stopping.is_set():
                self.alive_at = began = time.monotonic()
                sealed = self._round(writer)
                self.behind = sealed is not None and sealed.behind
                if sealed is not None and not sealed.behind:
                    self._stopping.wait(began + INTERVAL_SECONDS - time.monotonic())
                    listener.wait(POLL_SECONDS_MAX)

    def _round(self, writer: Sealer) -> Round | None:
        """Seal once; None if it failed for a reason that may pass."""
        try:
            if not self.checked.is_set():
                writer.check()
                self.checked.set()
            sealed = writer.round()
        except RETRIED as error:
            if isinstance(error, NotEnoughWitnesses):
                self.checked.set()
            self._wait(error, cause=str(error))
            return None
        self._recovered()
        return sealed
