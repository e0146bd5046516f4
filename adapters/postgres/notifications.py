"""Waits for the ledger's notices, on a connection of its own, so that nobody has to ask over and over."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import psycopg

CHANNEL = "rigsbog_ledger"


class Listener:
    """A listener; what is recorded after it began to listen ends the next wait at once."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._connection.execute(f"listen {CHANNEL}")

    def wait(self, seconds: float) -> None:
        """Return when something was recorded, or after so many seconds; raises OperationalError when cut off."""
        for _ in self._connection.notifies(timeout=max(seconds, 0.0), stop_after=1):
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()
