"""Recording that a person moved to Denmark, away from it, or disappeared."""

from collections.abc import Iterator
from datetime import date

from domain.context import Context
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.person import Person
from domain.identity.person_checks import PersonCommand, must_be_before_death, must_be_registered, must_have_come
from domain.identity.residence import RESIDENCES, ResidenceEntered, ResidenceKind


class EnterResidence(PersonCommand):
    """Record where a person has residence from a day that has come.

    The residence that the person has by now, with another day, corrects its day; the same day changes nothing.
    """

    kind: ResidenceKind
    valid_from: date
    source: EntrySource = EntrySource.MUNICIPALITY

    def decide(self, context: Context, person: Person) -> Iterator[Event]:
        must_be_registered(person)
        must_have_come(self.valid_from, context)
        must_be_before_death(self.valid_from, person)
        new = ResidenceEntered(
            entry=RESIDENCES.new_entry(context),
            party=self.person,
            valid_from=self.valid_from,
            source=self.source,
            kind=self.kind,
        )
        present, entries = person.residence, person.residences
        if present is None:
            if self.kind is not person.residence_kind:
                yield from RESIDENCES.enter(entries, new)
            return
        entered = present.entered
        if self.kind is person.residence_kind:
            if not entered.uncertain and entered.valid_from != self.valid_from:
                yield from RESIDENCES.correct(entries, present.entry, new)
        elif entered.uncertain and self.valid_from < entered.valid_from:
            # It began before, nobody knows when: by then the person had moved on.
            yield from RESIDENCES.correct(entries, present.entry, new)
        else:
            yield from RESIDENCES.enter_or_correct(entries, new)
