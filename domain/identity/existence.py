"""Whether a person or company is registered, and whether it is dead or has ceased: a part of other states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from domain.command import State
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased, CompanyRegistered
from domain.identity.person import DeathCorrected, PersonDied, PersonRegistered

EXISTENCE_FACTS = (PersonRegistered, PersonDied, DeathCorrected, CompanyRegistered, CompanyCeased, CessationCorrected)
"""Every fact that can change it."""


@dataclass(frozen=True, slots=True)
class Existence(State):
    registered: bool = False
    ended_on: date | None = None
    """The day of the death or cessation, as long as it is recorded and not corrected."""

    def evolve(self, event: Event) -> Self:
        match event:
            case PersonRegistered() | CompanyRegistered():
                return self.but(registered=True)
            case PersonDied(died_on=day) | CompanyCeased(ceased_on=day):
                return self.but(ended_on=day)
            case DeathCorrected() | CessationCorrected():
                return self.but(ended_on=None)
            case _:
                return self


UNKNOWN = Existence()
"""Of somebody about whom nothing is recorded."""
