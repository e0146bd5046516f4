"""Makes the command of each life event from what its caller gives."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from pydantic import Field, TypeAdapter

from bin.application.people.event_arguments import EventArguments
from bin.application.people.field_errors import read_json, read_text
from domain.command import AnyCommand
from domain.entry import EntrySource
from domain.identity.authority import AuthorityKind, SendingRight
from domain.identity.authority_commands import EnterAuthority, GrantSendingRight
from domain.identity.birth_and_death import CorrectBirth, CorrectDeath, RecordDeath
from domain.identity.cessation import CeaseCompany, CorrectCessation
from domain.identity.company import ChangeCompanyAddress, ChangeCompanyName
from domain.identity.contact_point import ContactPoint, OpenContactPoint
from domain.identity.entry_commands import AnnulEntry, EndEntry, ReopenEntry
from domain.identity.firm_owner import EnterFirmOwner
from domain.identity.names import DENMARK, Address, CompanyName, PersonName
from domain.identity.number import CprChangeReason
from domain.identity.number_commands import AnnulCpr, AnnulMerge, ChangeCpr, MergeEntries, WithdrawCpr
from domain.identity.person_address import AddressKind
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_name import ChangeName
from domain.identity.protection import ProtectionScope
from domain.identity.protection_commands import ProtectPerson, WithdrawProtection
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.identity.uncertain_day import UncertainDay
from domain.post.mail_registration_commands import BreakGrace
from domain.subject import CompanyId, PartyId, PersonId


def rename(subject: PartyId, given: EventArguments) -> AnyCommand:
    if isinstance(subject, PersonId):
        name = read_json(TypeAdapter(PersonName), given.text(), "name")
        return ChangeName(person=subject, name=name, valid_from=given.on, **given.origin())
    company_name = read_text(TypeAdapter(CompanyName), given.text(), "name")
    return ChangeCompanyName(company=subject, name=company_name, valid_from=given.on)


class StatedAddress(Address):
    """An address as it is written for a move."""

    dar: UUID | None = Field(default=None, repr=False)
    """The address in the register of addresses (*Danmarks Adresseregister*)."""


def move(subject: PartyId, given: EventArguments) -> AnyCommand:
    if isinstance(subject, PersonId):
        stated = read_json(TypeAdapter(StatedAddress), given.text(), "address")
        return ChangeAddress(
            person=subject,
            address=Address.model_validate(stated.model_dump(exclude={"dar"})),
            kind=given.choice(AddressKind, AddressKind.HOME if stated.country == DENMARK else AddressKind.FOREIGN),
            municipality=given.municipality,
            dar=stated.dar,
            **given.origin(),
            **given.beginning(),
        )
    given.must_be_certain()
    address = read_json(TypeAdapter(Address), given.text(), "address")
    return ChangeCompanyAddress(company=subject, address=address, valid_from=given.on)


def leave_no_address(subject: PersonId, given: EventArguments) -> AnyCommand:
    return ChangeAddress(
        person=subject,
        address=None,
        kind=AddressKind.NONE,
        municipality=given.municipality,
        **given.origin(),
        **given.beginning(),
    )


def renumber(subject: PersonId, given: EventArguments) -> AnyCommand:
    index, number = given.number()
    reason = given.cause(CprChangeReason, "other")
    return ChangeCpr(person=subject, index=index, number=number, reason=reason, **given.origin())


def correct_birth(subject: PersonId, given: EventArguments) -> AnyCommand:
    birth_date = read_text(TypeAdapter(UncertainDay), given.text().strip(), "birth_date")
    return CorrectBirth(person=subject, birth_date=birth_date, **given.origin())


def die(subject: PersonId, given: EventArguments) -> AnyCommand:
    return RecordDeath(
        person=subject,
        died_on=given.uncertain_day,
        presumed=given.presumed,
        **given.origin(),
    )


def enter_owner(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return EnterFirmOwner(company=subject, owner=given.owner, valid_from=given.on)


def enter_authority(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return EnterAuthority(
        company=subject,
        kind=given.choice(AuthorityKind, "state"),
        valid_from=given.on,
        decided_by=given.decided_by,
    )


def open_contact_point(subject: CompanyId, given: EventArguments) -> AnyCommand:
    point = read_json(TypeAdapter(ContactPoint), given.text(), "contact_point")
    return OpenContactPoint(company=subject, valid_from=given.on, valid_to=given.until, **dict(point))


def grant_right(subject: CompanyId, given: EventArguments) -> AnyCommand:
    kind = given.choice(SendingRight, "public_sender")
    return GrantSendingRight(
        company=subject, kind=kind, valid_from=given.on, valid_to=given.until, decided_by=given.decided_by
    )


def withdraw_number(subject: PersonId, given: EventArguments) -> AnyCommand:
    return WithdrawCpr(person=subject, index=given.number()[0], **given.origin())


def annul_number(subject: PersonId, given: EventArguments) -> AnyCommand:
    return AnnulCpr(person=subject, index=given.number()[0], **given.origin())


def merge(subject: PersonId, given: EventArguments) -> AnyCommand:
    return MergeEntries(person=subject, into=given.other_entry, **given.origin())


def annul_merge(subject: PersonId, given: EventArguments) -> AnyCommand:
    return AnnulMerge(person=subject, into=given.other_entry, **given.origin())


def cease(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return CeaseCompany(company=subject, ceased_on=given.day, **given.origin(EntrySource.PARTY))


def correct_cessation(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return CorrectCessation(company=subject, **given.origin(EntrySource.PARTY))


def protect(subject: PersonId, given: EventArguments) -> AnyCommand:
    scope = given.choice(ProtectionScope, ProtectionScope.NAME_ADDRESS)
    return ProtectPerson(person=subject, scope=scope, valid_from=given.on, valid_to=given.until, **given.origin())


def unprotect(subject: PersonId, given: EventArguments) -> AnyCommand:
    scope = given.choice(ProtectionScope, ProtectionScope.NAME_ADDRESS)
    return WithdrawProtection(person=subject, scope=scope, valid_to=given.on)


def residence(kind: ResidenceKind) -> Callable[[PersonId, EventArguments], AnyCommand]:
    return lambda subject, given: EnterResidence(person=subject, kind=kind, valid_from=given.on, **given.origin())


def end_entry(subject: PartyId, given: EventArguments) -> AnyCommand:
    matter, entry = given.named_entry
    return EndEntry(matter=matter, party=subject, entry=entry, valid_to=given.day)


def reopen_entry(subject: PartyId, given: EventArguments) -> AnyCommand:
    matter, entry = given.named_entry
    return ReopenEntry(matter=matter, party=subject, entry=entry)


def annul_entry(subject: PartyId, given: EventArguments) -> AnyCommand:
    matter, entry = given.named_entry
    return AnnulEntry(matter=matter, party=subject, entry=entry)


def correct_death(subject: PersonId, given: EventArguments) -> AnyCommand:
    return CorrectDeath(person=subject, **given.origin())


def break_grace(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return BreakGrace(recipient=subject)
