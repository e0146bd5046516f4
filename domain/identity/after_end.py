"""What a death or a cessation that is recorded late means for what was recorded to begin after it.

What would begin after that day does not begin. It begins after all when the death or cessation is corrected, or moved
to a later day. What held on the day remains, and what began on a day that nobody knows. CPR act § 6; CVR act § 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Command, Consulted
from domain.context import Context
from domain.entry import Entries, EntryEndCause
from domain.fact import Event
from domain.identity.authority import AUTHORITIES, SENDING_RIGHTS
from domain.identity.company import COMPANY, Company
from domain.identity.company_address import COMPANY_ADDRESSES
from domain.identity.company_name import COMPANY_NAMES
from domain.identity.contact_point import CONTACT_POINTS
from domain.identity.departure import with_departures
from domain.identity.firm_owner import FIRM_OWNERS
from domain.identity.person import PERSON, Person
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_name import PERSON_NAMES
from domain.identity.protection import PROTECTIONS
from domain.identity.residence import RESIDENCES
from domain.matter import Matter
from domain.subject import CompanyId, PersonId

OF_COMPANIES = (COMPANY_NAMES, COMPANY_ADDRESSES, FIRM_OWNERS, AUTHORITIES, SENDING_RIGHTS, CONTACT_POINTS)
"""The matters of which nothing begins for a company that has ceased; mandates follow by a command of their own."""


class FollowDeath(Command[Person, Entries, Entries]):
    """Let no name, address, residence or protection begin after the death; let it begin if there was no such death.

    A repeat changes nothing.
    """

    legal_basis = "CPR act § 6"

    person: PersonId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The person with residences and protections, the names and the addresses."""
        return PERSON.of(self.person), PERSON_NAMES.of(self.person), PERSON_ADDRESSES.of(self.person)

    def decide(self, context: Context, person: Person, names: Entries, addresses: Entries) -> Iterator[Event]:
        died_on, residences = person.died_on, person.residences
        yield from follow_end(PERSON_NAMES, names, died_on, EntryEndCause.DEATH)
        yield from follow_end(PROTECTIONS, person.protections, died_on, EntryEndCause.DEATH)
        facts = (
            *follow_end(RESIDENCES, residences, died_on, EntryEndCause.DEATH),
            *follow_end(PERSON_ADDRESSES, addresses, died_on, EntryEndCause.DEATH),
        )
        yield from with_departures(facts, residences, addresses)


class FollowCessation(Command[Company, *tuple[Entries, ...]]):
    """Let nothing of the company begin after the cessation; let it begin if there was no such cessation.

    A repeat changes nothing.
    """

    legal_basis = "CVR act § 3"

    company: CompanyId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The company, and what holds of it for a time."""
        return COMPANY.of(self.company), *(matter.of(self.company) for matter in OF_COMPANIES)

    def decide(self, context: Context, company: Company, *matters: Entries) -> Iterator[Event]:
        for entries in matters:
            yield from follow_end(entries.matter, entries, company.ceased_on, EntryEndCause.CESSATION)


def follow_end(matter: Matter, entries: Entries, ended_on: date | None, cause: EntryEndCause) -> Iterator[Event]:
    """The facts after which nothing begins after the day, and what had not begun for that cause before does.

    What kept an entry from beginning may end by one that begins after it here, so it is tried again after the others.
    """
    while facts := tuple(_followed(matter, entries, ended_on, cause)):
        for fact in facts:
            yield fact
            entries = entries.evolve(fact)


def _followed(matter: Matter, entries: Entries, ended_on: date | None, cause: EntryEndCause) -> Iterator[Event]:
    for known in entries.periods:
        period = entries.period(known.entry)
        facts: Iterator[Event] = iter(())
        after_the_end = ended_on is not None and ended_on < period.valid_from
        if period.never_began and not after_the_end and period.following and period.following.cause is cause:
            facts = matter.restore(entries, period.entry)
        elif after_the_end and not period.never_began and not period.entered.uncertain:
            facts = matter.prevent(entries, period.entry, cause)
        for fact in facts:
            yield fact
            entries = entries.evolve(fact)
