"""Recording that a person moved to Denmark, away from it, or disappeared."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Consulted
from domain.context import Context
from domain.entry import Entries, EntrySource
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth, must_begin_after_birth
from domain.identity.departure import with_departures
from domain.identity.person import PERSON, Person
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_checks import must_be_before_death, must_have_come
from domain.identity.residence import RESIDENCES, ResidenceEntered, ResidenceKind
from domain.identity.sender import DecidedByAuthority
from domain.subject import PersonId


class EnterResidence(DecidedByAuthority[Person, Entries, Birth]):
    """Record where a person has residence from a day that has come; a departure ends the address at home.

    The residence that the person has by now, with another day, corrects its day if that day was certain; the same day
    changes nothing, nor does any day where it began on one that nobody knows. A day before the residence that came
    before it is that of an earlier residence, which is recorded late.
    """

    legal_basis = RESIDENCES.legal_basis

    person: PersonId
    kind: ResidenceKind
    valid_from: date | None = None
    """None: since before today, on a day that is not recorded."""
    source: EntrySource = EntrySource.MUNICIPALITY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (
            PERSON.of(self.person),
            PERSON_ADDRESSES.of(self.person),
            BIRTH.of(self.person),
        )

    def _decide(self, context: Context, person: Person, addresses: Entries, birth: Birth) -> Iterator[Event]:
        person.must_be_registered()
        day = self.valid_from or context.today
        must_have_come(day, context)
        must_be_before_death(day, person)
        must_begin_after_birth(self.valid_from, birth)
        yield from with_departures(self._entered(context, person), person.residences, addresses)

    def _entered(self, context: Context, person: Person) -> Iterator[Event]:
        new = ResidenceEntered(
            entry=RESIDENCES.new_entry(context),
            party=self.person,
            valid_from=self.valid_from or context.today,
            uncertain=self.valid_from is None,
            source=self.source,
            decided_by=self.decided_by,
            kind=self.kind,
        )
        present, entries = person.residence, person.residences
        if present is None:
            if self.kind is not person.residence_kind:
                yield from RESIDENCES.enter(entries, new)
            return
        entered, before = present.entered, entries.before(present.track, present.valid_from)
        if before is not None and new.valid_from < before.valid_from:
            if self.kind is not person.residence_kind_on(new.valid_from):
                yield from RESIDENCES.enter_or_correct(entries, new)
        elif self.kind is person.residence_kind:
            if not entered.uncertain and self.valid_from not in {None, entered.valid_from}:
                yield from RESIDENCES.correct(entries, present.entry, new)
        else:
            yield from RESIDENCES.change(entries, new, context.today)
