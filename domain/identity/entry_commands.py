"""What may be done to an entry of a person or a company by its id: end it, take its end back, annul it."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.command import Attempt, Command, Consulted, Refused
from domain.context import Context
from domain.entry import Entered, Entries, EntryEndCause, Marker
from domain.fact import Event
from domain.identity.authority import AUTHORITIES, SENDING_RIGHTS
from domain.identity.birth import BIRTH
from domain.identity.company import AfterTheCessation
from domain.identity.company_address import COMPANY_ADDRESSES
from domain.identity.company_name import COMPANY_NAMES
from domain.identity.contact_point import CONTACT_POINTS
from domain.identity.departure import with_departures
from domain.identity.firm_owner import FIRM_OWNERS
from domain.identity.mandate import MANDATES, MandateGranted, MandateKind, majority
from domain.identity.merged_mandates import annul_together, end_together
from domain.identity.parent import PARENTS, ParentEntered
from domain.identity.person import PERSON, Person
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_checks import AfterTheDeath
from domain.identity.person_name import PERSON_NAMES
from domain.identity.protection import PROTECTIONS
from domain.identity.residence import RESIDENCES
from domain.matter import Matter
from domain.post.exemption import EXEMPTIONS
from domain.post.exemption_after_return import with_returns
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


class AfterTheDeparture(Refused):
    """The person had moved away from Denmark by that day. Annul that move first if it was a mistake."""


class EndsWithTheNextResidence(Refused):
    """Where a person has residence ends with the next one. Record where the person has it since, or that it is none."""


class NotTheirEntry(Refused):
    """This entry is one of a child, and this person is the parent or has custody. Name the child instead."""


class _EntryCommand(Command[Entries, Person, *tuple[Any, ...]]):
    """A command about one entry, on the legal basis of its matter. Raises EntryIsMerged, NoSuchEntry, NotTheirEntry."""

    matter: MatterName
    party: PartyId
    entry: EntryId

    @property
    def attempt(self) -> Attempt | None:
        return Attempt(self.entry, self.party) if self.matter is MatterName.MANDATE else None

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The entries and the person; with residences the addresses, with mandates the birth date of the giver."""
        others: Mapping[MatterName, Consulted[Any]] = {
            MatterName.RESIDENCE: PERSON_ADDRESSES.of(self.party),
            MatterName.MANDATE: BIRTH.of(self.party),
        }
        other = others.get(self.matter)
        return MATTERS[self.matter].of(self.party), PERSON.of(self.party), *((other,) if other else ())

    def basis(self, entries: Entries, person: Person, *others: Any) -> str:
        return MATTERS[self.matter].basis(entries, self.entry)

    def _must_be_theirs(self, entries: Entries, person: Person) -> None:
        person.must_not_be_merged()
        entered = entries.period(self.entry).entered
        if entered.party != self.party and (isinstance(entered, ParentEntered) or _is_custody(entered)):
            raise NotTheirEntry

    def _with_what_follows(
        self, facts: Iterator[Event], entries: Entries, person: Person, *others: Any
    ) -> Iterator[Event]:
        """What is done to the entry itself, and to others that a move had ended or ends, or that are one with it."""
        match self.matter:
            case MatterName.PERSON_ADDRESS:
                return with_departures(facts, person.residences, entries)
            case MatterName.RESIDENCE:
                return with_departures(facts, entries, *others)
            case MatterName.EXEMPTION:
                return with_returns(facts, entries, person)
            case MatterName.MANDATE:
                return self._together(facts, entries)
            case _:
                return facts

    def _together(self, facts: Iterator[Event], entries: Entries) -> Iterator[Event]:
        """What is done to a mandate, and to those that are one with it since two entries were merged."""
        cause = entries.period(self.entry).entered.stated_by(self.party)
        return end_together(entries, facts, self.entry, cause)


class EndEntry(_EntryCommand):
    """End an entry, or move its end. The same end again changes nothing.

    A custody that would end at the age of majority or later has no end of its own: the day would say the birth date.
    """

    valid_to: date
    """The first day on which it does not hold any more."""

    def decide(self, context: Context, entries: Entries, person: Person, *others: Any) -> Iterator[Event]:
        self._must_be_theirs(entries, person)
        must_have_begun(entries, self.entry)
        if self.matter is MatterName.RESIDENCE:
            raise EndsWithTheNextResidence
        yield from self._with_what_follows(self._ended(context, entries, *others), entries, person, *others)

    def _ended(self, context: Context, entries: Entries, *others: Any) -> Iterator[Event]:
        matter, entered = MATTERS[self.matter], entries.period(self.entry).entered
        if _is_custody(entered):
            (birth,) = others
            ends = majority(birth, context.today)
            if ends is not None and ends <= self.valid_to:
                return matter.reopen(entries, self.entry)
        return matter.end(entries, self.entry, self.valid_to, entered.stated_by(self.party))


class ReopenEntry(_EntryCommand):
    """Take back the stated end of an entry, because it was a mistake. What else ends it remains."""

    def decide(self, context: Context, entries: Entries, person: Person, *others: Any) -> Iterator[Event]:
        self._must_be_theirs(entries, person)
        must_have_begun(entries, self.entry)
        facts = MATTERS[self.matter].reopen(entries, self.entry)
        yield from self._with_what_follows(facts, entries, person, *others)


class AnnulEntry(_EntryCommand):
    """Annul an entry that never held; what it had taken the place of, or had ended, holds again."""

    def decide(self, context: Context, entries: Entries, person: Person, *others: Any) -> Iterator[Event]:
        self._must_be_theirs(entries, person)
        facts = MATTERS[self.matter].annul(entries, self.entry, Marker.ANNULLED)
        yield from self._with_what_follows(facts, entries, person, *others)

    def _together(self, facts: Iterator[Event], entries: Entries) -> Iterator[Event]:
        return annul_together(entries, facts, self.entry)


PREVENTED: Mapping[EntryEndCause, type[Refused]] = MappingProxyType(
    {
        EntryEndCause.DEATH: AfterTheDeath,
        EntryEndCause.CESSATION: AfterTheCessation,
        EntryEndCause.RE_ENTRY: AfterTheReturn,
        EntryEndCause.DEPARTURE: AfterTheDeparture,
    }
)
"""Why an entry did not begin -> the refusal of who would end it."""


def must_have_begun(entries: Entries, entry: EntryId) -> None:
    """Raise the refusal of PREVENTED for an entry that would have begun after what it names."""
    period = entries.period(entry)
    if period.never_began and period.following and period.following.cause:
        raise PREVENTED[period.following.cause]


def _is_custody(entered: Entered) -> bool:
    return isinstance(entered, MandateGranted) and entered.kind is MandateKind.CUSTODY
