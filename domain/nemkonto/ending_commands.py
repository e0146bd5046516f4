"""How a NemKonto ends, how a change is called off before its effect, and how an end is corrected or undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.command import Command, Consulted, InvalidInput, Refused
from domain.context import Context
from domain.danish_time import years_after
from domain.fact import Event
from domain.identity.mandate import Representation
from domain.nemkonto.bank_days import bank_day_after
from domain.nemkonto.designation import EndCause, NemkontoEndDropped, NemkontoEndPlanned
from domain.nemkonto.designation_commands import ChangesFrozen, DesignationCommand
from domain.nemkonto.ends import OF_A_COMPANY, OF_THE_PAYEE, call_off, end, undo
from domain.nemkonto.nemkonto import BY_THE_PAYEE, NEMKONTO, Acting, Nemkonto, Period
from domain.nemkonto.who_designates import PayeeCommand
from domain.policy import EFFECT_BANK_DAYS_MAX, ENDED_AFTER_CESSATION_DAYS, ENDED_AFTER_DEATH_YEARS
from domain.subject import CompanyId, DesignationId, PartyId, PersonId

WITH_A_DAY = frozenset({EndCause.BANKRUPTCY, EndCause.ACCOUNT_CLOSED})
"""Causes that no other register knows, so their day is reported with them."""


class NotTheActiveNemkonto(Refused):
    """This designation is not the payee's active NemKonto, so it cannot be ended. Look up which one is active."""


class EndNeedsItsDay(Refused):
    """A NemKonto ends on a past day: of the decree or of the account's closing. Send that day."""


class EndCauseNotRecorded(Refused):
    """The register holds no such death or cessation of this payee on that day. Record it first, or check the day."""


class EndCauseOfAnotherKind(Refused):
    """A person dies, and a company ceases or goes bankrupt. Give the cause that fits the payee."""


class TooEarlyToEnd(Refused):
    """A NemKonto stays active for a time after a death or a cessation, which has not passed. Ask again on the day:"""


class NobodyActs(InvalidInput):
    """Only an end on request is somebody's act for the payee. Leave out who acts, or end it on request."""


class NoSuchEnd(Refused):
    """This NemKonto has no end by this cause. Look up how and when it ended."""


class EndNotCorrected(Refused):
    """Only a decree or a closed account is corrected here. Correct a death or cessation in its own register; after an
    end on request, designate the account again.
    """


class EndedOnAnotherDay(Refused):
    """The NemKonto ended by this cause on another day. If that day is wrong, correct it with CorrectNemkontoEnd."""


class DecreeBeforeAnother(Refused):
    """An earlier decree ended an account of this payee on a later day than this. Correct the day of that one first."""


class EndNemkonto(PayeeCommand[Nemkonto, Representation, Representation]):
    """End a NemKonto without another in its place; a change that has no effect yet is called off instead.

    Only on request is it an act of the payee or for the payee. Of a merged entry only the end that follows from a death
    is recorded.
    """

    designation: DesignationId
    cause: EndCause
    happened_on: date | None = None
    """The day of the bankruptcy decree or the account's closing; of a death or cessation the register has the day."""

    def decide(
        self, context: Context, nemkonto: Nemkonto, payees: Representation, holders: Representation
    ) -> Iterator[Event]:
        if self.cause is not EndCause.DEATH_PLUS_3Y:
            nemkonto.payee.must_not_be_merged()
        acting = self._acting(context.today, payees, holders)
        period = nemkonto.period(self.designation)
        if self.designation in nemkonto.cancelled:
            return
        if period and self.cause in period.ended:
            self._must_be_the_same(period, nemkonto.payee.ended_on)
            return
        if period is None or (self.cause is not EndCause.ACCOUNT_CLOSED and period is not nemkonto.periods[-1]):
            raise NotTheActiveNemkonto
        if self.cause is EndCause.REQUEST and nemkonto.frozen:
            raise ChangesFrozen
        if self._calls_off(period, context.today):
            yield from call_off(nemkonto, period, self.payee, self.cause, acting)
            return
        day, rule = self._ends_on(context.today, nemkonto.payee.ended_on)
        for each in _concerned(nemkonto, period, self.cause, day):
            yield from end(nemkonto, each, self.payee, self.cause, day, rule, acting)

    def _must_be_the_same(self, period: Period, payee_ended_on: date | None) -> None:
        """An end that is stated again has the same day."""
        if self.cause not in WITH_A_DAY:
            if self.cause in OF_THE_PAYEE:
                self._recorded(payee_ended_on)
        elif self.happened_on and max(self.happened_on, period.effective_on) != period.ended[self.cause].day:
            raise EndedOnAnotherDay

    def _acting(self, today: date, payees: Representation, holders: Representation) -> Acting:
        """Who requests the end; of another cause nobody acts for the payee."""
        if self.cause is EndCause.REQUEST:
            return self.acting(today, payees, holders)
        if self.acted_by is not None:
            raise NobodyActs
        return BY_THE_PAYEE

    def _calls_off(self, period: Period, today: date) -> bool:
        """Whether the account is given up before it had effect."""
        if self.cause in OF_THE_PAYEE or period.ended:
            return False
        before = self._stated_day(today) if self.cause is EndCause.ACCOUNT_CLOSED else today
        return before < period.effective_on

    def _ends_on(self, today: date, payee_ended_on: date | None) -> tuple[date, str | None]:
        """The day of the end, and the rule that sets it if one does."""
        if self.cause in OF_A_COMPANY and isinstance(self.payee, PersonId):
            raise EndCauseOfAnotherKind
        if self.cause is EndCause.DEATH_PLUS_3Y and isinstance(self.payee, CompanyId):
            raise EndCauseOfAnotherKind
        match self.cause:
            case EndCause.REQUEST:
                days = EFFECT_BANK_DAYS_MAX.on(today)
                return bank_day_after(today, days.value), str(days)
            case EndCause.DEATH_PLUS_3Y | EndCause.CEASED_PLUS_360D:
                ends_on, rule = _end_of_payee(self.payee, self._recorded(payee_ended_on), today)
                if ends_on > today:
                    raise TooEarlyToEnd(ends_on)
                return ends_on, rule
            case EndCause.BANKRUPTCY | EndCause.ACCOUNT_CLOSED:
                return self._stated_day(today), None

    def _stated_day(self, today: date) -> date:
        """The day that the caller must state; raises EndNeedsItsDay."""
        if self.happened_on is None or self.happened_on > today:
            raise EndNeedsItsDay
        return self.happened_on

    def _recorded(self, ended_on: date | None) -> date:
        """The recorded day of the death or cessation; raises EndCauseNotRecorded."""
        if ended_on is None or self.happened_on not in (None, ended_on):
            raise EndCauseNotRecorded
        return ended_on


