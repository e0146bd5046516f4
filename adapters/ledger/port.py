"""The port of the ledger: PostgreSQL implements it, and tests implement it in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from adapters.ledger.entry import Appended, Consultation, Criterion, Decision, Entry


class Ledger(Protocol):
    def consult(self, criteria: Sequence[Criterion], commands: Sequence[UUID] = ()) -> Consultation:
        """What decisions read, in one snapshot."""

    def append_many(self, decisions: Sequence[Decision]) -> list[Appended]:
        """Record independent decisions in one transaction."""

    def settle(self, command: UUID) -> Appended | None:
        """The outcome of a command whose outcome was indeterminate."""

    def entries(
        self, criteria: Sequence[Criterion] = (), *, after: int = 0, until: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """Entries in the order of their positions."""
