"""Seals the ledger, projects it into the registers and executes reactions, in one process at a time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from adapters.ledger.entry import SealTooOld, TooMuchContention
from adapters.logs import logger
from adapters.postgres.notifications import Listener
from bin.application.application import Application
from bin.application.operations.retention import delete_due
from bin.application.operations.sealing import seal_now
from bin.application.outcomes import StillIndeterminate
from bin.application.reactions.executor import ReactionExecutor, reaction_executor
from bin.daemon.check_worker import CheckWorker
from bin.daemon.projection_worker import ProjectionWorker, catch_up, log_register
from bin.daemon.seal_worker import SealWorker
from bin.daemon.systemd_notify import Notifier
from bin.daemon.worker import DATABASE_AWAY, POLL_SECONDS_MAX, RETRY_SECONDS, Worker
from domain.errors import ErrorKind, RigsbogError

LEADER_WAIT_SECONDS_MAX = 5.0
"""How long to wait for a process that holds the leader lock briefly, such as `rigsbog register`."""
LOCK_RETRY_SECONDS = 0.1
ALIVE_SECONDS_MAX = 120.0
"""A worker that has shown no sign of life for so long is hung: the watchdog messages end."""
JOIN_SECONDS_MAX = 10.0


class Busy(RigsbogError):
    """Another process executes reactions, most likely `rigsbog run`. Stop it, or wait for its end by --standby."""

    kind = ErrorKind.BUSY


class Daemon:
    """Executes reactions while it holds the leader lock, with workers that project, seal and compare records."""

    def __init__(
        self, application: Application, stopping: threading.Event, notifier: Notifier, *, standby: bool = False
    ) -> None:
        self._application = application
        self._stopping = stopping
        self._notifier = notifier
        self._standby = standby
        self._projection = ProjectionWorker(application, stopping)
        self._seal = SealWorker(application, stopping)
        self._check = CheckWorker(application, stopping, self._seal)

    def run_once(self) -> None:
        """Seal, execute reactions and project until nothing is left to do, and return."""
        seal_now(self._application)
        with self._leadership() as executor:
            if executor is not None:
                counts = executor.run(self._going_on)
                logger().info("reacted", executed=counts.executed, refused=counts.refused)
        with self._application.database.project.connect() as connection:
            for progress in catch_up(connection, self._going_on):
                log_register(logger().info, progress)
            if self._delete_due():
                catch_up(connection, self._going_on)
        sealed = seal_now(self._application)
        logger().info("sealed", size=sealed.size, published=sealed.published)

    def serve(self) -> None:
        """Work until stopped. Raises the error of a worker that failed, or Busy."""
        while self._going_on():
            try:
                with self._leadership() as executor:
                    if executor is not None:
                        self._start_workers()
                        self._react(executor)
            except (*DATABASE_AWAY, StillIndeterminate, TooMuchContention, SealTooOld) as error:
                logger().warning("reactions_wait", error=type(error).__name__)
                self._stopping.wait(RETRY_SECONDS)
        self._notifier.stopping()
        logger().info("stopping")
        for worker in self._workers:
            if worker.is_alive():
                worker.join(JOIN_SECONDS_MAX)
            if worker.failure is not None:
                raise worker.failure

    @property
    def _workers(self) -> tuple[Worker, ...]:
        return self._seal, self._check, self._projection

    def _start_workers(self) -> None:
        """Start the workers that do not run yet; projecting starts once the ledger is known to be the sealed one."""
        if self._projection.ident is not None:
            return
        if self._seal.ident is None:
            self._seal.start()
        while not (self._seal.checked.wait(LOCK_RETRY_SECONDS) or self._stopping.is_set()):
            continue
        if not self._stopping.is_set():
            self._projection.start()
            self._check.start()
            self._notifier.ready()
            logger().info("running")

    def _react(self, executor: ReactionExecutor) -> None:
        """Execute reactions until stopped, woken by notifications and by the next due time."""
        with Listener(self._application.database.append.conninfo) as listener:
            while self._going_on():
                counts = executor.run(self._going_on)
                if counts.executed:
                    logger().info("reacted", executed=counts.executed, refused=counts.refused)
                self._delete_due()
                listener.wait(self._seconds_to_wait(executor))

    def _delete_due(self) -> int:
        """Delete what has fallen due by its term; how many deletions. Without the owner's role it is left to others."""
        try:
            deleted = delete_due(self._application)
        except psycopg.errors.InsufficientPrivilege:
            logger().warning("deletion_needs_owner", command="rigsbog retention apply")
            return 0
        for each in deleted:
            logger().info("deleted", holder=each.holder, retention_class=each.retention_class)
        return len(deleted)

    def _seconds_to_wait(self, executor: ReactionExecutor) -> float:
        """Until something falls due by the ledger's clock, and never longer than a watchdog interval."""
        longest = min(POLL_SECONDS_MAX, self._notifier.interval_seconds or POLL_SECONDS_MAX)
        if executor.next_at is None:
            return longest
        return min(longest, (executor.next_at - self._application.ledger.now()).total_seconds())

    def _going_on(self) -> bool:
        """Whether nobody has asked to stop; also sends the watchdog message while no worker hangs."""
        workers = [worker for worker in self._workers if worker.ident is not None]
        if all(time.monotonic() - worker.alive_at < ALIVE_SECONDS_MAX for worker in workers):
            self._notifier.alive()
        return not self._stopping.is_set()

    @contextmanager
    def _leadership(self) -> Iterator[ReactionExecutor | None]:
        """Hold the leader lock, after a short wait or, on standby, any wait; None if stopped meanwhile. Raises Busy."""
        deadline = time.monotonic() + LEADER_WAIT_SECONDS_MAX
        while self._going_on():
            with reaction_executor(self._application) as executor:
                if executor is not None:
                    yield executor
                    return
            if not self._standby and time.monotonic() > deadline:
                raise Busy
            self._stopping.wait(LOCK_RETRY_SECONDS)
        yield None


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set."""
    stopping = threading.Event()

    def stop(number: int, frame: Any) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
