"""What a measurement says: our median compared with the peer's or the limit, from alternating runs."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
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
    output.print_notice(sentence)


def alternate(label: str, runs: int, *sides: Callable[[], float]) -> list[list[float]]:
    """The figures of each side. They run in turn, so that other work of the machine slows all sides alike.

    The first run of each only warms up.
    """
    figures: list[list[float]] = [[] for _ in sides]
    for run in range(runs + 1):
        for values, side in zip(figures, sides, strict=True):
            values.append(side())
        state = "warmed up" if run == 0 else f"run {run} of {runs}"
        progress(f"{label}: {state}, {' against '.join(shown(values[-1]) for values in figures)}")
    return [values[1:] for values in figures]


def p99(label: str, milliseconds: Sequence[float]) -> float:
    cuts = quantiles(milliseconds, n=100, method="inclusive")
    progress(f"{label}: {len(milliseconds)} facts, p50 {shown(cuts[49])} ms, p99 {shown(cuts[98])} ms")
    return cuts[98]


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def shown(figure: float) -> str:
    """A figure with the digits that mean something."""
    return f"{figure:,.0f}" if figure >= 10**SIGNIFICANT else f"{figure:.{SIGNIFICANT}g}"
