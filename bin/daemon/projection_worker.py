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
from projections.engine.follow import FollowState, RegisterProgress, advance, establish


def catch_up(connection: sqlalchemy.Connection, going_on: Callable[[], bool] = lambda: True) -> list[RegisterProgress]:
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
            all_progress = catch_up(connection, self._going_on)
            while not self._stopping.is_set():
                self._recovered()
                self._log_changes(all_progress)
                listener.wait(POLL_SECONDS_MAX)
                all_progress = _advance_to_head(connection, self._going_on)

    def _going_on(self) -> bool:
        self.alive_at = time.monotonic()
        return not self._stopping.is_set()

    def _log_changes(self, all_progress: list[RegisterProgress]) -> None:
        """Log each register whose state has changed; the cause may quote a record, so only `status` shows it."""
        for progress in all_progress:
            if self._logged.get(progress.name, FollowState.FOLLOWING) is not progress.state:
                log_register(logger().warning, progress)
            self._logged[progress.name] = progress.state


def log_register(log: Callable[..., object], progress: RegisterProgress) -> None:
    log("register_state", register=progress.name, state=progress.state.value, position=progress.position)


def _advance_to_head(connection: sqlalchemy.Connection, going_on: Callable[[], bool]) -> list[RegisterProgress]:
    all_progress: list[RegisterProgress] = []
    while going_on():
        before, all_progress = all_progress, advance(connection, REGISTERS)
        if all_progress == before:
            break
    return all_progress
