"""The birth date that the register holds: a decision about age rests on it, and not on one that a caller states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from domain.command import Entity, State
from domain.fact import Event
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.uncertain_day import UncertainDay


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


BIRTH = Entity("birth", Birth(), {}, follows=(PersonRegistered, BirthCorrected), opened=True)
