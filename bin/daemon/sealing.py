"""Sealing: keeps the ledger sealed beside whoever writes, and lets nothing go on when what was sealed has changed.

When sealing halts, the whole of `rigsbog run` ends: on a ledger that may not be the one that was published, nothing may
follow by itself that has legal effect. The registers stay readable where they stand.
"""

from __future__ import annotations

import threading
import time

from adapters.postgres.notifications import Listener
from adapters.seal.witness.client import NotEnoughWitnesses
from adapters.seal.writer.sealer import Round, SealedElsewhere, Sealer
from adapters.seal.writer.signing import CannotSign
from bin.application.application import Application
from bin.application.operations.sealing import sealer
from bin.daemon.worker import WAKE_SECONDS_MAX, Worker

PACE_SECONDS = 0.2
"""From one checkpoint to the next while the sealer keeps up; one that is behind does not pause."""
IN_A_MOMENT = (SealedElsewhere, CannotSign, NotEnoughWitnesses)


class Sealing(Worker):
    """Seals until it is told to stop."""

    does = "sealing"

    def __init__(self, application: Application, stopping: threading.Event) -> None:
        super().__init__(application, stopping)
        self.looked = threading.Event()
        """Set once it was seen that the database holds what was sealed."""

    def _work(self) -> None:
        with sealer(self._application) as ours, Listener(self._application.database.append.conninfo) as waking:
            while not self._stopping.is_set():
                self.alive_at = began = time.monotonic()
                reached = self._round(ours)
                if reached is not None and not reached.behind:
                    self._stopping.wait(began + PACE_SECONDS - time.monotonic())
                    waking.wait(WAKE_SECONDS_MAX)

    def _round(self, ours: Sealer) -> Round | None:
        """A round; None when it came to nothing, and another is to be tried in a moment."""
        try:
            if not self.looked.is_set():
                ours.check()
                self.looked.set()
            reached = ours.round()
        except IN_A_MOMENT as error:
            self._wait(error, cause=str(error))
            return None
        self._recovered()
        return reached
