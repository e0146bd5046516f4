"""What a death that is recorded later means for what was recorded to begin after it.

The dead neither move nor are protected: a name, an address, a residence or a protection that would begin after the day
of the death does not begin. It comes back when the death is corrected, or moved to a later day. What held on the day of
the death remains. CPR act § 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Command, Consulted
from domain.context import Context
from domain.entry import Entries, EntryEndCause
from domain.fact import Event
from domain.identity.departure import departed_again, with_addresses
from domain.identity.person import PERSON, Person
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_name import PERSON_NAMES
from domain.identity.protection import PROTECTIONS
from domain.identity.residence import RESIDENCES
from domain.matter import Matter
from domain.subject import PersonId


class FollowDeath(Command[Person, Entries, Entries]):
    """Let what would begin after the death not begin, and let come back what begins before it, or of one who lives.

    What began on a day that nobody knows is left as it is. A repeat changes nothing.
    """

    legal_basis = "CPR act § 6"

    person: PersonId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The person with residences and protections, the names and the addresses."""
        return PERSON.of(self.person), PERSON_NAMES.of(self.person), PERSON_ADDRESSES.of(self.person)

    def decide(self, context: Context, person: Person, names: Entries, addresses: Entries) -> Iterator[Event]:
        died_on = person.died_on
        for matter, entries in ((PERSON_NAMES, names), (PROTECTIONS, person.protections)):
            yield from fall_after(died_on, matter, entries)
            yield from come_back_until(died_on, matter, entries)
        residences = person.residences
        for fact in fall_after(died_on, PERSON_ADDRESSES, addresses):
            yield fact
            addresses = addresses.evolve(fact)
        moved = (*fall_after(died_on, RESIDENCES, residences), *come_back_until(died_on, RESIDENCES, residences))
        for fact in with_addresses(moved, residences, addresses):
            yield fact
            residences, addresses = residences.evolve(fact), addresses.evolve(fact)
        yield from departed_again(come_back_until(died_on, PERSON_ADDRESSES, addresses), residences, addresses)


def fall_after(died_on: date | None, matter: Matter, entries: Entries) -> Iterator[Event]:
    """What would begin after the death does not."""
    for period in entries.begun:
        if died_on is not None and died_on < period.valid_from and not period.entered.uncertain:
            for fact in matter.fall(entries, entries.period(period.entry)):
                yield fact
                entries = entries.evolve(fact)


def come_back_until(died_on: date | None, matter: Matter, entries: Entries) -> Iterator[Event]:
    """What fell with a death comes back if it begins by the day of the death, or if the person lives."""
    for period in entries.periods:
        if (
            period.never_began
            and period.cause is EntryEndCause.DEATH
            and (died_on is None or period.valid_from <= died_on)
        ):
            for fact in matter.come_back(entries, period):
                yield fact
                entries = entries.evolve(fact)
