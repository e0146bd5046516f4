"""What may be done to an entry of a person or a company by its id: end it, take its end back, annul it."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.command import Attempt, Command, Consulted, Refused
from domain.context import Context
from domain.entry import Entries, EntryEndCause, Marker
from domain.fact import Event
from domain.identity.authority import AUTHORITIES, SENDING_RIGHTS
from domain.identity.company_address import COMPANY_ADDRESSES
from domain.identity.company_name import COMPANY_NAMES
from domain.identity.contact_point import CONTACT_POINTS
from domain.identity.departure import departed_again, with_addresses
from domain.identity.firm_owner import FIRM_OWNERS
from domain.identity.mandate import MANDATES
from domain.identity.parent import PARENTS
from domain.identity.person import PERSON, Person
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_checks import AfterTheDeath, must_not_be_merged
from domain.identity.person_name import PERSON_NAMES
from domain.identity.protection import PROTECTIONS
from domain.identity.residence import RESIDENCES
from domain.matter import Matter
from domain.post.exemption import EXEMPTIONS
from domain.subject import EntryId, PartyId


class MatterName(StrEnum):
    """Every matter of people and companies."""

    PERSON_NAME = "person_name"
    PERSON_ADDRESS = "person_address"
    RESIDENCE = "residence"
    PROTECTION = "protection"
    COMPANY_NAME = "company_name"
    COMPANY_ADDRESS = "company_address"
    FIRM_OWNER = "firm_owner"
    CONTACT_POINT = "contact_point"
    AUTHORITY = "authority"
    SENDING_RIGHT = "sending_right"
    EXEMPTION = "exemption"
    MANDATE = "mandate"
    PARENT = "parent"


MATTERS: Mapping[MatterName, Matter] = MappingProxyType(
    {
        MatterName(matter.name): matter
        for matter in (
            PERSON_NAMES,
            PERSON_ADDRESSES,
            RESIDENCES,
            PROTECTIONS,
            COMPANY_NAMES,
            COMPANY_ADDRESSES,
            FIRM_OWNERS,
            CONTACT_POINTS,
            AUTHORITIES,
            SENDING_RIGHTS,
            EXEMPTIONS,
            MANDATES,
            PARENTS,
        )
    }
)


class AfterTheReturn(Refused):
    """The person had moved back to Denmark by that day. Annul that move first if it was a mistake."""


class _EntryCommand(Command[Entries, Person, *tuple[Any, ...]]):
    """A command about one entry, on the legal basis of its matter. Raises EntryIsMerged."""

    matter: MatterName
    party: PartyId
    entry: EntryId

    @property
    def attempt(self) -> Attempt | None:
        return Attempt(self.entry, self.party) if self.matter is MatterName.MANDATE else None

    def consults(self) -> tuple[Consulted[Any], ...]:
        return MATTERS[self.matter].of(self.party), PERSON.of(self.party)

    def basis(self, entries: Entries, person: Person, *others: Any) -> str:
        return MATTERS[self.matter].basis(entries, self.entry)


class EndEntry(_EntryCommand):
    """End an entry, or move its end. The same end again changes nothing."""

    valid_to: date
    """The first day on which it does not hold any more."""

    def decide(self, context: Context, entries: Entries, person: Person, *others: Any) -> Iterator[Event]:
        must_not_be_merged(person)
        must_have_begun(entries, self.entry)
        cause = entries.period(self.entry).entered.stated_by(self.party)
        yield from MATTERS[self.matter].end(entries, self.entry, self.valid_to, cause)


class ReopenEntry(_EntryCommand):
    """Take back the stated end of an entry, because it was a mistake."""

    def decide(self, context: Context, entries: Entries, person: Person, *others: Any) -> Iterator[Event]:
        must_not_be_merged(person)
        must_have_begun(entries, self.entry)
        yield from MATTERS[self.matter].reopen(entries, self.entry)


def must_have_begun(entries: Entries, entry: EntryId) -> None:
    """Raise AfterTheDeath or AfterTheReturn for an entry that would have begun after a death, or a move back."""
    period = entries.period(entry)
    if period.never_began:
        raise AfterTheReturn if period.cause is EntryEndCause.RE_ENTRY else AfterTheDeath


class AnnulEntry(_EntryCommand):
    """Annul an entry that never held; what it had taken the place of, or had ended, holds again."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        ended_by_it = (PERSON_ADDRESSES.of(self.party),) if self.matter is MatterName.RESIDENCE else ()
        return *super().consults(), *ended_by_it

    def decide(self, context: Context, entries: Entries, person: Person, *others: Any) -> Iterator[Event]:
        must_not_be_merged(person)
        facts = MATTERS[self.matter].annul(entries, self.entry, Marker.ANNULLED)
        for addresses in others:
            facts = with_addresses(facts, entries, addresses)
        if self.matter is MatterName.PERSON_ADDRESS:
            facts = departed_again(facts, person.residences, entries)
        yield from facts
