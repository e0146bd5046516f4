"""Following: keeps the registers at the head of the ledger, woken by its notices."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy
from sqlalchemy.exc import OperationalError

from adapters.postgres import DatabaseUnavailable
from adapters.waking import Waking
from bin.desk.logs import logger
from projections.catalogue import REGISTERS
from projections.engine.follow import Standing, State, advance, establish

if TYPE_CHECKING:
    from bin.desk.house import House

WAKE_SECONDS_MAX = 1.0
"""A follower looks by itself after so long, should a notice be lost with a broken connection."""
PAUSE_SECONDS = 1.0
"""The pause before trying again after the database went away."""
DATABASE_AWAY = (OperationalError, psycopg.OperationalError, DatabaseUnavailable)


def bring_up(connection: sqlalchemy.Connection, going_on: Callable[[], bool] = lambda: True) -> list[Standing]:
    """Make the registers that are missing, and bring all to the head; `going_on` is asked between batches."""
    with connection.begin():
        establish(connection, REGISTERS)
    return _catch_up(connection, going_on)


class Following(threading.Thread):
    """Follows until it is told to stop; a database that goes away is waited for."""

    def __init__(self, house: House, stopping: threading.Event) -> None:
        super().__init__(name="rigsbog-following", daemon=True)
        self._house = house
        self._stopping = stopping
        self._told: dict[str, State] = {}
        self.failure: Exception | None = None
        """What ended it, if it was not told to stop."""
        self.alive_at = time.monotonic()

    def run(self) -> None:
        """Follow; what goes wrong for another reason than the database's absence is left in `failure`."""
        try:
            while not self._stopping.is_set():
                try:
                    self._follow()
                except DATABASE_AWAY as error:
                    logger().warning("following_waits_for_database", error=type(error).__name__)
                    self.alive_at = time.monotonic()
                    self._stopping.wait(PAUSE_SECONDS)
        except Exception as error:  # noqa: BLE001 - kept for the main thread, which raises it
            self.failure = error
            self._stopping.set()

    def _follow(self) -> None:
        with Waking(self._house.pool.conninfo) as waking, self._house.projecting.connect() as connection:
            standings = bring_up(connection, self._going_on)
            while not self._stopping.is_set():
                self._tell(standings)
                waking.wait(WAKE_SECONDS_MAX)
                standings = _catch_up(connection, self._going_on)

    def _going_on(self) -> bool:
        self.alive_at = time.monotonic()
        return not self._stopping.is_set()

    def _tell(self, standings: list[Standing]) -> None:
        """Log each register that stands otherwise than it last did; the cause may quote a record and is in `status`."""
        for one in standings:
            if self._told.get(one.name, State.FOLLOWING) is not one.state:
                logger().warning("register_stands", register=one.name, state=one.state.value, position=one.position)
            self._told[one.name] = one.state


def _catch_up(connection: sqlalchemy.Connection, going_on: Callable[[], bool]) -> list[Standing]:
    reached: list[Standing] = []
    while going_on():
        before, reached = reached, advance(connection, REGISTERS)
        if reached == before:
            break
    return reached
