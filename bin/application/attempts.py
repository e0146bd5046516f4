"""Repeats what met a conflict or a doubt: so many attempts, with a growing pause between them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

ATTEMPTS_MAX = 20
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.005, 0.32
"""The pause before the second attempt; it doubles until the longest, each with a jitter down to half. About 4 s in all.

Of many callers about few subjects only some get through at a time, so many short pauses are fairer than few long ones.
"""


def attempts() -> Iterator[int]:
    """The numbers of the attempts, with a growing pause of random length between them."""
    for attempt in range(ATTEMPTS_MAX):
        if attempt:
            pause = min(PAUSE_SECONDS * 2**attempt, PAUSE_SECONDS_MAX)
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
        yield attempt
