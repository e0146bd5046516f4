"""Compares all sealed records with the seal in processes of its own, while the caller does something else."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Event, Lock, Thread

from adapters.postgres.database import DatabaseUnavailable, Role, connect
from adapters.seal.audit.record_check import Extent, RecordsDiffer, check_tables, differing_in, newest_checkpoint
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.tiles import WIDTH
from domain.errors import ErrorKind, RigsbogError

STRIDE = 32 * WIDTH
"""Records that a process compares at a time."""
PROCESSES_MAX = 4
ROLE: Role = "rigsbog_audit"

Report = Callable[[int, int], object]
"""Called with how many records are compared, and of how many."""


class CheckEnded(RigsbogError):
    """A process that compared records with the seal has ended: see that the database can be reached, and call again."""

    kind = ErrorKind.UNAVAILABLE


class Process:
    """A process with a connection of its own; it ends when its parent does, however that ends."""

    def __init__(self, url: str) -> None:
        # Spawned: a forked one would share this one's connections.
        spawned = multiprocessing.get_context("spawn")
        self._pipe, other = spawned.Pipe()
        self._process = spawned.Process(target=answer_requests, args=(url, other), daemon=True)
        self._process.start()
        other.close()

    def differing(self, checkpoint: Checkpoint, after: int, until: int) -> list[Extent]:
        """As `differing_in`; raises CheckEnded."""
        try:
            self._pipe.send((checkpoint, after, until))
            found: list[Extent] = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise CheckEnded from error
        return found

    def end(self) -> None:
        self._process.terminate()
        self._process.join()


def answer_requests(url: str, pipe: Connection) -> None:
    """Compare what is asked for, until the parent ends this process or is itself at an end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError, DatabaseUnavailable), closing(connect(url, ROLE, autocommit=True)) as mine:
        mine.execute("set search_path = pg_catalog")
        while True:
            checkpoint, after, until = pipe.recv()
            pipe.send(differing_in(mine, checkpoint, after, until))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "this process was spawned"
    parent.join()
    os._exit(1)


class RecordCheck:
    """The comparison of one database; safe to use from several threads."""

    def __init__(self, url: str, report: Report) -> None:
        self._url, self._report = url, report
        self._processes: list[Process] = []
        self._idle: SimpleQueue[Process] = SimpleQueue()
        self._lock, self._starting, self._ended = Lock(), Lock(), Event()
        self._whole = 0
        """How many records, in whole tiles, are compared."""
        self._differing: list[Extent] = []

    def compared(self) -> int | None:
        """Compare what was sealed and is not compared yet; how many records are, None when nothing is sealed.

        Raises RecordsDiffer, SealMismatch when the seal itself cannot be trusted, or CheckEnded.
        """
        with self._lock:
            with closing(connect(self._url, ROLE, autocommit=True)) as connection:
                connection.execute("set search_path = pg_catalog")
                check_tables(connection)
                checkpoint = newest_checkpoint(connection)
            if checkpoint is not None:
                self._differing += self._compare(checkpoint)
                self._whole = checkpoint.size // WIDTH * WIDTH
            if self._differing:
                raise RecordsDiffer(self._differing)
            return None if checkpoint is None else checkpoint.size

    def end(self) -> None:
        """End all processes; who waits for them gets CheckEnded."""
        with self._starting:
            self._ended.set()
            for process in self._processes:
                process.end()

    def _compare(self, checkpoint: Checkpoint) -> list[Extent]:
        starts = range(self._whole, checkpoint.size, STRIDE)
        self._start(min(len(starts), os.cpu_count() or 1, PROCESSES_MAX))

        def compare(after: int) -> tuple[int, list[Extent]]:
            if self._ended.is_set():
                raise CheckEnded
            until, process = min(after + STRIDE, checkpoint.size), self._idle.get()
            try:
                return until, process.differing(checkpoint, after, until)
            finally:
                self._idle.put(process)

        differing: list[Extent] = []
        with ThreadPoolExecutor(PROCESSES_MAX) as threads:
            for until, found in threads.map(compare, starts):
                differing += found
                self._report(until, checkpoint.size)
        return differing

    def _start(self, many: int) -> None:
        with self._starting:
            while len(self._processes) < many and not self._ended.is_set():
                self._processes.append(Process(self._url))
                self._idle.put(self._processes[-1])


@contextmanager
def record_check(url: str, report: Report) -> Iterator[RecordCheck]:
    """Begin to compare the database of that URL at once; the processes end with the with statement."""
    check = RecordCheck(url, report)
    with ThreadPoolExecutor(1) as first:
        # The next caller gets what it raises.
        first.submit(check.compared)
        try:
            yield check
        finally:
            check.end()