class FollowEndOfPayee(Command[Nemkonto]):
    """End the payee's accounts in time after a death or a cessation, and not after one recorded by mistake."""

    legal_basis = "BEK 788/2025 § 10"

    payee: PartyId

    def consults(self) -> tuple[Consulted[Nemkonto], ...]:
        return (NEMKONTO.of(self.payee),)

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        cause = EndCause.DEATH_PLUS_3Y if isinstance(self.payee, PersonId) else EndCause.CEASED_PLUS_360D
        ended_on = nemkonto.payee.ended_on
        if ended_on is None:
            yield from self._go_on(nemkonto, cause)
            if nemkonto.planned:
                yield NemkontoEndDropped(designation=nemkonto.planned.designation, payee=self.payee)
            return
        ends_on, rule = _end_of_payee(self.payee, ended_on, context.today)
        if ends_on <= context.today:
            for period in nemkonto.periods:
                yield from end(nemkonto, period, self.payee, cause, ends_on, rule)
            return
        yield from self._go_on(nemkonto, cause)
        last = nemkonto.periods[-1].without(cause) if nemkonto.periods else None
        if last is None or last.ended:
            return
        planned = NemkontoEndPlanned(
            designation=last.designation, payee=self.payee, cause=cause, ends_on=ends_on, rule=rule
        )
        if planned != nemkonto.planned or nemkonto.plan_settled:
            yield planned

    def _go_on(self, nemkonto: Nemkonto, cause: EndCause) -> Iterator[Event]:
        for period in nemkonto.periods:
            yield from undo(nemkonto, period, self.payee, cause)


class CorrectNemkontoEnd(DesignationCommand):
    """Correct the day of a decree or of an account's closing: all that it ended ends on the right day."""

    cause: EndCause
    happened_on: date

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        period = _ended(nemkonto, self)
        if self.happened_on > context.today:
            raise EndNeedsItsDay
        for each in _concerned(nemkonto, period, self.cause, self.happened_on):
            yield from end(nemkonto, each, self.payee, self.cause, self.happened_on)


class UndoNemkontoEnd(DesignationCommand):
    """Undo an end by a decree that was annulled, or by an account that was not closed: the NemKonto goes on."""

    cause: EndCause

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        period = _ended(nemkonto, self)
        for each in _concerned(nemkonto, period, self.cause):
            yield from undo(nemkonto, each, self.payee, self.cause)


def _end_of_payee(payee: PartyId, ended_on: date, today: date) -> tuple[date, str]:
    """When the accounts of somebody end who died or ceased on the day, and by which rule."""
    if isinstance(payee, PersonId):
        years = ENDED_AFTER_DEATH_YEARS.on(today)
        return years_after(ended_on, years.value), str(years)
    days = ENDED_AFTER_CESSATION_DAYS.on(today)
    return ended_on + timedelta(days=days.value), str(days)


def _ended(nemkonto: Nemkonto, command: CorrectNemkontoEnd | UndoNemkontoEnd) -> Period:
    """The period whose end is to be changed; raises EntryIsMerged, EndNotCorrected, NoSuchEnd."""
    nemkonto.payee.must_not_be_merged()
    if command.cause not in WITH_A_DAY:
        raise EndNotCorrected
    period = nemkonto.period(command.designation)
    if period is None or command.cause not in period.ended:
        raise NoSuchEnd
    return period


def _concerned(nemkonto: Nemkonto, period: Period, cause: EndCause, day: date | None = None) -> tuple[Period, ...]:
    """The periods that end with this one; raises DecreeBeforeAnother.

    A decree ends every account, but one that an earlier decree ended keeps that end.
    """
    if cause is not EndCause.BANKRUPTCY:
        return nemkonto.periods if cause in OF_THE_PAYEE else (period,)
    concerned = nemkonto.ended_together(cause, period.ended_by(cause) or period.designation)
    for each in nemkonto.periods[: nemkonto.periods.index(concerned[-1]) + 1]:
        if day and each not in concerned and max(day, each.effective_on) < each.ended[cause].day:
            raise DecreeBeforeAnother
    return concerned
