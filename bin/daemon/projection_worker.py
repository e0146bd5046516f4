"""Keeps the registers at the head of the ledger, woken by its notifications."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import sqlalchemy

from adapters.logs import logger
from adapters.postgres.notifications import Listener
from bin.application.application import Application
from bin.daemon.worker import POLL_SECONDS_MAX, Worker
from projections.catalogue import REGISTERS
from projections.engine.follow import FollowState, Standing, advance, establish


def catch_up(connection: sqlalchemy.Connection, going_on: Callable[[], bool] = lambda: True) -> list[Standing]:
    """Create the registers that are missing, and bring all to the head; `going_on` is called between batches."""
    with connection.begin():
        establish(connection, REGISTERS)
    return _advance_to_head(connection, going_on)


class ProjectionWorker(Worker):
    task = "projection"

    def __init__(self, application: Application, stopping: threading.Event) -> None:
        super().__init__(application, stopping)
        self._logged: dict[str, FollowState] = {}

    def _work(self) -> None:
        with (
            Listener(self._application.database.append.conninfo) as listener,
            self._application.database.project.connect() as connection,
        ):
            standings = catch_up(connection, self._going_on)
            while not self._stopping.is_set():
                self._recovered()
                self._log_changes(standings)
                listener.wait(POLL_SECONDS_MAX)
                standings = _advance_to_head(connection, self._going_on)

    def _going_on(self) -> bool:
        self.alive_at = time.monotonic()
        return not self._stopping.is_set()

    def _log_changes(self, standings: list[Standing]) -> None:
        """Log each register whose state has changed; the cause may quote a record, so only `status` shows it."""
        for standing in standings:
            if self._logged.get(standing.name, FollowState.FOLLOWING) is not standing.state:
                log_register(logger().warning, standing)
            self._logged[standing.name] = standing.state


def log_register(log: Callable[..., object], standing: Standing) -> None:
    log("register_state", register=standing.name, state=standing.state.value, position=standing.position)


def _advance_to_head(connection: sqlalchemy.Connection, going_on: Callable[[], bool]) -> list[Standing]:
    standings: list[Standing] = []
    while going_on():
        before, standings = standings, advance(connection, REGISTERS)
        if standings == before:
            break
    return standings
