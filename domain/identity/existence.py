"""Whether a person or company is registered, and whether it is dead or has ceased: a part of other states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from domain.command import Entity, State
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased, CompanyRegistered
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.person import DeathCorrected, PersonDied, PersonRegistered
from domain.identity.registered import MustBeRegistered
from domain.subject import PartyId, PersonId

EXISTENCE_FACTS = (
    PersonRegistered,
    PersonDied,
    DeathCorrected,
    EntriesMerged,
    MergeAnnulled,
    CompanyRegistered,
    CompanyCeased,
    CessationCorrected,
)
"""Every fact that can change it."""


@dataclass(frozen=True, slots=True)
class Existence(MustBeRegistered, State):
    party: PartyId | None = None
    """Whose existence it is; None of somebody who is not registered."""
    remains: PersonId | None = None
    ended_on: date | None = None
    """The day of the death or cessation, as long as it is recorded and not corrected."""

    @property
    def registered(self) -> bool:
        return self.party is not None

    def evolve(self, event: Event) -> Self:
        match event:
            case PersonRegistered(person=party) | CompanyRegistered(company=party):
                return self.but(party=party)
            case EntriesMerged(person=person, into=into) if self.party in {person, *event.merged_before}:
                return self.but(remains=into)
            case MergeAnnulled(person=person) if self.party in {person, *event.merged_before}:
                return self.but(remains=None if person == self.party else person)
            case PersonDied(died_on=day) | CompanyCeased(ceased_on=day):
                return self.but(ended_on=day)
            case DeathCorrected() | CessationCorrected():
                return self.but(ended_on=None)
            case _:
                return self


UNKNOWN = Existence()
"""Of somebody about whom nothing is recorded."""

EXISTENCE = Entity("existence", UNKNOWN, {}, follows=EXISTENCE_FACTS)
