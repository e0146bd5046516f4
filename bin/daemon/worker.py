"""A background thread of `rigsbog run`: it works until it is stopped or fails."""

from __future__ import annotations

import threading
import time

import psycopg
from sqlalchemy.exc import OperationalError

from adapters.logs import logger
from adapters.postgres.database import DatabaseUnavailable
from bin.application.application import Application

POLL_SECONDS_MAX = 1.0
"""The longest wait for a notification: one may be lost with a broken connection."""
RETRY_SECONDS = 1.0
"""The pause before another attempt after the database or another service failed."""
DATABASE_AWAY = (OperationalError, psycopg.OperationalError, DatabaseUnavailable)


class Worker(threading.Thread):
    """Works until it is stopped; waits for a database that is away."""

    task: str
    """Names the thread and its log events."""

    def __init__(self, application: Application, stopping: threading.Event) -> None:
        super().__init__(name=f"rigsbog-{self.task}", daemon=True)
        self._application = application
        self._stopping = stopping
        self._waits_for: str | None = None
        self.failure: Exception | None = None
        """The error that ended it, if it was not stopped."""
        self.alive_at = time.monotonic()

    def run(self) -> None:
        """Work; an error that is no passing one is stored in `failure` and stops the process."""
        try:
            while not self._stopping.is_set():
                try:
                    self._work()
                except DATABASE_AWAY as error:
                    self._wait(error)
        except Exception as error:  # noqa: BLE001 - the main thread raises it
            self.failure = error
            self._stopping.set()

    def _work(self) -> None:
        """Work on one connection, until stopped or until the connection breaks."""
        raise NotImplementedError

    def _wait(self, error: Exception, **fields: str) -> None:
        """Pause, and log the kind of error once; its message may quote a record and is not logged."""
        self.alive_at = time.monotonic()
        if self._waits_for != type(error).__name__:
            self._waits_for = type(error).__name__
            logger().warning(f"{self.task}_waits", error=self._waits_for, **fields)
        self._stopping.wait(RETRY_SECONDS)

    def _recovered(self) -> None:
        if self._waits_for is not None:
            logger().info(f"{self.task}_resumed")
            self._waits_for = None
