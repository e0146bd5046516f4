"""The schedule: what will fall due, in the order of its time."""

from __future__ import annotations

import heapq
from datetime import datetime
from itertools import count

from domain.due import Due


class Schedule:
    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Due]] = []
        self._numbers = count()

    def add(self, due: Due) -> None:
        heapq.heappush(self._waiting, (due.due_at, next(self._numbers), due))

    def take(self, now: datetime, limit: int) -> list[Due]:
        """Remove and return what has fallen due by now, the earliest first."""
        taken: list[Due] = []
        while self._waiting and self._waiting[0][0] <= now and len(taken) < limit:
            taken.append(heapq.heappop(self._waiting)[2])
        return taken

    @property
    def next_at(self) -> datetime | None:
        """When something falls due next; None when nothing will."""
        return self._waiting[0][0] if self._waiting else None
