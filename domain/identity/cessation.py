"""Recording and correcting that a company ceased. CVR act § 3."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from domain.command import Consulted, Refused
from domain.context import Context
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.company import COMPANY, CessationCorrected, Company, CompanyCeased
from domain.identity.sender import DecidedByAuthority
from domain.subject import CompanyId


class CessationInTheFuture(Refused):
    """A cessation is recorded when it has happened. Record it on the day, or check the date."""


class NoCessationRecorded(Refused):
    """No cessation of this company is recorded, or it was corrected before. Check which company is meant."""


class _CessationCommand(DecidedByAuthority[Company]):
    """A command about the cessation of one registered company."""

    affairs: ClassVar[str] = "company"
    legal_basis = "CVR act § 3"

    company: CompanyId
    source: EntrySource = EntrySource.PARTY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (COMPANY.of(self.company),)


class CeaseCompany(_CessationCommand):
    """Record that a company ceased, on a Copenhagen day that has come; the same day again changes nothing."""

    ceased_on: date

    def _decide(self, context: Context, company: Company) -> Iterator[Event]:
        company.must_be_registered()
        if self.ceased_on > context.today:
            raise CessationInTheFuture
        if company.ceased_on == self.ceased_on:
            return
        yield CompanyCeased(
            company=self.company, ceased_on=self.ceased_on, source=self.source, decided_by=self.decided_by
        )


class CorrectCessation(_CessationCommand):
    """Record that a cessation was recorded by mistake."""

    def _decide(self, context: Context, company: Company) -> Iterator[Event]:
        company.must_be_registered()
        if company.ceased_on is None:
            raise NoCessationRecorded
        yield CessationCorrected(company=self.company, source=self.source, decided_by=self.decided_by)
