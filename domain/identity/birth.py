"""The birth date that the register holds: a decision about age rests on it, and not on one that a caller states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from domain.command import Entity, InvalidInput, State
from domain.entry import Entered
from domain.fact import Event
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.uncertain_day import UncertainDay


class BeforeTheBirth(InvalidInput):
    """The person was not born by that day. Give a later day, or correct the birth date first."""


class DayIsBirthDate(InvalidInput):
    """A birth date is stored encrypted only, and this day would say it. Leave the day out, or give a later one."""


@dataclass(frozen=True, slots=True)
class Birth(State):
    date: UncertainDay | None = None
    """None of a company, of a person whose birth date nobody knows, and once its key is destroyed."""

    def evolve(self, event: Event) -> Self:
        match event:
            case PersonRegistered(birth_date=birth_date) | BirthCorrected(birth_date=birth_date):
                return self.but(date=birth_date if isinstance(birth_date, UncertainDay) else None)
            case _:
                return self


NOT_KNOWN = Birth()
BIRTH = Entity("birth", NOT_KNOWN, {}, follows=(PersonRegistered, BirthCorrected), opened=True)


def begins_by_birth(entered: Entered, birth: Birth) -> bool:
    """Whether the entry begins before the birth, or on a certain day that is the birth date."""
    if birth.date is None:
        return False
    says_it = entered.valid_from == birth.date.earliest and birth.date.day is not None and not entered.uncertain
    return says_it or entered.valid_from < birth.date.earliest


def must_begin_after_birth(day: date | None, birth: Birth) -> None:
    """Raise BeforeTheBirth, or DayIsBirthDate for a day that is stated and would say the birth date unencrypted."""
    if day is None or birth.date is None:
        return
    if day < birth.date.earliest:
        raise BeforeTheBirth
    if birth.date.day is not None and day == birth.date.earliest:
        raise DayIsBirthDate
