"""Measures the seal: how fast it seals during writing, how old it gets, and how long one proof takes."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from adapters.postgres.database import connect
from adapters.seal.writer.sealer import Sealer
from adapters.seal.writer.store import SealStore
from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.operations.sealing import seal_now, sealer
from bin.daemon.seal_worker import SealWorker
from bin.dev.bench.measure import Measure, alternate, p99, seconds
from bin.dev.bench.pace import FACTS_PER_SECOND, batches, lasting, write, writing_meanwhile
from bin.dev.bench.server import BenchDatabase, BenchServer

FACTS_PER_SECOND_WANTED = 50_000.0
PARTS = 16
"""Of so many parts of the bench's facts one is sealed in a run."""
AGE_LIMIT_MILLISECONDS = 1_000.0
PROOF_LIMIT_MILLISECONDS = 1.0
PROVED = 500
"""Proofs made in one run."""
LOOK_SECONDS = 0.002
END_DEADLINE_SECONDS = 60.0


def seal_rate(server: BenchServer) -> Measure:
    """Facts/s sealed, each time what was newly written, while another writes at its pace."""
    bench = server.small
    with _application(server, bench) as application, sealer(application) as writer:

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
    bench = server.small
    with _application(server, bench) as application:
        seal_now(application)

        def ours() -> float:
            return p99("seal_age", _ages(bench, application, lasting(server.facts)))

        (figures,) = alternate("seal_age, ms", server.runs, ours)
    against = f"the limit, at {FACTS_PER_SECOND:,} facts/s"
    return Measure("seal_age", "ms", figures, against, [AGE_LIMIT_MILLISECONDS], 1, "at most")


def prove_one(server: BenchServer) -> Measure:
    """The median of many proofs of inclusion in a large ledger, in ms, made from the tiles."""
    bench = server.large
    chance = random.Random(1)  # noqa: S311 - a choice of records, no secret
    with _application(server, bench) as application:
        size = seal_now(application).published
        store = SealStore(application.database.append)
        checkpoint = store.published()
        assert checkpoint is not None, "it was published a moment ago"

        def ours() -> float:
            return median(
                1_000 * seconds(lambda: store.prove(chance.randint(1, size), checkpoint)) for _ in range(PROVED)
            )

        (figures,) = alternate(f"prove_one in a tree of {size:,}, ms", server.runs, ours)
    against = f"the limit, in a tree of {size:,} records"
    return Measure("prove_one", "ms", figures, against, [PROOF_LIMIT_MILLISECONDS], 1, "at most")


def _sealed_until(goal: int, writer: Sealer) -> None:
    while writer.round().published < goal:
        pass


@contextmanager
def _application(server: BenchServer, bench: BenchDatabase) -> Iterator[Application]:
    """An application with keys and local checkpoints of the benchmark's own."""
    application = Application(load_settings({"RIGSBOG_HOME": str(server.home)}), bench.url)
    try:
        yield application
    finally:
        application.close()


def _ages(bench: BenchDatabase, application: Application, lasts: float) -> list[float]:
    """The age of each fact at the moment when it is seen to be published, in milliseconds."""
    seen: list[tuple[int, float]] = []
    over = threading.Event()
    sealing = SealWorker(application, over)
    watching = threading.Thread(target=lambda: _watch(bench, seen, over), name="watching")
    sealing.start()
    watching.start()
    try:
        written = write(bench, batches(bench, round(lasts * FACTS_PER_SECOND)))
        deadline = time.monotonic() + END_DEADLINE_SECONDS
        while not seen or seen[-1][0] < written[-1].position:
            assert time.monotonic() < deadline, "the sealer comes to the head when nobody writes any more"
            time.sleep(LOOK_SECONDS)
    finally:
        over.set()
        sealing.join()
        watching.join()
    return [
        1_000 * (next(at for size, at in seen if size >= commit.position) - commit.began)
        for commit in written
        for _ in range(commit.facts)
    ]


def _watch(bench: BenchDatabase, seen: list[tuple[int, float]], over: threading.Event) -> None:
    with connect(bench.url, "rigsbog_audit", autocommit=True) as connection:
        while not over.is_set():
            row = connection.execute("select coalesce(max(size), 0) from seal.publication").fetchone()
            assert row is not None, "an aggregate has a row"
            if not seen or row[0] > seen[-1][0]:
                seen.append((row[0], time.perf_counter()))
            time.sleep(LOOK_SECONDS)
