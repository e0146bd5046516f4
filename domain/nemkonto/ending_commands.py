"""How a NemKonto ends: on the payee's request, or by a fact about the payee or the account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.command import Refused
from domain.context import Context
from domain.danish_time import years_after
from domain.fact import Event
from domain.nemkonto.bank_days import bank_day_after
from domain.nemkonto.designation import EndCause, NemkontoEnded
from domain.nemkonto.designation_commands import DesignationCommand
from domain.nemkonto.nemkonto import Nemkonto
from domain.policy import EFFECT_BANK_DAYS_MAX, ENDED_AFTER_CESSATION_DAYS, ENDED_AFTER_DEATH_YEARS
from domain.subject import CompanyId, PersonId


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


OF_A_COMPANY = frozenset({EndCause.BANKRUPTCY, EndCause.CEASED_PLUS_360D})


class EndNemkonto(DesignationCommand):
    """End the active NemKonto without another in its place."""

    cause: EndCause
    happened_on: date | None = None
    """The day of the bankruptcy decree or the account's closing; of a death or cessation the register has the day."""

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        if self.designation in nemkonto.ended:
            return
        active = nemkonto.active
        if active is None or active.designation != self.designation:
            raise NotTheActiveNemkonto
        valid_to = active.valid_to(self._ends_on(context.today, nemkonto.payee.ended_on))
        yield NemkontoEnded(designation=self.designation, payee=self.payee, cause=self.cause, valid_to=valid_to)

    def _ends_on(self, today: date, payee_ended_on: date | None) -> date:
        if self.cause in OF_A_COMPANY and isinstance(self.payee, PersonId):
            raise EndCauseOfAnotherKind
        if self.cause is EndCause.DEATH_PLUS_3Y and isinstance(self.payee, CompanyId):
            raise EndCauseOfAnotherKind
        match self.cause:
            case EndCause.REQUEST:
                return bank_day_after(today, EFFECT_BANK_DAYS_MAX.on(today).value)
            case EndCause.DEATH_PLUS_3Y:
                ended_on = self._recorded(payee_ended_on)
                ends_on = years_after(ended_on, ENDED_AFTER_DEATH_YEARS.on(today).value)
            case EndCause.CEASED_PLUS_360D:
                ended_on = self._recorded(payee_ended_on)
                ends_on = ended_on + timedelta(days=ENDED_AFTER_CESSATION_DAYS.on(today).value)
            case EndCause.BANKRUPTCY | EndCause.ACCOUNT_CLOSED:
                if self.happened_on is None or self.happened_on > today:
                    raise EndNeedsItsDay
                return self.happened_on
        if ends_on > today:
            raise TooEarlyToEnd(ends_on)
        return ends_on

    def _recorded(self, ended_on: date | None) -> date:
        """The recorded day of the death or cessation; raises EndCauseNotRecorded."""
        if ended_on is None or self.happened_on not in (None, ended_on):
            raise EndCauseNotRecorded
        return ended_on
