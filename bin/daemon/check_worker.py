"""Compares every sealed record with the seal again, in slow rounds, and halts sealing when one differs."""

from __future__ import annotations

import threading
import time

from adapters.seal.audit.check_round import CheckRound, Step
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.sealer import store_halt
from bin.application.application import Application
from bin.daemon.seal_worker import SealWorker
from bin.daemon.worker import POLL_SECONDS_MAX, Worker


class CheckWorker(Worker):
    task = "record_check"

    def __init__(self, application: Application, stopping: threading.Event, seal: SealWorker) -> None:
        super().__init__(application, stopping)
        self._seal = seal
        self._records_per_second = application.settings.record_check_rate
        self._pause_seconds = application.settings.record_check_pause_seconds

    def _work(self) -> None:
        with self._application.database.seal() as connection:
            check = CheckRound(connection)
            since_end = check.seconds_since_end()
            if since_end is not None:
                self._rest(min(self._pause_seconds, self._pause_seconds - since_end))
            while not self._stopping.is_set():
                if self._seal.behind:
                    self._rest(POLL_SECONDS_MAX)
                    continue
                began = time.monotonic()
                try:
                    step = check.step(self._records_per_second)
                except SealMismatch as error:
                    raise store_halt(connection, error) from error
                self._recovered()
                self._rest(self._seconds_to_rest(step, time.monotonic() - began))

    def _seconds_to_rest(self, step: Step, took_seconds: float) -> float:
        if step.ended:
            return max(self._pause_seconds, POLL_SECONDS_MAX)
        if not step.records:
            return POLL_SECONDS_MAX
        return step.records / self._records_per_second - took_seconds

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
            self.alive_at = time.monotonic()
            self._stopping.wait(min(left, POLL_SECONDS_MAX))
