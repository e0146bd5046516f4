"""A writer who keeps its pace: small commits, so many facts a second, for what is measured during steady writing."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from typing import NamedTuple
from uuid import uuid4

from adapters.ledger.entry import Decision
from bin.dev.bench.server import BenchDatabase, bench_database_at

FACTS_PER_SECOND = 1_000
COMMIT_FACTS = 10
SECONDS_MAX = 5.0
SECONDS_MIN = 0.5
SECONDS_PER_FACT = 1e-4
BEGIN_DEADLINE_SECONDS = 60.0


class Written(NamedTuple):
    """One commit: its last position, its number of facts, and the moment at which it was begun."""

    position: int
    facts: int
    began: float


def lasting(facts: int) -> float:
    """How many seconds to write, by the size of the bench."""
    return min(SECONDS_MAX, max(SECONDS_MIN, facts * SECONDS_PER_FACT))


def batches(bench: BenchDatabase, facts: int) -> list[list[Decision]]:
    commits: list[list[Decision]] = [[]]
    for decision in bench.messages.decisions(facts):
        if sum(len(earlier.entries) for earlier in commits[-1]) >= COMMIT_FACTS:
            commits.append([])
        commits[-1].append(decision)
    return commits


def write(bench: BenchDatabase, commits: Sequence[Sequence[Decision]]) -> list[Written]:
    written = []
    due = time.perf_counter()
    for commit in commits:
        time.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        outcomes = bench.ledger.append_many(commit)
        facts = sum(len(decision.entries) for decision in commit)
        written.append(Written(outcomes[-1].last, facts, began))
        due += facts / FACTS_PER_SECOND
    return written


@contextmanager
def writing_meanwhile(bench: BenchDatabase) -> Iterator[None]:
    """Another process writes at the pace for the length of a with statement."""
    # Spawned: a forked one would share this one's connections.
    spawned = multiprocessing.get_context("spawn")
    begun, over = spawned.Event(), spawned.Event()
    writer = spawned.Process(target=write_on, args=(bench.url, begun, over), daemon=True)
    writer.start()
    try:
        assert begun.wait(BEGIN_DEADLINE_SECONDS), "the writer comes up"
        yield
    finally:
        over.set()
        writer.join()


def write_on(url: str, begun: Event, over: Event) -> None:
    bench = bench_database_at(url, seed=uuid4().int)
    try:
        while not over.is_set():
            write(bench, batches(bench, FACTS_PER_SECOND // 10))
            begun.set()
    finally:
        bench.close()
