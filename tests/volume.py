"""How much of a long test runs: one or two cases in `make quick`, a slice in `make test`, the whole in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import TypeVar

import pytest
from _pytest.mark.structures import ParameterSet

T = TypeVar("T")

SOAK = os.environ.get("SOAK") == "1"


def part_or_whole(part: T, whole: T) -> T:
    """The slice, or the whole in `make soak`."""
    return whole if SOAK else part


def slow_except(quick: Collection[T], cases: Iterable[T]) -> list[ParameterSet]:
    """The cases as parameters of a test; `make quick` runs only those that are named as quick."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=() if case in quick else (pytest.mark.slow,)
        )
        for case in cases
    ]
