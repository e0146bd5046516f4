"""Measures the seal: how fast it seals during writing, how old it gets, and how long one proof takes."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import psycopg

from adapters.seal.writer.sealer import Sealer
from adapters.seal.writer.store import SealStore
from bin.application.operations.sealing import seal_now, sealer
from bin.daemon.seal_worker import SealWorker
from bin.dev.bench.measure import Measure, alternate, p99, seconds
from bin.dev.bench.pace import FACTS_PER_SECOND, latencies, writing_meanwhile
from bin.dev.bench.server import BenchServer

FACTS_PER_SECOND_WANTED = 50_000.0
PARTS = 16
"""Of so many parts of the bench's facts one is sealed in a run."""
AGE_LIMIT_MILLISECONDS = 1_000.0
PROOF_LIMIT_MILLISECONDS = 1.0
PROVED = 500
"""Proofs made in one run."""
LOOK_SECONDS = 0.002


def seal_rate(server: BenchServer) -> Measure:
    """Facts/s sealed, each time what was newly written, while another writes at its pace."""
    bench = server.small
    with sealer(bench) as writer:

        def sealed() -> float:
            bench.ledger.append_many(list(bench.messages.decisions(server.facts // PARTS)))
            last = writer.store.last()
            before, goal = 0 if last is None else last.size, bench.ledger.head()
            with writing_meanwhile(bench):
                took = seconds(lambda: _sealed_until(goal, writer))
            return (goal - before) / took

        (figures,) = alternate("seal_rate, facts/s", server.runs, sealed)
    against = f"the rate that is wanted, while {FACTS_PER_SECOND:,} facts/s are written"
    return Measure("seal_rate", "facts/s", figures, against, [FACTS_PER_SECOND_WANTED], 1, "at least")


def seal_age(server: BenchServer) -> Measure:
    """p99 in ms, from before the append, until a checkpoint that covers the fact is published."""
    seal_now(server.small)
    (figures,) = alternate("seal_age, ms", server.runs, lambda: _p99(server))
    against = f"the limit, at {FACTS_PER_SECOND:,} facts/s"
    return Measure("seal_age", "ms", figures, against, [AGE_LIMIT_MILLISECONDS], 1, "at most")


def _p99(server: BenchServer) -> float:
    over = threading.Event()

    def published(connection: psycopg.Connection[Any]) -> Iterator[int]:
        newest = -1
        while not over.is_set():
            (size,) = connection.execute("select coalesce(max(size), 0) from seal.publication").fetchall()[0]
            if size > newest:
                newest = size
                yield size
            time.sleep(LOOK_SECONDS)

    worker = SealWorker(server.small, over)
    return p99("seal_age", latencies(server.small, worker, over.set, published, server.facts))


def prove_one(server: BenchServer) -> Measure:
    """The median of many proofs of inclusion in a large ledger, in ms, made from the tiles."""
    chance = random.Random(1)  # noqa: S311 - a choice of records, no secret
    size = seal_now(server.large).published
    store = SealStore(server.large.database.append)
    checkpoint = store.published()
    assert checkpoint is not None, "it was published a moment ago"

    def ours() -> float:
        return median(1_000 * seconds(lambda: store.prove(chance.randint(1, size), checkpoint)) for _ in range(PROVED))

    (figures,) = alternate(f"prove_one in a tree of {size:,}, ms", server.runs, ours)
    against = f"the limit, in a tree of {size:,} records"
    return Measure("prove_one", "ms", figures, against, [PROOF_LIMIT_MILLISECONDS], 1, "at most")


def _sealed_until(goal: int, writer: Sealer) -> None:
    while writer.round().published < goal:
        pass
