"""What goes on beside the reactions in `rigsbog run`: a thread that works until it is told to stop, or cannot go on."""

from __future__ import annotations

import threading
import time

import psycopg
from sqlalchemy.exc import OperationalError

from adapters.logs import logger
from adapters.postgres.database import DatabaseUnavailable
from bin.application.application import Application

WAKE_SECONDS_MAX = 1.0
"""It looks by itself after so long, should a notice be lost with a broken connection."""
PAUSE_SECONDS = 1.0
"""The pause before trying again after the database, or whoever else is needed, went away."""
DATABASE_AWAY = (OperationalError, psycopg.OperationalError, DatabaseUnavailable)


class Worker(threading.Thread):
    """Works until it is told to stop; a database that goes away is waited for."""

    does: str
    """What it does, as its log lines and its thread name it."""

    def __init__(self, application: Application, stopping: threading.Event) -> None:
        super().__init__(name=f"rigsbog-{self.does}", daemon=True)
        self._application = application
        self._stopping = stopping
        self._waits_for: str | None = None
        self.failure: Exception | None = None
        """What ended it, if it was not told to stop."""
        self.alive_at = time.monotonic()

    def run(self) -> None:
        """Work; what goes wrong and does not pass by itself is left in `failure`."""
        try:
            while not self._stopping.is_set():
                try:
                    self._work()
                except DATABASE_AWAY as error:
                    self._wait(error)
        except Exception as error:  # noqa: BLE001 - kept for the main thread, which raises it
            self.failure = error
            self._stopping.set()

    def _work(self) -> None:
        """Work on one connection, until told to stop or it breaks."""
        raise NotImplementedError

    def _wait(self, error: Exception, **said: str) -> None:
        """Pause, and tell once why; what the database says stays untold, for it may quote a record."""
        self.alive_at = time.monotonic()
        if self._waits_for != type(error).__name__:
            self._waits_for = type(error).__name__
            logger().warning(f"{self.does}_waits", error=self._waits_for, **said)
        self._stopping.wait(PAUSE_SECONDS)

    def _recovered(self) -> None:
        """Tell that the waiting is over, if there was any."""
        if self._waits_for is not None:
            logger().info(f"{self.does}_goes_on")
            self._waits_for = None
