"""A writer who keeps its pace: small commits, so many facts a second; and how soon what it writes is seen."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from multiprocessing.synchronize import Event
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg

from adapters.ledger.entry import Decision
from adapters.postgres.database import connect
from adapters.settings import Settings
from bin.daemon.check_worker import CheckWorker
from bin.daemon.seal_worker import SealWorker
from bin.daemon.worker import Worker
from bin.dev.bench.server import BenchApplication

FACTS_PER_SECOND = 1_000
COMMIT_FACTS = 10
SECONDS_MAX = 5.0
SECONDS_MIN = 0.5
SECONDS_PER_FACT = 1e-4
DEADLINE_SECONDS = 60.0
LOOK_SECONDS = 0.1
"""How often those who wait look whether it is over."""

Reader = Callable[[psycopg.Connection[Any]], Iterator[int]]
"""Yields each position up to which facts can be seen, and at first, when it is ready, the one so far."""


class Written(NamedTuple):
    """One commit: its last position, its number of facts, and the moment at which it was begun."""

    position: int
    facts: int
    began: float


def batches(bench: BenchApplication, facts: int) -> list[list[Decision]]:
    commits: list[list[Decision]] = [[]]
    for decision in bench.messages.decisions(facts):
        if sum(len(earlier.entries) for earlier in commits[-1]) >= COMMIT_FACTS:
            commits.append([])
        commits[-1].append(decision)
    return commits


def write(bench: BenchApplication, commits: Sequence[Sequence[Decision]]) -> list[Written]:
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


def latencies(
    bench: BenchApplication, worker: Worker, end: Callable[[], None], read: Reader, facts: int
) -> list[float]:
    """Milliseconds from before the append of each fact until a reader sees it, while the worker works.

    `facts` is the size of the bench; `end` ends the worker and the reader.
    """
    seen: list[tuple[int, float]] = []

    def watch() -> None:
        with connect(bench.url, "rigsbog_audit", autocommit=True) as connection:
            for position in read(connection):
                seen.append((position, time.perf_counter()))  # noqa: PERF401 - another thread reads it meanwhile

    seconds = min(SECONDS_MAX, max(SECONDS_MIN, facts * SECONDS_PER_FACT))
    first, *rest = batches(bench, round(seconds * FACTS_PER_SECOND))
    with ThreadPoolExecutor(1) as other:
        watching = other.submit(watch)
        try:
            _wait_for(seen, 0)
            worker.start()
            # Whatever the worker does when it comes up is over when the first facts are seen.
            _wait_for(seen, write(bench, [first])[-1].position)
            written = write(bench, rest)
            _wait_for(seen, written[-1].position)
        finally:
            end()
            worker.join()
        watching.result()
    return [
        1_000 * (next(at for position, at in seen if position >= commit.position) - commit.began)
        for commit in written
        for _ in range(commit.facts)
    ]


def _wait_for(seen: Sequence[tuple[int, float]], position: int) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not seen or seen[-1][0] < position:
        assert time.monotonic() < deadline, "the worker comes to the head when nobody writes any more"
        time.sleep(LOOK_SECONDS)


def writing_meanwhile(bench: BenchApplication) -> AbstractContextManager[None]:
    """Another process writes at the pace for the length of a with statement."""
    return _meanwhile(write_on, bench)


def comparing_meanwhile(bench: BenchApplication) -> AbstractContextManager[None]:
    """Another process compares the sealed records again, as `rigsbog run` does."""
    return _meanwhile(compare_on, bench)


@contextmanager
def _meanwhile(target: Callable[[Settings, str, Event, Event], None], bench: BenchApplication) -> Iterator[None]:
    # Spawned: a forked one would share this one's connections.
    spawned = multiprocessing.get_context("spawn")
    begun, over = spawned.Event(), spawned.Event()
    other = spawned.Process(target=target, args=(bench.settings, bench.url, begun, over), daemon=True)
    other.start()
    try:
        assert begun.wait(DEADLINE_SECONDS), "the other process comes up"
        yield
    finally:
        over.set()
        other.join()


def write_on(settings: Settings, url: str, begun: Event, over: Event) -> None:
    with closing(BenchApplication(settings, url, seed=uuid4().int)) as bench:
        while not over.is_set():
            write(bench, batches(bench, FACTS_PER_SECOND // 10))
            begun.set()


def compare_on(settings: Settings, url: str, begun: Event, over: Event) -> None:
    with closing(BenchApplication(settings, url)) as bench:
        stopping = threading.Event()
        worker = CheckWorker(bench, stopping, SealWorker(bench, stopping))
        worker.start()
        begun.set()
        over.wait()
        stopping.set()
        worker.join()
