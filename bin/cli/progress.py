"""Shows how long work gets on: bars on a terminal, else a log line every few seconds, or JSON lines for a program."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from adapters.logs import logger

SECONDS_BETWEEN_LINES = 3.0
"""Loading a large ledger takes many like steps: of each work one line in so many seconds; every other is shown."""


class Step(Protocol):
    """One thing done of some work that goes from position to position: a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def register(self) -> str:
        """Which register, or `ledger`."""

    @property
    def did(self) -> StrEnum:
        """What has just been done."""

    @property
    def position(self) -> int:
        """How far it has come."""

    @property
    def total(self) -> int:
        """How far it is to come."""

    @property
    def note(self) -> str:
        """What else is to be said; mostly nothing."""

    @property
    def facts_per_second(self) -> float | None:
        """The rate, once it can be told."""

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate; None while there is none."""


class Did(StrEnum):
    """What has just been done to the ledger as a whole."""

    HASHED = "hashed again"
    SEALED = "sealed"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Reached:
    """So many records are done."""

    position: int
    total: int
    facts_per_second: float | None
    did: Did
    register: str = "ledger"
    note: str = ""

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate."""
        return None if not self.facts_per_second else (self.total - self.position) / self.facts_per_second


def counting(report: Callable[[Step], None], did: Did, start: int = 0) -> Callable[[int, int], None]:
    """Tell how many records are done of how many; the rate is that since now, when `start` of them were done."""
    began = time.monotonic()

    def tell(done: int, total: int) -> None:
        seconds = time.monotonic() - began
        report(Reached(done, total, (done - start) / seconds if seconds else None, did))

    return tell


@contextmanager
def reporting(*, as_json: bool, event: str = "rebuild_step") -> Iterator[Callable[[Step], None]]:
    """Where steps are told, on standard error and from any thread, for the length of a with statement."""
    if as_json:
        yield _seldom(_json_line)
    elif sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _seldom(_log_line(event))


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


def _log_line(event: str) -> Callable[[Step], None]:
    log = logger()

    def tell(step: Step) -> None:
        said: dict[str, str | int] = {"note": step.note} if step.note else {}
        rate, left = step.facts_per_second, step.seconds_left
        if rate and left is not None:
            said |= {"facts_per_second": round(rate), "seconds_left": round(left)}
        log.info(event, register=step.register, did=step.did.value, position=step.position, total=step.total, **said)

    return tell


@contextmanager
def _bars() -> Iterator[Callable[[Step], None]]:
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
