"""Group commit: callers that come at the same time share one transaction, and so one wait for the disk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters.ledger.entry import Appended, Decision, Indeterminate

SHARED_DECISIONS_MAX = 40
"""Few enough for one statement: fewer than are appended with COPY."""

LINGER_SECONDS = 0.0005
"""How long a writer waits for as many callers as shared the last transaction: about the time of a commit."""


class Appends(Protocol):
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


class GroupCommit:
    """Group commit: the first caller writes the batch for all waiting callers."""

    def __init__(self, ledger: Appends) -> None:
        self._ledger = ledger
        self._waiting: deque[_Ticket] = deque()
        self._changed = threading.Condition()
        self._writing = False
        self._shared = 1

    def append(self, decision: Decision) -> Appended:
        """Record one decision; raises what the ledger raises."""
        ticket = _Ticket(decision)
        with self._changed:
            self._waiting.append(ticket)
            if len(self._waiting) == self._shared:
                self._changed.notify_all()
        while not ticket.done:
            with self._changed:
                self._changed.wait_for(lambda: ticket.done or not self._writing)
                if ticket.done:
                    break
                self._writing = True
                self._changed.wait_for(lambda: len(self._waiting) >= self._shared, LINGER_SECONDS)
                tickets = [self._waiting.popleft() for _ in range(min(len(self._waiting), SHARED_DECISIONS_MAX))]
                self._shared = len(tickets)
            try:
                self._write(tickets)
            finally:
                for written in tickets:
                    if not written.done:  # Interrupted: the outcome is unknown, and the caller must not wait.
                        written.failure = Indeterminate("the writer was interrupted")
                with self._changed:
                    self._writing = False
                    self._changed.notify_all()
        if ticket.failure is not None:
            raise ticket.failure
        assert ticket.outcome is not None, "a ticket without a failure has an outcome"
        return ticket.outcome

    def _write(self, tickets: list[_Ticket]) -> None:
        """Write the tickets together; if that fails, each alone, so that one bad decision harms no other.

        An indeterminate outcome goes to every caller: each looks its own command up.
        """
        try:
            for ticket, outcome in zip(
                tickets, self._ledger.append_many([ticket.decision for ticket in tickets]), strict=True
            ):
                ticket.outcome = outcome
        except Indeterminate as doubt:
            for ticket in tickets:
                ticket.failure = doubt
        except Exception as failure:  # noqa: BLE001 - handed to each caller, none is swallowed
            if len(tickets) == 1:
                tickets[0].failure = failure
                return
            for ticket in tickets:
                self._write([ticket])
