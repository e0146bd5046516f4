"""What a measurement says: our median compared with the peer's or the limit, from alternating runs."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from types import FrameType
from typing import Any, Literal

from bin.cli import output

SIGNIFICANT = 4
"""Digits that are shown; a measurement on a shared machine has fewer that mean anything."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure compared with another; `ratio` is ours over theirs, and `target` what it should be."""

    name: str
    unit: str
    runs: Sequence[float]
    against: str
    against_runs: Sequence[float]
    target: float
    wanted: Literal["at least", "at most"]

    @property
    def median(self) -> float:
        return median(self.runs)

    @property
    def against_median(self) -> float:
        return median(self.against_runs)

    @property
    def ratio(self) -> float:
        return self.median / self.against_median

    @property
    def reached(self) -> bool:
        return self.ratio >= self.target if self.wanted == "at least" else self.ratio <= self.target

    def document(self) -> dict[str, Any]:
        """As `rigsbog bench --json` prints it; `runs` are our figures, run by run."""
        return {
            "name": self.name,
            "unit": self.unit,
            "median": self.median,
            "runs": list(self.runs),
            "against": self.against,
            "against_median": self.against_median,
            "ratio": self.ratio,
        }

    def row(self) -> dict[str, str]:
        return {
            "measure": self.name,
            "median": f"{shown(self.median)} {self.unit}",
            "against": f"{self.against}: {shown(self.against_median)} {self.unit}",
            "ratio": shown(self.ratio),
            "target": f"{self.wanted} {self.target:g}",
            "reached": "yes" if self.reached else "no",
        }


_ending = threading.Event()
INTERRUPTED = 130


def drop_databases_on_sigterm() -> None:
    """Let a polite end of the process (SIGTERM) drop what the bench has made.

    An exception out of a signal is lost when it comes at a moment that cannot raise, so the next progress tries again.
    """

    def end(number: int, frame: FrameType | None) -> None:
        _ending.set()
        sys.exit(INTERRUPTED)

    signal.signal(signal.SIGTERM, end)


def progress(sentence: str) -> None:
    """Print how far the benchmark is; end it here after SIGTERM."""
    if _ending.is_set():
        sys.exit(INTERRUPTED)
    output.say(sentence)


def paired(
    label: str, runs: int, ours: Callable[[], float], theirs: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Both in turn, so that whatever else the machine does meets both alike; the first run of each warms up only."""
    mine: list[float] = []
    others: list[float] = []
    for nth in range(runs + 1):
        mine.append(ours())
        others.append(theirs())
        said = "warmed up" if nth == 0 else f"run {nth} of {runs}"
        progress(f"{label}: {said}, {shown(mine[-1])} against {shown(others[-1])}")
    return mine[1:], others[1:]


def alone(label: str, runs: int, ours: Callable[[], float]) -> list[float]:
    """Several runs against a fixed limit; the first warms up only."""
    mine: list[float] = []
    for nth in range(runs + 1):
        mine.append(ours())
        progress(f"{label}: {'warmed up' if nth == 0 else f'run {nth} of {runs}'}, {shown(mine[-1])}")
    return mine[1:]


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def shown(figure: float) -> str:
    """A figure with the digits that mean something."""
    return f"{figure:,.0f}" if figure >= 10**SIGNIFICANT else f"{figure:.{SIGNIFICANT}g}"
