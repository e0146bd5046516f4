"""Mandates: who may act for whom, in what, from when until when (*læseadgang*, *fuldmagt*, *værgemål*, *bobestyrer*).

A mandate is an entry. Its `party` is the giver, for whom the holder acts, also where a court appointed the holder. It
holds while giver and holder live, or exist: a decision sees a death or a cessation from its own fact alone. What is an
estate's is the opposite: it holds only while the giver is dead or has ceased. Sources: borger.dk; virk.dk; cpr.dk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Self

from domain.command import Entity, State
from domain.danish_time import years_after
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntryEndCause, EntrySource
from domain.fact import Event, Personal
from domain.identity.birth import NOT_KNOWN, Birth
from domain.identity.existence import EXISTENCE_FACTS, UNKNOWN, Existence
from domain.identity.person import BirthCorrected
from domain.matter import Matter
from domain.policy import MAJORITY_YEARS
from domain.subject import CompanyId, EntryId, PartyId, PersonId, SubjectId


class MandateKind(StrEnum):
    """What makes its holder act for its giver."""

    READ = "read"
    """The giver lets the holder read the giver's post, and be served for the giver (*læseadgang*)."""
    READ_WRITE = "read_write"
    """And write in the giver's name (*læse- og skriveadgang*)."""
    POWER_OF_ATTORNEY = "power_of_attorney"
    """The giver lets the holder act (*fuldmagt*)."""
    GUARDIAN = "guardian"
    """The holder is appointed guardian of the giver (*værge*)."""
    CUSTODY = "custody"
    """The holder has custody of the giver, a child, until it is of age (*forældremyndighed*); no fact says that day."""
    ESTATE = "estate"
    """The holder represents the estate of the giver, who is dead (*bobestyrer*, *skiftefuldmagt*)."""
    CURATOR = "curator"
    """The holder is the curator of the giver's estate (*kurator*), let in once the giver has ceased or is dead."""
    LIQUIDATOR = "liquidator"
    """The holder liquidated the giver, and is let in once that company has ceased (*likvidator*)."""
    SIGNATORY = "signatory"
    """The holder signs for the giver, a company (*tegningsberettiget*)."""


class MandateScope(StrEnum):
    """In what the holder acts."""

    MAIL = "mail"
    NEMKONTO = "nemkonto"
    EID = "eid"
    SERVICE = "service"
    """The services of authorities (*selvbetjening*)."""
    ALL = "all"

    def covers(self, scope: MandateScope) -> bool:
        return self in {scope, MandateScope.ALL}


BY_THE_GIVER = frozenset({EntrySource.PARTY, EntrySource.REGISTER_LOAD})
APPOINTED = frozenset({EntrySource.COURT, EntrySource.AUTHORITY})
"""Who appoints the representatives of an estate: never the giver, and never a load without its document."""
BOTH = (PersonId, CompanyId)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """Who may give a mandate of one kind, and by which paragraph."""

    paragraph: str
    givers: tuple[type[SubjectId], ...] = BOTH
    holders: tuple[type[SubjectId], ...] = BOTH
    sources: frozenset[EntrySource] = APPOINTED | {EntrySource.REGISTER_LOAD}
    scopes: frozenset[MandateScope] = frozenset(MandateScope)
    of_the_giver: bool = False
    """The giver gives it, who must be of age."""
    of_an_estate: bool = False
    """The giver is dead or has ceased, and a document proves the appointment."""


KIND_RULES: Mapping[MandateKind, KindRule] = MappingProxyType(
    {
        MandateKind.READ: KindRule(
            paragraph="BEK 2020/2021 § 12",
            sources=BY_THE_GIVER,
            scopes=frozenset({MandateScope.MAIL}),
            of_the_giver=True,
        ),
        MandateKind.READ_WRITE: KindRule(
            paragraph="BEK 2020/2021 § 12",
            sources=BY_THE_GIVER,
            scopes=frozenset({MandateScope.MAIL}),
            of_the_giver=True,
        ),
        MandateKind.POWER_OF_ATTORNEY: KindRule(paragraph="aftaleloven § 10", sources=BY_THE_GIVER, of_the_giver=True),
        MandateKind.GUARDIAN: KindRule(paragraph="værgemålsloven § 5", givers=(PersonId,)),
        MandateKind.CUSTODY: KindRule(
            paragraph="forældreansvarsloven § 1",
            givers=(PersonId,),
            holders=(PersonId,),
            sources=APPOINTED | {EntrySource.MUNICIPALITY, EntrySource.REGISTER_LOAD},
        ),
        MandateKind.ESTATE: KindRule(
            paragraph="BEK 1553/2013 § 14", givers=(PersonId,), sources=APPOINTED, of_an_estate=True
        ),
        MandateKind.CURATOR: KindRule(paragraph="LBK 686/2021 § 3(2)", sources=APPOINTED, of_an_estate=True),
        MandateKind.LIQUIDATOR: KindRule(
            paragraph="LBK 686/2021 § 3(2)", givers=(CompanyId,), sources=APPOINTED, of_an_estate=True
        ),
        MandateKind.SIGNATORY: KindRule(
            paragraph="selskabsloven § 135",
            givers=(CompanyId,),
            holders=(PersonId,),
            sources=BY_THE_GIVER | {EntrySource.AUTHORITY},
        ),
    }
)


