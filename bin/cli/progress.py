"""Shows the progress of long work: bars on a terminal, JSON lines for a program, else a log line every few seconds."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from adapters.logs import logger
from projections.rebuilding.step import RebuildStep

SECONDS_BETWEEN_LINES = 3.0


@dataclass(frozen=True, slots=True)
class Reached:
    position: int
    total: int
    facts_per_second: float | None
    did: str
    register: str = "ledger"
    note: str = ""

    @property
    def seconds_left(self) -> float | None:
        return None if not self.facts_per_second else (self.total - self.position) / self.facts_per_second


Report = Callable[[RebuildStep | Reached], None]


def counting(report: Report, did: str, start: int = 0) -> Callable[[int, int], None]:
    """A callback that reports so many records of so many; the rate counts from now, when `start` of them were done."""
    rate = rate_since_now()

    def count(done: int, total: int) -> None:
        report(Reached(done, total, rate(done - start), did))

    return count


def rate_since_now() -> Callable[[int], float | None]:
    """A function that says how many a second were done since now; None at once."""
    began = time.monotonic()

    def rate(done: int) -> float | None:
        seconds = time.monotonic() - began
        return done / seconds if seconds else None

    return rate


@contextmanager
def reporting(*, as_json: bool, event: str = "rebuild_step") -> Iterator[Report]:
    """Shows steps on standard error; the function that it gives can be called from any thread."""
    if as_json:
        yield _throttled(_print_json)
    elif sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _throttled(partial(_log, event))


def _throttled(write: Report) -> Report:
    """Of each register: a new kind of step at once, the same kind again every few seconds."""
    lock = threading.Lock()
    written: dict[str, tuple[str, float]] = {}

    def report(step: RebuildStep | Reached) -> None:
        with lock:
            did, at = written.get(step.register, ("", 0.0))
            if did != step.did or time.monotonic() - at > SECONDS_BETWEEN_LINES:
                written[step.register] = (step.did, time.monotonic())
                write(step)

    return report


def _print_json(step: RebuildStep | Reached) -> None:
    sys.stderr.write(json.dumps({**asdict(step), "seconds_left": step.seconds_left}, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def _log(event: str, step: RebuildStep | Reached) -> None:
    more: dict[str, str | int] = {"note": step.note} if step.note else {}
    if step.facts_per_second and step.seconds_left is not None:
        more |= {"facts_per_second": round(step.facts_per_second), "seconds_left": round(step.seconds_left)}
    logger().info(event, register=step.register, did=str(step.did), position=step.position, total=step.total, **more)


@contextmanager
def _bars() -> Iterator[Report]:
    rate, did = TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[did]}", markup=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeElapsedColumn(), did)
    tasks: dict[str, TaskID] = {}
    lock = threading.Lock()
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def report(step: RebuildStep | Reached) -> None:
            rate = ""
            if step.facts_per_second and step.seconds_left is not None:
                rate = f"{step.facts_per_second:,.0f} facts/s, {step.seconds_left:.0f} s left"
            did = f"{step.did}: {step.note}" if step.note else str(step.did)
            with lock:
                if step.register not in tasks:
                    tasks[step.register] = bars.add_task(step.register, total=step.total, rate="", did="")
            bars.update(tasks[step.register], completed=step.position, total=step.total, rate=rate, did=did)

        yield report
