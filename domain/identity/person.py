"""Persons as the population register knows them: number, name, address and its protection, residence and death.

The person (*fysisk person*) stays the same subject whatever number, name or address changes. CPR act.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.entry import Entries, EntrySource, Period
from domain.fact import Event, Personal
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.naming import NamingAwaited, NamingDeadlinePassed
from domain.identity.number import (
    CPR_FACTS,
    CprAnnulled,
    CprAssigned,
    CprChanged,
    CprLost,
    CprRedirected,
    CprWithdrawn,
)
from domain.identity.protection import PROTECTIONS, ProtectionScope
from domain.identity.registered import MustBeRegistered
from domain.identity.residence import (
    RESIDENCES,
    ResidenceAnnulled,
    ResidenceEndCorrected,
    ResidenceEnded,
    ResidenceEntered,
    ResidenceKind,
)
from domain.identity.uncertain_day import DayPart, UncertainDay
from domain.subject import CompanyId, CprIndex, PersonId

IN_DENMARK = frozenset({ResidenceKind.RESIDENT, ResidenceKind.DISAPPEARED})
"""Who has disappeared is not known to live elsewhere."""


class PersonEntryCause(StrEnum):
    """Why a person was entered in the register (*optagelsesgrund*)."""

    BIRTH = "birth"
    IMMIGRATION = "immigration"
    ADMINISTRATION = "administration"
    """The person needs a number, for tax or another purpose, and does not live in Denmark (status 20)."""
    REGISTER_LOAD = "register_load"
    """The person was taken over from another register, and is not new."""


class PersonRegistered(Event):
    """The person was entered in the register (*optaget i folkeregistret*). CPR act § 3."""

    once = True

    person: PersonId
    birth_date: Personal[UncertainDay | None]
    """As the register knows it; the number's own date where nothing better is known."""
    cause: PersonEntryCause = PersonEntryCause.REGISTER_LOAD
    source: EntrySource = EntrySource.REGISTER_LOAD
    resident: bool = True
    """False of one who has a number without residence (*bopæl*) in Denmark (CPR status 20)."""


class BirthCorrected(Event):
    """The birth date of the person was another than was recorded (*fødselsdato rettet*). CPR act § 6."""

    person: PersonId
    birth_date: Personal[UncertainDay]
    source: EntrySource
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class PersonDied(Event):
    """The person died (*død*, CPR status 90). Recorded again with another day, it corrects the day of the death."""

    person: PersonId
    died_on: date
    """The day of the death; of a day that is not known, the last one that it may have been."""
    known: DayPart = DayPart.DAY
    """How much of that day is known (*ufuldstændig dato*)."""
    uncertain: bool = False
    """The day is not certain (*usikkerhedsmarkering*)."""
    presumed: bool = False
    """The death is presumed of somebody who is missing (*dødsformodning*)."""
    source: EntrySource = EntrySource.MUNICIPALITY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""

    @property
    def day(self) -> UncertainDay:
        """What is known of the day."""
        return UncertainDay.within(self.died_on, self.known, uncertain=self.uncertain)


class DeathCorrected(Event):
    """The person is alive: the recorded death was a mistake (CPR status 90 undone, *annulleret*)."""

    person: PersonId
    source: EntrySource = EntrySource.MUNICIPALITY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


