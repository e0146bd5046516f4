"""Measures following: how long a fact takes from its writer's hand to the register's reader, under steady writing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg

from bin.daemon.projection_worker import ProjectionWorker
from bin.dev.bench.measure import Measure, alternate, p99
from bin.dev.bench.pace import FACTS_PER_SECOND, LOOK_SECONDS, latencies
from bin.dev.bench.server import BenchServer
from projections.catalogue import REGISTERS
from projections.engine.follow import CHANNEL
from projections.messages import MESSAGES

LIMIT_MILLISECONDS = 50.0


def follow_p99(server: BenchServer) -> Measure:
    """p99 in ms, from before the append, so with its commit, until the register's reader is notified of it."""
    (figures,) = alternate("follow_p99, ms", server.runs, lambda: _p99(server))
    against = f"the limit, at {FACTS_PER_SECOND:,} facts/s into {len(REGISTERS)} registers"
    return Measure("follow_p99", "ms", figures, against, [LIMIT_MILLISECONDS], 1, "at most")


def _p99(server: BenchServer) -> float:
    over = threading.Event()

    def notified(connection: psycopg.Connection[Any]) -> Iterator[int]:
        connection.execute(f"listen {CHANNEL}")
        yield 0
        while not over.is_set():
            for notice in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                name, _, position = notice.payload.rpartition(" ")
                if name == MESSAGES.name:
                    yield int(position)

    worker = ProjectionWorker(server.small, over)
    return p99("follow_p99", latencies(server.small, worker, over.set, notified, server.facts))
