"""Protecting a person, and ending a protection as the person asks. CPR act § 28."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from domain.command import Consulted
from domain.context import Context
from domain.entry import Entries, EntrySource, Marker, Period
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth, must_begin_after_birth
from domain.identity.person import PERSON, Person
from domain.identity.person_checks import PersonCommand, must_be_before_death
from domain.identity.protection import PROTECTIONS, ProtectionScope, protect, protection
from domain.identity.sender import DecidedByAuthority
from domain.subject import PersonId


class ProtectPerson(DecidedByAuthority[Person, Birth]):
    """Protect a person from a day: name and address for the usual year, or longer if the municipality grants it.

    Other protections have no end unless one is given. Nothing is shortened by it: for that the person withdraws it.
    """

    legal_basis = "CPR act § 28"

    person: PersonId
    scope: ProtectionScope = ProtectionScope.NAME_ADDRESS
    valid_from: date | None = None
    """None: today."""
    valid_to: date | None = None
    """The first Copenhagen day without protection."""
    source: EntrySource = EntrySource.PARTY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return PERSON.of(self.person), BIRTH.of(self.person)

    def _decide(self, context: Context, person: Person, birth: Birth) -> Iterator[Event]:
        person.must_be_registered()
        must_be_before_death(self.valid_from or context.today, person)
        must_begin_after_birth(self.valid_from, birth)
        new = protection(
            context,
            self.person,
            self.source,
            scope=self.scope,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            decided_by=self.decided_by,
        )
        yield from protect(person.protections, new)


class WithdrawProtection(PersonCommand):
    """End the protections of a scope as the person asks, at midnight or later; one that is to begin never holds."""

    legal_basis = "CPR act § 28"

    scope: ProtectionScope = ProtectionScope.NAME_ADDRESS
    valid_to: date | None = None
    """The first Copenhagen day without protection. None: tomorrow."""

    def decide(self, context: Context, person: Person) -> Iterator[Event]:
        person.must_be_registered()
        tomorrow = context.today + timedelta(days=1)
        valid_to, entries = max(self.valid_to or tomorrow, tomorrow), person.protections
        for entry in [period.entry for period in reversed(entries.begun)]:
            period = entries.period(entry)
            if period.track != self.scope.value or (period.valid_to and period.valid_to <= valid_to):
                continue
            for fact in self._withdrawn(entries, period, valid_to):
                yield fact
                entries = entries.evolve(fact)

    def _withdrawn(self, entries: Entries, period: Period, valid_to: date) -> Iterator[Event]:
        """What has not begun by the day never holds; the end of any other is moved."""
        if period.valid_from >= valid_to:
            return PROTECTIONS.annul(entries, period.entry, Marker.ANNULLED)
        return PROTECTIONS.end(entries, period.entry, valid_to)
