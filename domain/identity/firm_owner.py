"""Who owns a sole firm (*enkeltmandsvirksomhed*): the firm and its owner are two subjects that an entry links.

CVR act § 3. Each has a registration for Digital Post and exemptions of its own: LBK 686/2021 § 5(3) and (4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain.command import Command, Consulted
from domain.context import Context
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntrySource
from domain.fact import Event
from domain.identity.company import COMPANY, Company, must_exist_on
from domain.identity.person import PERSON, Person
from domain.identity.person_checks import must_be_before_death
from domain.matter import Matter
from domain.subject import CompanyId, PersonId, SubjectId


class FirmOwnerEntered(Entered):
    """The person owns the firm from a day (*fuldt ansvarlig deltager*)."""

    party: CompanyId
    owner: PersonId

    @property
    def named(self) -> Mapping[str, SubjectId]:
        """The owner too has the later facts."""
        return {**super().named, "owner": self.owner}


class FirmOwnerEnded(Ended):
    """The person owns the firm no longer (*udtrådt*)."""

    party: CompanyId
    owner: PersonId


class FirmOwnerEndCorrected(EndCorrected):
    """The person owned the firm longer than was recorded (*udtræden rettet*)."""

    party: CompanyId
    owner: PersonId


class FirmOwnerAnnulled(Annulled):
    """The person never owned the firm (*ejerskab annulleret*)."""

    party: CompanyId
    owner: PersonId


FIRM_OWNERS = Matter(
    "firm_owner",
    entered=FirmOwnerEntered,
    ended=FirmOwnerEnded,
    end_corrected=FirmOwnerEndCorrected,
    annulled=FirmOwnerAnnulled,
    legal_basis="CVR act § 3",
)


class EnterFirmOwner(Command[Company, Person, Entries]):
    """Enter who owns a sole firm from a day. The same owner on a day when it holds changes nothing."""

    legal_basis = FIRM_OWNERS.legal_basis

    company: CompanyId
    owner: PersonId
    valid_from: date | None = None
    """None: today."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), PERSON.of(self.owner), FIRM_OWNERS.of(self.company)

    def decide(self, context: Context, company: Company, owner: Person, owners: Entries) -> Iterator[Event]:
        """Enter it. Raises UnknownParty, AfterTheCessation, AfterTheDeath and EntryIsMerged."""
        day = self.valid_from or context.today
        must_exist_on(day, company)
        owner.must_be_registered()
        must_be_before_death(day, owner)
        present = owners.on(day)
        if present and isinstance(present.entered, FirmOwnerEntered) and present.entered.owner == self.owner:
            return
        new = FirmOwnerEntered(
            entry=FIRM_OWNERS.new_entry(context),
            party=self.company,
            valid_from=day,
            source=EntrySource.AUTHORITY,
            owner=self.owner,
        )
        yield from FIRM_OWNERS.enter_or_correct(owners, new)
