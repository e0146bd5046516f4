"""A coalescing writer: callers that come at the same time share one transaction, and so one wait for the disk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters.entry import Appended, Decision

SHARED_DECISIONS_MAX = 40
"""Few enough that one statement takes them all, below the size from which they would be copied in."""


class Appends(Protocol):
    """What the writer stands in front of."""

    def append_many(self, decisions: Sequence[Decision]) -> list[Appended]:
        """Record independent decisions in one transaction."""


@dataclass(slots=True)
class _Ticket:
    decision: Decision
    outcome: Appended | None = None
    failure: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.outcome is not None or self.failure is not None


class CoalescingWriter:
    """Whoever has the turn writes for all who wait; the order of turns is the order of positions."""

    def __init__(self, ledger: Appends) -> None:
        self._ledger = ledger
        self._waiting: deque[_Ticket] = deque()
        self._turn = threading.Lock()

    def append(self, decision: Decision) -> Appended:
        """Record one decision; raises what the ledger raises."""
        ticket = _Ticket(decision)
        self._waiting.append(ticket)
        while not ticket.done:
            with self._turn:
                if not ticket.done:
                    self._write([self._waiting.popleft() for _ in range(min(len(self._waiting), SHARED_DECISIONS_MAX))])
        if ticket.failure is not None:
            raise ticket.failure
        assert ticket.outcome is not None, "a ticket without a failure has an outcome"
        return ticket.outcome

    def _write(self, tickets: list[_Ticket]) -> None:
        """Write the tickets together; if that fails, each alone, so that one bad decision harms no other."""
        try:
            for ticket, outcome in zip(
                tickets, self._ledger.append_many([one.decision for one in tickets]), strict=True
            ):
                ticket.outcome = outcome
        except Exception as failure:  # noqa: BLE001 - handed to each caller, none is swallowed
            if len(tickets) == 1:
                tickets[0].failure = failure
                return
            for ticket in tickets:
                self._write([ticket])
