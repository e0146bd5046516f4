"""All that one payee designated, and what became of it: the state on which each decision about a NemKonto rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from domain.command import Entity, State
from domain.fact import Event
from domain.identity.existence import EXISTENCE_FACTS, UNKNOWN, Existence
from domain.nemkonto.account import AccountKind
from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from domain.nemkonto.change_notice import ChangeNoticeGiven
from domain.nemkonto.designation import (
    AccountHolderEnded,
    ActivationLetterOrdered,
    ActivationRefused,
    DesignationBlocked,
    DesignationCancelled,
    DesignationExpired,
    DesignationReplaced,
    DesignationVoided,
    DesignationWithdrawn,
    EndCause,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoEndCorrected,
    NemkontoEndDropped,
    NemkontoEnded,
    NemkontoEndPlanned,
    NemkontoRestored,
    NemkontoSuperseded,
)
from domain.subject import AccountIndex, DesignationId, EntryId, NoticeId, PersonId


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts for a payee, as the facts hold it: somebody by a mandate, or the payee."""

    acted_by: PersonId | None = None
    mandate: EntryId | None = None
    age_rule: str | None = None
    """The rule that says from which age a person acts alone; None of a company."""

    @property
    def fields(self) -> dict[str, Any]:
        return {"acted_by": self.acted_by, "mandate": self.mandate, "age_rule": self.age_rule}


BY_THE_PAYEE = Acting()
"""No other is named, and no age was asked for."""


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
class End:
    """From which day an account holds no more, by which rule if one set the day, and who requested it."""

    day: date
    rule: str | None
    acting: Acting = BY_THE_PAYEE
    last: DesignationId | None = None
    """The last account that the payee had at this end: what one decree ended has the same."""


@dataclass(frozen=True, slots=True)
class Period:
    """One designation that was activated: from when it holds, and the end by each cause that ends it."""

    designation: DesignationId
    effective_on: date
    ended: Mapping[EndCause, End] = field(default_factory=dict)

    def without(self, cause: EndCause) -> Period:
        """The same, as if the cause did not end it."""
        return replace(self, ended={each: end for each, end in self.ended.items() if each is not cause})

    def ended_by(self, cause: EndCause) -> DesignationId | None:
        """The last account that the payee had when the cause ended this one; None if it did not."""
        return self.ended[cause].last if cause in self.ended else None

    def evolve(self, event: Event, last: DesignationId | None) -> Period:
        """The period after a fact about an end, if it is about this one; an end that is said again stays the same."""
        match event:
            case NemkontoEnded(designation=self.designation, cause=cause):
                acting = Acting(event.acted_by, event.mandate, event.age_rule)
                end = End(event.valid_to, event.rule, acting, self.ended_by(cause) or last)
                return replace(self, ended={**self.ended, cause: end})
            case NemkontoEndCorrected(designation=self.designation, cause=cause):
                end = End(event.valid_to, event.rule, last=self.ended_by(cause) or last)
                return replace(self, ended={**self.ended, cause: end})
            case NemkontoRestored(designation=self.designation, cause=cause) if cause:
                return self.without(cause)
            case _:
                return self


