"""Measures following: how long a fact takes from its writer's hand to the register's reader, under steady writing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from adapters.postgres.database import connect
from adapters.settings import load_settings
from bin.application.application import Application
from bin.daemon.projection_worker import ProjectionWorker
from bin.dev.bench.measure import Measure, alternate, p99
from bin.dev.bench.pace import FACTS_PER_SECOND, batches, lasting, write
from bin.dev.bench.server import BenchDatabase, BenchServer
from projections.catalogue import REGISTERS
from projections.engine.follow import CHANNEL
from projections.messages import MESSAGES

LIMIT_MILLISECONDS = 50.0
END_DEADLINE_SECONDS = 60.0
LOOK_SECONDS = 0.2
"""How often those who wait look whether it is over."""


def follow_p99(server: BenchServer) -> Measure:
    """p99 in ms, from before the append, so with its commit, until the register's reader is notified of it."""
    bench = server.small

    def ours() -> float:
        return p99("follow_p99", _Run(bench).latencies(lasting(server.facts)))

    (figures,) = alternate("follow_p99, ms", server.runs, ours)
    against = f"the limit, at {FACTS_PER_SECOND:,} facts/s into {len(REGISTERS)} registers"
    return Measure("follow_p99", "ms", figures, against, [LIMIT_MILLISECONDS], 1, "at most")


class _Run:
    """A writer that keeps its pace, the follower of `rigsbog run`, and a reader that is notified of progress."""

    def __init__(self, bench: BenchDatabase) -> None:
        self._bench = bench
        self._over = threading.Event()
        self._listening = threading.Event()
        self._seen: list[tuple[int, float]] = []

    def latencies(self, seconds: float) -> list[float]:
        first, *rest = batches(self._bench, round(seconds * FACTS_PER_SECOND))
        application = Application(load_settings(), self._bench.url)
        following = ProjectionWorker(application, self._over)
        with ThreadPoolExecutor(1) as other:
            reading = other.submit(self._read)
            try:
                self._listening.wait(END_DEADLINE_SECONDS)
                following.start()
                # Whatever the follower does when it comes up is over when it has shown the first facts.
                self._await(write(self._bench, [first])[-1].position)
                written = write(self._bench, rest)
                self._await(written[-1].position)
            finally:
                self._over.set()
                following.join()
                application.close()
            reading.result()
        return [wait for position, facts, at in written for wait in [self._visible(position, at)] * facts]

    def _read(self) -> None:
        with connect(self._bench.url, "rigsbog_audit", autocommit=True) as listener:
            listener.execute(f"listen {CHANNEL}")
            self._listening.set()
            while not self._over.is_set():
                for notice in listener.notifies(timeout=LOOK_SECONDS, stop_after=1):
                    name, _, position = notice.payload.rpartition(" ")
                    if name == MESSAGES.name:
                        self._seen.append((int(position), time.perf_counter()))

    def _await(self, position: int) -> None:
        deadline = time.monotonic() + END_DEADLINE_SECONDS
        while not self._seen or self._seen[-1][0] < position:
            assert time.monotonic() < deadline, "the follower comes to the head when nobody writes any more"
            time.sleep(LOOK_SECONDS)

    def _visible(self, position: int, at: float) -> float:
        return 1_000 * (next(seen for reached, seen in self._seen if reached >= position) - at)
