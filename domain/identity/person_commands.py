"""What an authority may do to a person's entry: register, change number, name, address, protect, record a death."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.birth import Birth, DayIsBirthDate, must_begin_after_birth
from domain.identity.cpr import CprNumber
from domain.identity.names import Address, PersonName
from domain.identity.naming import naming_awaited
from domain.identity.number import (
    CPR_NUMBER,
    CprAssigned,
    Number,
)
from domain.identity.person import (
    PERSON,
    Person,
    PersonEntryCause,
    PersonRegistered,
)
from domain.identity.person_address import first_address
from domain.identity.person_checks import must_have_come
from domain.identity.person_name import first_name
from domain.identity.protection import protection
from domain.identity.residence import RESIDENCES, ResidenceEntered, ResidenceKind
from domain.identity.uncertain_day import UncertainDay
from domain.subject import CprIndex, PersonId

RESIDENT_BY_CAUSE: Mapping[PersonEntryCause, bool] = MappingProxyType(
    {
        PersonEntryCause.BIRTH: True,
        PersonEntryCause.IMMIGRATION: True,
        PersonEntryCause.ADMINISTRATION: False,
    }
)
"""Whether who is entered for that cause lives in Denmark; of a load the other register knows."""


class PersonBearsAnotherNumber(Refused):
    """This person is registered with another CPR number. Change the number instead, or check which person is meant."""


class CauseAndResidenceDiffer(Refused):
    """Who is born here or immigrates has residence, and who gets a number for administration has none.

    Give the cause that fits the residence.
    """


class RegisterPerson(Command[Person, Number]):
    """Register a person with all data at once, so that nobody is unprotected for a moment. A repeat changes nothing."""

    legal_basis = "CPR act § 3"

    person: PersonId
    index: CprIndex
    number: CprNumber
    name: PersonName | None = None
    """None of a newborn who has not been named."""
    address: Address | None = None
    """None for a person without a fixed address."""
    birth_date: UncertainDay | None = None
    """None: the date in the number."""
    cause: PersonEntryCause = PersonEntryCause.REGISTER_LOAD
    resident: bool = True
    resident_since: date | None = None
    """The day on which the person moved to Denmark, if it is known."""
    protected: bool = False

    @property
    def source(self) -> EntrySource:
        """Who stated it: the register from which the person was taken over, or else the municipality."""
        loaded = self.cause is PersonEntryCause.REGISTER_LOAD
        return EntrySource.REGISTER_LOAD if loaded else EntrySource.MUNICIPALITY

    def consults(self) -> tuple[Consulted[Any], ...]:
        return PERSON.of(self.person), CPR_NUMBER.of(self.index)

    def decide(self, context: Context, person: Person, number: Number) -> Iterator[Event]:
        person.must_not_be_merged()
        number.must_be_free_for(self.person)
        if person.registered:
            if person.number != self.index:
                raise PersonBearsAnotherNumber
            return
        birth_date = self.birth_date or UncertainDay.of(self.number.birth_date)
        must_have_come(birth_date.earliest, context)
        self._check_residence(context, birth_date)
        yield PersonRegistered(
            person=self.person,
            birth_date=birth_date,
            cause=self.cause,
            source=self.source,
            resident=self.resident,
        )
        yield CprAssigned(person=self.person, index=self.index, number=self.number)
        yield ResidenceEntered(
            entry=RESIDENCES.new_entry(context),
            party=self.person,
            valid_from=self.resident_since or context.today,
            uncertain=self.resident_since is None,
            source=self.source,
            kind=ResidenceKind.RESIDENT if self.resident else ResidenceKind.NONE,
        )
        if self.name is not None:
            yield first_name(context, self.person, self.name, self.source)
        elif self.cause is PersonEntryCause.BIRTH:
            yield naming_awaited(self.person, birth_date, context.today)
        if self.address is not None:
            yield first_address(context, self.person, self.address, self.source)
        if self.protected:
            yield protection(context, self.person, self.source)

    def _check_residence(self, context: Context, birth_date: UncertainDay) -> None:
        if RESIDENT_BY_CAUSE.get(self.cause, self.resident) is not self.resident:
            raise CauseAndResidenceDiffer
        if self.resident_since is not None:
            if self.cause is PersonEntryCause.BIRTH:
                raise DayIsBirthDate
            must_have_come(self.resident_since, context)
            must_begin_after_birth(self.resident_since, Birth(birth_date))
