"""How much of a long test runs: a slice in `make test`, the whole in `make soak`."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")

SOAK = os.environ.get("SOAK") == "1"


def part_or_whole(part: T, whole: T) -> T:
    """The slice, or the whole in `make soak`."""
    return whole if SOAK else part
