"""Moves: a person's address, reported ahead or late, and what is too early or too late."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.command import Consulted, Refused
from domain.context import Context
from domain.entry import Entries, EntrySource
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth, must_begin_after_birth
from domain.identity.departure import with_departures
from domain.identity.names import Address
from domain.identity.person import PERSON, Person
from domain.identity.person_address import PERSON_ADDRESSES, AddressEntered, AddressKind, Municipality
from domain.identity.person_checks import must_be_before_death
from domain.identity.sender import DecidedByAuthority
from domain.policy import MOVE_REPORTED_AFTER_DAYS_MAX, MOVE_REPORTED_BEFORE_DAYS_MAX
from domain.subject import PersonId


class AddressAndKindDiffer(Refused):
    """Only somebody without a fixed address has none. Give the address, or the kind `none` without one."""


class MoveReportedTooEarly(Refused):
    """A move is reported at most four weeks ahead. Report it nearer to the day, or check the date."""


class MoveReportedTooLate(Refused):
    """A person reports a move at most five days late. Let the municipality decide on the day and record it."""


class ChangeAddress(DecidedByAuthority[Person, Entries, Birth]):
    """Give a person an address from a day, which may lie ahead; addresses are encrypted, so the same is recorded again.

    Another address from the same day corrects it.
    """

    legal_basis = "CPR act § 6"

    person: PersonId
    address: Address | None
    kind: AddressKind = AddressKind.HOME
    municipality: Municipality | None = None
    dar: UUID | None = None
    valid_from: date | None = None
    """None: today."""
    uncertain: bool = False
    """Whether the day is not certain."""
    source: EntrySource = EntrySource.MUNICIPALITY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (
            PERSON.of(self.person),
            PERSON_ADDRESSES.of(self.person),
            BIRTH.of(self.person),
        )

    def _decide(self, context: Context, person: Person, addresses: Entries, birth: Birth) -> Iterator[Event]:
        person.must_be_registered()
        if (self.address is None) is not (self.kind is AddressKind.NONE):
            raise AddressAndKindDiffer
        day = self.valid_from or context.today
        must_be_before_death(day, person)
        must_begin_after_birth(self.valid_from, birth)
        new = AddressEntered(
            entry=PERSON_ADDRESSES.new_entry(context),
            party=self.person,
            valid_from=day,
            uncertain=self.uncertain,
            source=self.source,
            decided_by=self.decided_by,
            kind=self.kind,
            municipality=self.municipality,
            address=self.address,
            dar=self.dar,
            rule=self._reported_in_time(day, context.today),
        )
        facts = PERSON_ADDRESSES.change(addresses, new, context.today)
        yield from with_departures(facts, person.residences, addresses)

    def _reported_in_time(self, day: date, today: date) -> str | None:
        """The rule that allows the day; raises MoveReportedTooEarly, MoveReportedTooLate."""
        if day > today:
            days = MOVE_REPORTED_BEFORE_DAYS_MAX.on(today)
            if day > today + timedelta(days=days.value):
                raise MoveReportedTooEarly
            return str(days)
        if day < today and self.source is EntrySource.PARTY:
            days = MOVE_REPORTED_AFTER_DAYS_MAX.on(today)
            if today > day + timedelta(days=days.value):
                raise MoveReportedTooLate
            return str(days)
        return None