@dataclass(frozen=True, slots=True)
class Nemkonto(State):
    """All that one payee designated, and what became of it."""

    payee: Existence = UNKNOWN
    designated: Mapping[DesignationId, Designated] = field(default_factory=dict)
    """Every designation there ever was."""
    waiting: Waiting | None = None
    periods: tuple[Period, ...] = ()
    """In the order of activation, without those that were called off or void."""
    activated: frozenset[DesignationId] = frozenset()
    frozen: bool = False
    """Whether the payee froze changes."""
    planned: NemkontoEndPlanned | None = None
    """The end to come of a payee who died or ceased."""
    plan_settled: bool = False
    """Whether the account of the plan ended since it was planned: an account that is restored is planned anew."""
    cancelled: frozenset[DesignationId] = frozenset()
    voided: frozenset[DesignationId] = frozenset()
    called_off: Period | None = None
    """The last period that was called off or void: what ended it ends the ones before it that go on."""
    withdrawn: frozenset[DesignationId] = frozenset()
    sharers: frozenset[DesignationId] = frozenset()
    """The designations of others who use the account of this payee, who died or ceased."""
    notices: frozenset[NoticeId] = frozenset()

    @property
    def active(self) -> Period | None:
        """The last one that was activated, unless it was ended."""
        return self.periods[-1] if self.periods and not self.periods[-1].ended else None

    def period(self, designation: DesignationId) -> Period | None:
        return next((period for period in self.periods if period.designation == designation), None)

    def superseding(self, period: Period) -> Period | None:
        """Of the ones that were activated later, the one that has effect first."""
        designations = [each.designation for each in self.periods]
        later = self.periods[designations.index(period.designation) + 1 :]
        return min(later, key=lambda each: each.effective_on, default=None)

    def valid_to(self, period: Period) -> date | None:
        """The first day on which it holds no more, never before it began; None while nothing ends it."""
        by = self.superseding(period)
        days = [*([by.effective_on] if by else []), *(end.day for end in period.ended.values())]
        return max(min(days), period.effective_on) if days else None

    def held_from(self, day: date) -> tuple[Period, ...]:
        """Every one that holds on the day or will hold later."""
        ends = {period.designation: self.valid_to(period) for period in self.periods}
        return tuple(
            period
            for period in self.periods
            if (end := ends[period.designation]) is None or end > max(day, period.effective_on)
        )

    def accounts_from(self, day: date) -> tuple[AccountIndex, ...]:
        """Each account that is the NemKonto on the day or will be later."""
        periods = self.held_from(day)
        return tuple(dict.fromkeys(self.designated[period.designation].account_index for period in periods))

    def ended_together(self, cause: EndCause, last: DesignationId | None) -> tuple[Period, ...]:
        """Every period that the payee had at such an end, but for those that an earlier such end had ended."""
        nths = [nth for nth, each in enumerate(self.periods) if last in {each.designation, each.ended_by(cause)}]
        had = self.periods[: max(nths, default=-1) + 1]
        return tuple(each for each in had if each.ended_by(cause) in {None, last})

    @property
    def active_account(self) -> AccountIndex | None:
        return self.designated[self.active.designation].account_index if self.active else None

    def evolve(self, event: Event) -> Nemkonto:
        changes: dict[str, object] = {}
        match event:
            case NemkontoDesignated(designation=designation) if self.payee.party in {None, event.payee}:
                account = Designated(event.account_index, event.account_kind, event.requested_on)
                changes = {"designated": {**self.designated, designation: account}}
            case ActivationLetterOrdered(designation=designation, code_hash=code_hash, valid_until=valid_until):
                changes = {"waiting": Waiting(designation, code_hash, valid_until)}
            case ActivationRefused(attempt=attempt) if self.waiting:
                changes = {"waiting": replace(self.waiting, wrong_attempts=attempt)}
            case NemkontoActivated(designation=designation, effective_on=effective_on):
                changes = {
                    "waiting": None,
                    "called_off": None,
                    "periods": (*self.periods, Period(designation, effective_on)),
                    "activated": self.activated | {designation},
                }
            case DesignationWithdrawn(designation=designation):
                changes = {"waiting": None, "withdrawn": self.withdrawn | {designation}}
            case DesignationReplaced() | DesignationExpired() | DesignationBlocked():
                changes = {"waiting": None}
            case NemkontoEnded() | NemkontoEndCorrected() | NemkontoRestored():
                last = self._last_at(event)
                periods = tuple(period.evolve(event, last) for period in self.periods)
                changes = {"periods": periods, "plan_settled": self.plan_settled or self._ends_planned(event)}
            case DesignationCancelled() | DesignationVoided():
                return self._without(event)
            case _:
                return self._evolve_payee(event)
        return self.but(**changes)

    def _without(self, event: DesignationCancelled | DesignationVoided) -> Nemkonto:
        """After a designation was called off, or was void."""
        designation = event.designation
        after = self.but(periods=self._but(designation), called_off=self.period(designation))
        if isinstance(event, DesignationCancelled):
            return after.but(cancelled=self.cancelled | {designation})
        waiting = None if self.waiting and self.waiting.designation == designation else self.waiting
        return after.but(waiting=waiting, voided=self.voided | {designation})

    def _evolve_payee(self, event: Event) -> Nemkonto:
        """After a fact that is about the payee, and not about which account holds."""
        match event:
            case ChangeFreezeSet() | ChangeFreezeLifted():
                return self.but(frozen=isinstance(event, ChangeFreezeSet))
            case ChangeNoticeGiven(notice=notice):
                return self.but(notices=self.notices | {notice})
            case NemkontoEndPlanned() | NemkontoEndDropped():
                return self.but(planned=event if isinstance(event, NemkontoEndPlanned) else None, plan_settled=False)
            case AccountHolderEnded(designation=designation):
                return self.but(sharers=self.sharers | {designation})
            case _:
                payee = self.payee.evolve(event)
                return self.but(payee=payee, sharers=self.sharers if payee.ended_on else frozenset())

    def _ends_planned(self, event: Event) -> bool:
        """Whether the account ends of which an end is planned."""
        planned = None if self.planned is None else self.planned.designation
        return isinstance(event, NemkontoEnded) and event.designation == planned

    def _last_at(self, event: Event) -> DesignationId | None:
        """The last account that the payee had when this end was stated."""
        if isinstance(event, NemkontoEnded) and self.called_off and event.cause in self.called_off.ended:
            return self.called_off.ended_by(event.cause)
        return self.periods[-1].designation if self.periods else None

    def _but(self, designation: DesignationId) -> tuple[Period, ...]:
        return tuple(period for period in self.periods if period.designation != designation)


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
        "NemkontoEndPlanned": NemkontoEndPlanned,
        "NemkontoEndDropped": NemkontoEndDropped,
        "NemkontoEndCorrected": NemkontoEndCorrected,
        "NemkontoRestored": NemkontoRestored,
        "DesignationCancelled": DesignationCancelled,
        "DesignationVoided": DesignationVoided,
        "ChangeFreezeSet": ChangeFreezeSet,
        "ChangeFreezeLifted": ChangeFreezeLifted,
        "AccountHolderEnded": AccountHolderEnded,
        "DesignationReplaced": DesignationReplaced,
        "DesignationWithdrawn": DesignationWithdrawn,
        "DesignationExpired": DesignationExpired,
        "DesignationBlocked": DesignationBlocked,
        "ChangeNoticeGiven": ChangeNoticeGiven,
    },
    follows=EXISTENCE_FACTS,
)
"""Consulted by payee, so that of two designations at once one is decided after the other."""