ACTING_KINDS = frozenset(
    {MandateKind.POWER_OF_ATTORNEY, MandateKind.GUARDIAN, MandateKind.CUSTODY, MandateKind.SIGNATORY}
)
"""The kinds that let their holder do more than read and write: ask, appeal and decide for the giver."""
WRITING_KINDS = ACTING_KINDS | {MandateKind.READ_WRITE}
"""The kinds that let their holder write letters in the giver's name (*skriveadgang*). egedalkommune.dk; vejle.dk."""


class MandateGranted(Entered):
    """The holder may act for the giver from a day (*fuldmagt givet*, *værge beskikket*). borger.dk; virk.dk."""

    may_end_at_once: ClassVar[bool] = True

    held_by: PartyId
    kind: MandateKind
    scope: MandateScope
    rule: str | None = None
    """The rule and its version by which the giver is of age, or custody ends; None where no age counts."""
    document: Personal[str | None] = None
    """What proves an appointment, such as the court's number of a probate certificate (*skifteretsattest*)."""
    follows: EntryId | None = None
    """The mandate of an entry that was merged with the giver's or the holder's, which holds on as this one."""

    @property
    def track(self) -> str:
        """Mandates of different holders, kinds and scopes hold at the same time."""
        return f"{self.party} {self.held_by} {self.kind} {self.scope}"

    @property
    def named(self) -> Mapping[str, SubjectId]:
        return {**super().named, "held_by": self.held_by}

    @property
    def paragraph(self) -> str:
        return KIND_RULES[self.kind].paragraph

    def stated_by(self, party: PartyId) -> EntryEndCause:
        """The giver takes back what the giver gave; a holder gives up what the holder has."""
        if party == self.held_by:
            return EntryEndCause.HOLDER
        return EntryEndCause.GIVER if KIND_RULES[self.kind].of_the_giver else EntryEndCause.STATED


class MandateEnded(Ended):
    """The mandate holds no more (*adgangen er ophørt*, *fuldmagt tilbagekaldt*). borger.dk; virk.dk."""

    held_by: PartyId


class MandateEndCorrected(EndCorrected):
    """The mandate holds longer than was recorded, as after a death by mistake (*ophør rettet*). borger.dk."""

    held_by: PartyId


class MandateAnnulled(Annulled):
    """The mandate never held (*adgangen er annulleret*): who read by it had no right to. GDPR art. 33."""

    held_by: PartyId


MANDATES = Matter(
    "mandate",
    entered=MandateGranted,
    ended=MandateEnded,
    end_corrected=MandateEndCorrected,
    annulled=MandateAnnulled,
    legal_basis="BEK 2020/2021 § 12",
)


@dataclass(frozen=True, slots=True)
class Representation(State):
    """Who may act for one person or company, and whether that one lives, or exists."""

    existence: Existence = UNKNOWN
    birth: Birth = NOT_KNOWN
    mandates: Entries = field(default=Entries(MANDATES))
    """Those that name the party, be it as giver or as holder."""

    @property
    def ended(self) -> bool:
        return self.existence.ended_on is not None

    def mandate(
        self,
        giver: PartyId,
        holder: PartyId,
        scope: MandateScope,
        day: date,
        kinds: frozenset[MandateKind] | None = None,
    ) -> MandateGranted | None:
        """The mandate by which the holder acts for the giver, whose representation this is, on the day.

        None if there is none. Whether the holder lives is the holder's own representation.
        """
        for period in self.mandates.periods:
            granted = period.entered
            assert isinstance(granted, MandateGranted), "a mandate is entered by its own fact"
            if (granted.party, granted.held_by) != (giver, holder) or not granted.scope.covers(scope):
                continue
            of_an_estate = KIND_RULES[granted.kind].of_an_estate
            if granted.kind is MandateKind.CUSTODY and not self.is_child(day):
                continue
            if of_an_estate == self.ended and period.holds(day) and (kinds is None or granted.kind in kinds):
                return granted
        return None

    def is_child(self, day: date) -> bool:
        """Whether somebody can have custody of the party: not if the birth date is not known (any more)."""
        ends = majority(self.birth, day)
        return ends is not None and day < ends

    def evolve(self, event: Event) -> Self:
        if isinstance(event, MANDATES.facts):
            return self.but(mandates=self.mandates.evolve(event))
        return self.but(existence=self.existence.evolve(event), birth=self.birth.evolve(event))


REPRESENTATION = Entity(
    "representation",
    Representation(),
    {},
    follows=(*MANDATES.facts, *EXISTENCE_FACTS, BirthCorrected),
    opened=True,
)
"""Opened, because custody ends by the birth date."""


def majority(birth: Birth, today: date) -> date | None:
    """The first day on which nobody has custody, by the last day that the birth may have been; None if unknown."""
    return None if birth.date is None else years_after(birth.date.latest, MAJORITY_YEARS.on(today).value)
