"""Sealing: keeps the ledger sealed beside whoever writes, and lets nothing go on when what was sealed has changed.

When sealing halts, the whole of `rigsbog run` ends: on a ledger that may not be the one that was published, nothing may
follow by itself that has legal effect. The registers stay readable where they stand.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from adapters.seal.sealer import SealedElsewhere
from adapters.seal.signing import CannotSign
from adapters.seal.witness.asking import NotEnoughWitnesses
from adapters.waking import Waking
from bin.daemon.following import DATABASE_AWAY
from bin.desk.logs import logger
from bin.desk.sealer import sealer

if TYPE_CHECKING:
    from adapters.seal.sealer import Round, Sealer
    from bin.desk.house import House

PACE_SECONDS = 0.2
"""From one checkpoint to the next while the sealer keeps up; one that is behind does not pause."""
WAKE_SECONDS_MAX = 1.0
PAUSE_SECONDS = 1.0
"""The pause before trying again after the database, the key's module or the witnesses went away."""
IN_A_MOMENT = (SealedElsewhere, CannotSign, NotEnoughWitnesses)


class Sealing(threading.Thread):
    """Seals until it is told to stop; a database that goes away is waited for."""

    def __init__(self, house: House, stopping: threading.Event) -> None:
        super().__init__(name="rigsbog-sealing", daemon=True)
        self._house = house
        self._stopping = stopping
        self._told: str | None = None
        self.looked = threading.Event()
        """Set once it was seen that the database holds what was sealed."""
        self.failure: Exception | None = None
        """What ended it, if it was not told to stop."""
        self.alive_at = time.monotonic()

    def run(self) -> None:
        """Seal; what goes wrong and does not pass by itself is left in `failure`."""
        try:
            while not self._stopping.is_set():
                try:
                    self._seal()
                except DATABASE_AWAY as error:
                    self._wait(error)
        except Exception as error:  # noqa: BLE001 - kept for the main thread, which raises it
            logger().error("sealing_ended", error=type(error).__name__, cause=str(error))
            self.failure = error
            self._stopping.set()

    def _seal(self) -> None:
        with sealer(self._house) as ours, Waking(self._house.pool.conninfo) as waking:
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
            self._wait(error)
            return None
        if self._told is not None:
            logger().info("sealing_goes_on", size=reached.size)
            self._told = None
        return reached

    def _wait(self, error: Exception) -> None:
        """Pause, and tell once why."""
        self.alive_at = time.monotonic()
        if self._told != type(error).__name__:
            self._told = type(error).__name__
            logger().warning("sealing_waits", error=self._told, cause=str(error))
        self._stopping.wait(PAUSE_SECONDS)