@dataclass(frozen=True, slots=True)
class Person(MustBeRegistered, State):
    """What a decision must know about one person; nothing in it is personal."""

    person: PersonId | None = None
    """Whose state it is; None of somebody who is not registered."""
    merged_into: PersonId | None = None
    """The entry that this one was merged with."""
    remains: PersonId | None = None
    merged: tuple[PersonId, ...] = ()
    """The entries that were merged with this one, and those merged with them before."""
    number: CprIndex | None = None
    """The number that the person bears, if it bears one; of a merged entry, the one that it bore."""
    numbers: tuple[CprIndex, ...] = ()
    """Every number that refers to the person."""
    redirected: tuple[CprRedirected, ...] = ()
    """The numbers that came from entries that are merged with this one, each from the one that was merged last."""
    resident: bool = True
    """As the person was registered."""
    residences: Entries = RESIDENCES.entity.opening
    protections: Entries = PROTECTIONS.entity.opening
    awaits_name: bool = False
    """Of a newborn who was entered without a name, until it is reported as not named in time."""
    death: PersonDied | None = None

    @property
    def registered(self) -> bool:
        return self.person is not None

    @property
    def died_on(self) -> date | None:
        """The day of the death, as long as it is recorded and not corrected; the last that it may have been."""
        return self.death.died_on if self.death else None

    @property
    def residence(self) -> Period | None:
        """The newest residence; none begins in the future."""
        return self.residences.begun[-1] if self.residences.begun else None

    @property
    def residence_kind(self) -> ResidenceKind:
        if self.residence is None:
            return ResidenceKind.RESIDENT if self.resident else ResidenceKind.NONE
        return _kind(self.residence)

    def residence_kind_on(self, day: date) -> ResidenceKind:
        """Where the person had residence on the day; before the first entry, as the person was registered.

        Whose first entry is a move to Denmark did not live there before, unless its day is uncertain.
        """
        period = self.residences.on(day)
        if period is not None:
            return _kind(period)
        first = next(iter(self.residences.begun), None)
        came = first is not None and _kind(first) is ResidenceKind.RESIDENT and not first.entered.uncertain
        return ResidenceKind.RESIDENT if self.resident and not came else ResidenceKind.NONE

    @property
    def abroad(self) -> bool:
        """True of one who is known to live outside Denmark."""
        return self.residence_kind not in IN_DENMARK

    @property
    def returned(self) -> bool:
        """Whether the present residence began by a return."""
        return self.residence is not None and self.returned_by(self.residence)

    def returned_by(self, move: Period) -> bool:
        """Whether the person moved to Denmark by it, from abroad or after being entered without residence."""
        earlier = [period for period in self.residences.begun if period.valid_from < move.valid_from]
        lived = _kind(earlier[-1]) in IN_DENMARK if earlier else self.resident
        return _kind(move) is ResidenceKind.RESIDENT and not lived

    @property
    def may_owe_duty(self) -> bool:
        """False of the dead and of those who do not live in Denmark: no duty of residents can reach them."""
        return self.died_on is None and self.residence_kind is ResidenceKind.RESIDENT

    def protected(self, day: date, scope: ProtectionScope = ProtectionScope.NAME_ADDRESS) -> bool:
        """Whether a protection of the scope holds on the Copenhagen day; who has that of name and address is in no
        directory either.
        """
        implied = scope is ProtectionScope.DIRECTORY and self.protected(day)
        return implied or self.protections.on(day, scope.value) is not None

    def evolve(self, event: Event) -> Self:
        if isinstance(event, PROTECTIONS.facts):
            return self.but(protections=self.protections.evolve(event))
        match event:
            case PersonRegistered(person=person, resident=resident):
                return self.but(person=person, resident=resident)
            case CprAssigned() | CprChanged() | CprWithdrawn() | CprAnnulled() | CprRedirected():
                return self._renumbered(event)
            case ResidenceEntered() | ResidenceEnded() | ResidenceEndCorrected() | ResidenceAnnulled():
                return self.but(residences=self.residences.evolve(event))
            case NamingAwaited() | NamingDeadlinePassed():
                return self.but(awaits_name=isinstance(event, NamingAwaited))
            case _:
                return self._ended_by(event)

    def _ended_by(self, event: Event) -> Self:
        match event:
            case CprLost():
                return self.but(number=None)
            case PersonDied() | DeathCorrected():
                return self.but(death=event if isinstance(event, PersonDied) else None)
            case EntriesMerged() | MergeAnnulled():
                return self._merged(event)
            case _:
                return self

    def _merged(self, event: EntriesMerged | MergeAnnulled) -> Self:
        annulled, concerned = isinstance(event, MergeAnnulled), (event.person, *event.merged_before)
        if self.person == event.into:
            redirected = tuple(each for each in self.redirected if each.person != event.person)
            merged = tuple(each for each in self.merged if each not in concerned)
            return self.but(redirected=redirected, merged=merged if annulled else (*merged, *concerned))
        if self.person != event.person:
            return self.but(remains=event.person if annulled else event.into)
        if annulled:
            return self.but(merged_into=None, remains=None)
        return self.but(merged_into=event.into, remains=event.into)

    def _renumbered(self, event: CprAssigned | CprChanged | CprWithdrawn | CprAnnulled | CprRedirected) -> Self:
        others = tuple(index for index in self.numbers if index != event.index)
        redirected = tuple(each for each in self.redirected if each.index != event.index)
        match event:
            case CprAssigned(index=index) | CprChanged(index=index):
                # When a merge is annulled, the merged entry gets its numbers back, also one that this entry bore.
                came = self.redirected if index in self.numbers else redirected
                return self.but(number=index, numbers=(*others, index), redirected=came)
            case CprRedirected(person=person, into=self.person, index=index) if person in self.merged:
                return self.but(numbers=(*others, index), redirected=(*redirected, event))
            case CprRedirected(into=self.person, index=index, in_use=in_use):
                return self.but(numbers=(*others, index), number=index if in_use else self.number)
            case CprRedirected():
                return self.but(numbers=others)
            case _:
                return self.but(numbers=others, redirected=redirected)


def _kind(period: Period) -> ResidenceKind:
    assert isinstance(period.entered, ResidenceEntered), "a residence is entered by its own fact"
    return period.entered.kind


PERSON = Entity(
    "person",
    Person(),
    {
        "PersonRegistered": PersonRegistered,
        "BirthCorrected": BirthCorrected,
        **{fact.__name__: fact for fact in CPR_FACTS},
        "CprLost": CprLost,
        "EntriesMerged": EntriesMerged,
        "MergeAnnulled": MergeAnnulled,
        "NamingAwaited": NamingAwaited,
        "NamingDeadlinePassed": NamingDeadlinePassed,
        "PersonDied": PersonDied,
        "DeathCorrected": DeathCorrected,
    },
    follows=(*RESIDENCES.facts, *PROTECTIONS.facts),
)
