"""Companies as the business register knows them: number, name, address and cessation. CVR act.

A company (*juridisk enhed*) keeps its CVR number all its life; a sole trader's firm is another subject than the person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from domain.command import Command, Consulted, Entity, Refused, State
from domain.context import Context
from domain.entry import Entries, EntrySource
from domain.fact import Event
from domain.identity.company_address import COMPANY_ADDRESSES, CompanyAddressEntered
from domain.identity.company_name import COMPANY_NAMES, CompanyNameEntered
from domain.identity.cvr import CvrNumber
from domain.identity.names import Address
from domain.identity.number import CVR_NUMBER, CvrAssigned, Number
from domain.identity.registered import MustBeRegistered
from domain.subject import CompanyId, CvrIndex


class CompanyEntryCause(StrEnum):
    """Why a company was entered in the register (*registreringsgrund*)."""

    FOUNDING = "founding"
    REGISTER_LOAD = "register_load"
    """The company was taken over from another register, and is not new."""


class CompanyRegistered(Event):
    """The company was entered in the register (*registreret i CVR*)."""

    once = True

    company: CompanyId
    cause: CompanyEntryCause = CompanyEntryCause.REGISTER_LOAD
    source: EntrySource = EntrySource.REGISTER_LOAD


class CompanyCeased(Event):
    """The company ceased (*ophørt*). Recorded again with another day, it corrects the day."""

    company: CompanyId
    ceased_on: date
    source: EntrySource = EntrySource.PARTY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class CessationCorrected(Event):
    """The company exists: the recorded cessation was a mistake (*ophør annulleret*). CVR act § 3."""

    company: CompanyId
    source: EntrySource = EntrySource.PARTY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


@dataclass(frozen=True, slots=True)
class Company(MustBeRegistered, State):
    """What a decision must know about one company."""

    number: CvrIndex | None = None
    registered: bool = False
    ceased_on: date | None = None

    def evolve(self, event: Event) -> Self:
        match event:
            case CompanyRegistered():
                return self.but(registered=True)
            case CvrAssigned(index=index):
                return self.but(number=index)
            case CompanyCeased() | CessationCorrected():
                return self.but(ceased_on=event.ceased_on if isinstance(event, CompanyCeased) else None)
            case _:
                return self


class CompanyBearsAnotherNumber(Refused):
    """This company is registered with another CVR number, which never changes. Check which company is meant."""


class AfterTheCessation(Refused):
    """The company had ceased by that day. Give a day before the cessation, or correct the cessation first."""


class RegisterCompany(Command[Company, Number]):
    """Enter a company with its number, its name and, if it is known, its address. The same again changes nothing."""

    legal_basis = "CVR act § 3"

    company: CompanyId
    index: CvrIndex
    number: CvrNumber
    name: str
    address: Address | None = None
    cause: CompanyEntryCause = CompanyEntryCause.FOUNDING

    @property
    def source(self) -> EntrySource:
        """Who stated it: the register from which it was taken over, or else the company."""
        loaded = self.cause is CompanyEntryCause.REGISTER_LOAD
        return EntrySource.REGISTER_LOAD if loaded else EntrySource.PARTY

    def consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), CVR_NUMBER.of(self.index)

    def decide(self, context: Context, company: Company, number: Number) -> Iterator[Event]:
        number.must_be_free_for(self.company)
        if company.registered:
            if company.number != self.index:
                raise CompanyBearsAnotherNumber
            return
        yield CompanyRegistered(company=self.company, cause=self.cause, source=self.source)
        yield CvrAssigned(company=self.company, index=self.index, number=self.number)
        yield CompanyNameEntered(
            entry=COMPANY_NAMES.new_entry(context),
            party=self.company,
            valid_from=context.today,
            uncertain=True,
            source=self.source,
            name=self.name,
        )
        if self.address is not None:
            yield CompanyAddressEntered(
                entry=COMPANY_ADDRESSES.new_entry(context),
                party=self.company,
                valid_from=context.today,
                uncertain=True,
                source=self.source,
                address=self.address,
            )


class ChangeCompanyName(Command[Company, Entries]):
    """Give a company another name from a day. Another name from the same day corrects it."""

    legal_basis = "CVR act § 3"

    company: CompanyId
    name: str
    valid_from: date | None = None
    """None: today."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), COMPANY_NAMES.of(self.company)

    def decide(self, context: Context, company: Company, names: Entries) -> Iterator[Event]:
        new = CompanyNameEntered(
            entry=COMPANY_NAMES.new_entry(context),
            party=self.company,
            valid_from=self.valid_from or context.today,
            source=EntrySource.PARTY,
            name=self.name,
        )
        must_exist_on(new.valid_from, company)
        yield from COMPANY_NAMES.change(names, new, context.today)


class ChangeCompanyAddress(Command[Company, Entries]):
    """Move a company to another address from a day. Another address from the same day corrects it."""

    legal_basis = "CVR act § 3"

    company: CompanyId
    address: Address
    valid_from: date | None = None
    """None: today."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), COMPANY_ADDRESSES.of(self.company)

    def decide(self, context: Context, company: Company, addresses: Entries) -> Iterator[Event]:
        new = CompanyAddressEntered(
            entry=COMPANY_ADDRESSES.new_entry(context),
            party=self.company,
            valid_from=self.valid_from or context.today,
            source=EntrySource.PARTY,
            address=self.address,
        )
        must_exist_on(new.valid_from, company)
        yield from COMPANY_ADDRESSES.change(addresses, new, context.today)


def must_exist_on(day: date, company: Company) -> None:
    """Raise UnknownParty, or AfterTheCessation for a day after it."""
    company.must_be_registered()
    if company.ceased_on is not None and company.ceased_on < day:
        raise AfterTheCessation


COMPANY = Entity(
    "company",
    Company(),
    {
        "CompanyRegistered": CompanyRegistered,
        "CvrAssigned": CvrAssigned,
        "CompanyCeased": CompanyCeased,
        "CessationCorrected": CessationCorrected,
    },
)
