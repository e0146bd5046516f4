"""Shows how rebuilds get on: bars on a terminal, else a log line every few seconds, or JSON lines for a program."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projections.rebuilding.step import Step

SECONDS_BETWEEN_LINES = 3.0
"""Loading a large ledger takes many like steps: of each register one line in so many seconds; every other is shown."""


@contextmanager
def reporting(*, as_json: bool) -> Iterator[Callable[[Step], None]]:
    """Where steps are told, on standard error and from any thread, for the length of a with statement."""
    if as_json:
        yield _seldom(_json_line)
    elif sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _seldom(_log_line())


def _seldom(tell: Callable[[Step], None]) -> Callable[[Step], None]:
    """Tell what is new at once, and what only goes on every few seconds."""
    lock = threading.Lock()
    told: dict[str, tuple[str, float]] = {}

    def report(step: Step) -> None:
        with lock:
            did, at = told.get(step.register, ("", 0.0))
            if did != step.did or time.monotonic() - at > SECONDS_BETWEEN_LINES:
                told[step.register] = (step.did, time.monotonic())
                tell(step)

    return report


def _json_line(step: Step) -> None:
    sys.stderr.write(json.dumps({**asdict(step), "seconds_left": step.seconds_left}, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def _log_line() -> Callable[[Step], None]:
    from bin.desk.logs import logger

    log = logger()

    def tell(step: Step) -> None:
        said: dict[str, str | int] = {"note": step.note} if step.note else {}
        rate, left = step.facts_per_second, step.seconds_left
        if rate and left is not None:
            said |= {"facts_per_second": round(rate), "seconds_left": round(left)}
        log.info(
            "rebuild_step", register=step.register, did=step.did.value, position=step.position, total=step.total, **said
        )

    return tell


@contextmanager
def _bars() -> Iterator[Callable[[Step], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(), TextColumn("{task.fields[said]}", markup=False),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bars:
        known: dict[str, object] = {}
        lock = threading.Lock()

        def report(step: Step) -> None:
            rate, left = step.facts_per_second, step.seconds_left
            shown = "" if not rate or left is None else f"{rate:,.0f} facts/s, {left:.0f} s left"
            said = f"{step.did.value}: {step.note}" if step.note else step.did.value
            with lock:
                if step.register not in known:
                    known[step.register] = bars.add_task(step.register, total=step.total, rate="", said="")
                bars.update(
                    known[step.register],  # type: ignore[arg-type]  # rich's own TaskID, kept as it came
                    completed=step.position,
                    total=step.total,
                    rate=shown,
                    said=said,
                )

        yield report
