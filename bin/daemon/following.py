"""Following: keeps the registers at the head of the ledger, woken by its notices."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import sqlalchemy

from adapters.logs import logger
from adapters.postgres.notifications import Listener
from bin.application.application import Application
from bin.daemon.worker import WAKE_SECONDS_MAX, Worker
from projections.catalogue import REGISTERS
from projections.engine.follow import Standing, State, advance, establish


def bring_up(connection: sqlalchemy.Connection, going_on: Callable[[], bool] = lambda: True) -> list[Standing]:
    """Make the registers that are missing, and bring all to the head; `going_on` is asked between batches."""
    with connection.begin():
        establish(connection, REGISTERS)
    return _catch_up(connection, going_on)


class Following(Worker):
    """Follows until it is told to stop."""

    does = "following"

    def __init__(self, application: Application, stopping: threading.Event) -> None:
        super().__init__(application, stopping)
        self._told: dict[str, State] = {}

    def _work(self) -> None:
        with (
            Listener(self._application.database.append.conninfo) as waking,
            self._application.database.project.connect() as connection,
        ):
            standings = bring_up(connection, self._going_on)
            while not self._stopping.is_set():
                self._recovered()
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
