"""Requests and contexts: who acts, for which authority, in which case, by which command, caused by what.

A caller makes a request. The context of a fact is the request and the legal basis, which the command itself states.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.danish_time import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to execute a command. No personal data: an actor is a role or a subject."""

    authority: str
    """The CVR number of the authority that answers for the act, or the name of a register's operator."""
    actor: str
    """Who acted: `person:<uuid>`, `system:<name>` or `employee:<pseudonym>`; never a CPR number."""
    command: UUID
    """The command's id: a repeat with the same id has no second effect."""
    correlation: UUID
    """What belongs together, from the first act to its last consequence."""
    case: str | None = None
    causation: int | None = None
    """The position of the record that caused the act, when one did."""
    effective_from: datetime | None = None
    """Effective time (*virkningstid*), when it is not the time of recording."""

    def context(self, legal_basis: str) -> Context:
        """The context of the facts that follow from the request."""
        stated: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(Request)}
        return Context(**stated, legal_basis=legal_basis)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Request):
    """Stored with every fact in header columns of its own."""

    legal_basis: str
    """The paragraph that allows the act."""
    decided_at: datetime | None = None
    """The ledger's time of the decision; not stored, because the record has its own time."""

    @property
    def now(self) -> datetime:
        """The ledger's clock: the only clock that a decision may read."""
        assert self.decided_at is not None, "the command handler reads the ledger's clock before each decision"
        return self.decided_at

    @property
    def today(self) -> date:
        """The Danish day on the ledger's clock."""
        return day_of(self.now)

    def at(self, now: datetime) -> Context:
        return replace(self, decided_at=now)
