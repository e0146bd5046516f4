"""Waits for the ledger's notifications on a separate connection, instead of polling."""

from __future__ import annotations

from typing import Self

import psycopg

CHANNEL = "rigsbog_ledger"


class Listener:
    """Ends a wait as soon as something is recorded, also when that was between two waits."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._connection.execute(f"listen {CHANNEL}")

    def wait(self, seconds: float) -> None:
        """Return when something was recorded, or after so many seconds; raises OperationalError when disconnected."""
        for _ in self._connection.notifies(timeout=max(seconds, 0.0), stop_after=1):
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()
