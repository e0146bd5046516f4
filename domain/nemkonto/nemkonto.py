"""All that one payee designated, and what became of it: the state on which each decision about a NemKonto rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.command import Entity, State
from domain.fact import Event
from domain.identity.existence import EXISTENCE_FACTS, UNKNOWN, Existence
from domain.nemkonto.account import AccountKind
from domain.nemkonto.designation import (
    ActivationLetterOrdered,
    ActivationRefused,
    DesignationBlocked,
    DesignationExpired,
    DesignationReplaced,
    DesignationWithdrawn,
    NemkontoActivated,
    NemkontoChangeNotified,
    NemkontoDesignated,
    NemkontoEnded,
    NemkontoSuperseded,
)
from domain.subject import AccountIndex, DesignationId


@dataclass(frozen=True, slots=True)
class Designated:
    account_index: AccountIndex
    account_kind: AccountKind
    requested_on: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A designation that awaits activation."""

    designation: DesignationId
    code_hash: str
    valid_until: datetime
    wrong_attempts: int = 0


@dataclass(frozen=True, slots=True)
class Active:
    designation: DesignationId
    effective_on: date

    def valid_to(self, day: date) -> date:
        """When its validity ends if it is to end on the day: never before it began; then it never took effect."""
        return max(day, self.effective_on)


@dataclass(frozen=True, slots=True)
class Nemkonto(State):
    """All that one payee designated, and what became of it."""

    payee: Existence = UNKNOWN
    designated: Mapping[DesignationId, Designated] = field(default_factory=dict)
    """Every designation there ever was."""
    waiting: Waiting | None = None
    active: Active | None = None
    activated: frozenset[DesignationId] = frozenset()
    ended: frozenset[DesignationId] = frozenset()
    withdrawn: frozenset[DesignationId] = frozenset()
    notified: frozenset[DesignationId] = frozenset()

    @property
    def active_account(self) -> AccountIndex | None:
        return self.designated[self.active.designation].account_index if self.active else None

    def evolve(self, event: Event) -> Nemkonto:
        changes: dict[str, object] = {}
        match event:
            case NemkontoDesignated(designation=designation):
                account = Designated(event.account_index, event.account_kind, event.requested_on)
                changes = {"designated": {**self.designated, designation: account}}
            case ActivationLetterOrdered(designation=designation, code_hash=code_hash, valid_until=valid_until):
                changes = {"waiting": Waiting(designation, code_hash, valid_until)}
            case ActivationRefused(attempt=attempt) if self.waiting:
                changes = {"waiting": replace(self.waiting, wrong_attempts=attempt)}
            case NemkontoActivated(designation=designation, effective_on=effective_on):
                changes = {
                    "waiting": None,
                    "active": Active(designation, effective_on),
                    "activated": self.activated | {designation},
                }
            case DesignationWithdrawn(designation=designation):
                changes = {"waiting": None, "withdrawn": self.withdrawn | {designation}}
            case DesignationReplaced() | DesignationExpired() | DesignationBlocked():
                changes = {"waiting": None}
            case NemkontoEnded(designation=designation):
                changes = {"active": None, "ended": self.ended | {designation}}
            case NemkontoChangeNotified(designation=designation):
                changes = {"notified": self.notified | {designation}}
            case _:
                changes = {"payee": self.payee.evolve(event)}
        return self.but(**changes)


NEMKONTO = Entity(
    "nemkonto",
    Nemkonto(),
    {
        "NemkontoDesignated": NemkontoDesignated,
        "ActivationLetterOrdered": ActivationLetterOrdered,
        "ActivationRefused": ActivationRefused,
        "NemkontoActivated": NemkontoActivated,
        "NemkontoSuperseded": NemkontoSuperseded,
        "NemkontoEnded": NemkontoEnded,
        "DesignationReplaced": DesignationReplaced,
        "DesignationWithdrawn": DesignationWithdrawn,
        "DesignationExpired": DesignationExpired,
        "DesignationBlocked": DesignationBlocked,
        "NemkontoChangeNotified": NemkontoChangeNotified,
    },
    follows=EXISTENCE_FACTS,
)
"""Consulted by payee, so that of two designations at once one is decided after the other."""
