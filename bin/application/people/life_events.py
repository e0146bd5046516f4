"""The table of life events: what authorities record about a person or a company, each with its command.

To make a command reachable from every program, add one line to LIFE_EVENTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from pydantic import Field, TypeAdapter

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.people.event_arguments import EventArguments, UnsuitableArguments
from bin.application.people.exemption_events import (
    appeal_exemption,
    confirm_refusal,
    exempt,
    refuse_exemption,
    request_exemption,
    revoke_exemption,
)
from bin.application.people.field_errors import read_json, read_text
from bin.application.people.find import cpr_subject
from bin.application.people.mandates import enter_parent, grant_mandate
from domain.command import AnyCommand
from domain.entry import EntrySource, NoSuchEntry
from domain.identity.authority import AuthorityKind, SendingRight
from domain.identity.authority_commands import EnterAuthority, GrantSendingRight
from domain.identity.birth_and_death import CorrectBirth, CorrectDeath, RecordDeath
from domain.identity.cessation import CeaseCompany, CorrectCessation
from domain.identity.company import ChangeCompanyAddress, ChangeCompanyName
from domain.identity.contact_point import ContactPoint, OpenContactPoint
from domain.identity.entry_commands import MATTERS, AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.firm_owner import EnterFirmOwner
from domain.identity.names import DENMARK, Address, CompanyName, PersonName
from domain.identity.number import CprChangeReason
from domain.identity.number_commands import AnnulCpr, ChangeCpr, MergeEntries, PartEntries, WithdrawCpr
from domain.identity.person_address import AddressKind
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_name import ChangeName
from domain.identity.protection import ProtectionScope
from domain.identity.protection_commands import ProtectPerson, WithdrawProtection
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.identity.uncertain_day import UncertainDay
from domain.post.exemption_commands import JoinVoluntarily
from domain.post.mail_registration_commands import BreakGrace
from domain.record import Record
from domain.subject import CompanyId, EntryId, PartyId, PersonId

ACTOR = "system:citizen"


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One event: its command, and the kinds of subject that it can concern."""

    command: Callable[[Any, EventArguments], AnyCommand]
    kinds: tuple[type[PartyId], ...] = (PersonId,)
    uncertain_day: bool = False
    """Whether its day may be uncertain or not whole."""


def _rename(subject: PartyId, given: EventArguments) -> AnyCommand:
    if isinstance(subject, PersonId):
        name = read_json(TypeAdapter(PersonName), given.text(), "name")
        return ChangeName(person=subject, name=name, valid_from=given.on, **given.origin())
    company_name = read_text(TypeAdapter(CompanyName), given.text(), "name")
    return ChangeCompanyName(company=subject, name=company_name, valid_from=given.on)


class StatedAddress(Address):
    """An address as it is written for a move."""

    dar: UUID | None = Field(default=None, repr=False)
    """The address in the register of addresses (*Danmarks Adresseregister*)."""


def _move(subject: PartyId, given: EventArguments) -> AnyCommand:
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


def _leave_no_address(subject: PersonId, given: EventArguments) -> AnyCommand:
    return ChangeAddress(
        person=subject,
        address=None,
        kind=AddressKind.NONE,
        municipality=given.municipality,
        **given.origin(),
        **given.beginning(),
    )


def _renumber(subject: PersonId, given: EventArguments) -> AnyCommand:
    index, number = given.number()
    reason = given.choice(CprChangeReason, "other")
    return ChangeCpr(person=subject, index=index, number=number, reason=reason, **given.origin())


def _correct_birth(subject: PersonId, given: EventArguments) -> AnyCommand:
    birth_date = read_text(TypeAdapter(UncertainDay), given.text().strip(), "birth_date")
    return CorrectBirth(person=subject, birth_date=birth_date, **given.origin())


def _die(subject: PersonId, given: EventArguments) -> AnyCommand:
    return RecordDeath(
        person=subject,
        died_on=given.uncertain_day,
        presumed=given.presumed,
        **given.origin(),
    )


def _enter_owner(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return EnterFirmOwner(company=subject, owner=given.owner, valid_from=given.on)


def _enter_authority(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return EnterAuthority(
        company=subject,
        kind=given.choice(AuthorityKind, "state"),
        valid_from=given.on,
        decided_by=given.decided_by,
    )


def _open_contact_point(subject: CompanyId, given: EventArguments) -> AnyCommand:
    point = read_json(TypeAdapter(ContactPoint), given.text(), "contact_point")
    return OpenContactPoint(company=subject, valid_from=given.on, valid_to=given.until, **dict(point))


def _grant_right(subject: CompanyId, given: EventArguments) -> AnyCommand:
    kind = given.choice(SendingRight, "public_sender")
    return GrantSendingRight(
        company=subject, kind=kind, valid_from=given.on, valid_to=given.until, decided_by=given.decided_by
    )


def _withdraw_number(subject: PersonId, given: EventArguments) -> AnyCommand:
    return WithdrawCpr(person=subject, index=given.number()[0], **given.origin())


def _annul_number(subject: PersonId, given: EventArguments) -> AnyCommand:
    return AnnulCpr(person=subject, index=given.number()[0], **given.origin())


def _merge(subject: PersonId, given: EventArguments) -> AnyCommand:
    return MergeEntries(person=subject, into=given.other_entry, **given.origin())


def _part(subject: PersonId, given: EventArguments) -> AnyCommand:
    return PartEntries(person=subject, into=given.other_entry, **given.origin())


def _cease(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return CeaseCompany(company=subject, ceased_on=given.day, **given.origin(EntrySource.PARTY))


def _correct_cessation(subject: CompanyId, given: EventArguments) -> AnyCommand:
    return CorrectCessation(company=subject, **given.origin(EntrySource.PARTY))


def _protect(subject: PersonId, given: EventArguments) -> AnyCommand:
    scope = given.choice(ProtectionScope, ProtectionScope.NAME_ADDRESS)
    return ProtectPerson(person=subject, scope=scope, valid_from=given.on, valid_to=given.until, **given.origin())


def _unprotect(subject: PersonId, given: EventArguments) -> AnyCommand:
    scope = given.choice(ProtectionScope, ProtectionScope.NAME_ADDRESS)
    return WithdrawProtection(person=subject, scope=scope, valid_to=given.on)


def _residence(kind: ResidenceKind) -> Callable[[PersonId, EventArguments], AnyCommand]:
    return lambda subject, given: EnterResidence(person=subject, kind=kind, valid_from=given.day, **given.origin())


def _end_entry(subject: PartyId, given: EventArguments) -> AnyCommand:
    matter, entry = given.named_entry
    return EndEntry(matter=matter, party=subject, entry=entry, valid_to=given.day)


def _reopen_entry(subject: PartyId, given: EventArguments) -> AnyCommand:
    matter, entry = given.named_entry
    return ReopenEntry(matter=matter, party=subject, entry=entry)


def _annul_entry(subject: PartyId, given: EventArguments) -> AnyCommand:
    matter, entry = given.named_entry
    return AnnulEntry(matter=matter, party=subject, entry=entry)


BOTH = (PersonId, CompanyId)
COMPANY = (CompanyId,)
LIFE_EVENTS: Mapping[str, LifeEvent] = MappingProxyType(
    {
        "renumber": LifeEvent(_renumber),
        "withdraw-number": LifeEvent(_withdraw_number),
        "annul-number": LifeEvent(_annul_number),
        "merge": LifeEvent(_merge),
        "part": LifeEvent(_part),
        "rename": LifeEvent(_rename, BOTH),
        "move": LifeEvent(_move, BOTH, uncertain_day=True),
        "no-fixed-address": LifeEvent(_leave_no_address, uncertain_day=True),
        "end-entry": LifeEvent(_end_entry, BOTH),
        "reopen-entry": LifeEvent(_reopen_entry, BOTH),
        "annul-entry": LifeEvent(_annul_entry, BOTH),
        "protect": LifeEvent(_protect),
        "unprotect": LifeEvent(_unprotect),
        "leave": LifeEvent(_residence(ResidenceKind.ABROAD)),
        "return": LifeEvent(_residence(ResidenceKind.RESIDENT)),
        "disappear": LifeEvent(_residence(ResidenceKind.DISAPPEARED)),
        "greenland": LifeEvent(_residence(ResidenceKind.GREENLAND)),
        "correct-birth": LifeEvent(_correct_birth),
        "died": LifeEvent(_die, uncertain_day=True),
        "correct-death": LifeEvent(lambda subject, given: CorrectDeath(person=subject, **given.origin())),
        "cease": LifeEvent(_cease, COMPANY),
        "correct-cessation": LifeEvent(_correct_cessation, COMPANY),
        "enter-owner": LifeEvent(_enter_owner, COMPANY),
        "enter-authority": LifeEvent(_enter_authority, COMPANY),
        "grant-sending-right": LifeEvent(_grant_right, COMPANY),
        "open-contact-point": LifeEvent(_open_contact_point, COMPANY),
        "exempt": LifeEvent(exempt, BOTH),
        "revoke-exemption": LifeEvent(revoke_exemption, BOTH),
        "request-exemption": LifeEvent(request_exemption, BOTH),
        "refuse-exemption": LifeEvent(refuse_exemption, BOTH),
        "appeal-exemption": LifeEvent(appeal_exemption, BOTH),
        "confirm-exemption-refusal": LifeEvent(confirm_refusal, BOTH),
        "join": LifeEvent(
            lambda subject, given: JoinVoluntarily(recipient=subject, signature=given.signature),
            BOTH,
        ),
        "break-grace": LifeEvent(lambda subject, given: BreakGrace(recipient=subject), COMPANY),
        "grant-mandate": LifeEvent(grant_mandate, BOTH),
        "enter-parent": LifeEvent(enter_parent),
    }
)


def life_event(name: str, subject: PartyId) -> LifeEvent:
    """The event of that name. Raises UnsuitableArguments, which lists the events of the subject's kind."""
    event = LIFE_EVENTS.get(name)
    if event is None or not isinstance(subject, event.kinds):
        names = ", ".join(name for name, event in LIFE_EVENTS.items() if isinstance(subject, event.kinds))
        raise UnsuitableArguments(f"this is not an event of a {subject.kind}. It is one of: {names}")
    return event


def record_life_event(
    application: Application,
    event: LifeEvent,
    subject: PartyId,
    given: EventArguments,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Record an event. Raises UnsuitableArguments, BadInput, NotACprNumber, or the command's refusal."""
    if not event.uncertain_day:
        given.must_be_certain()
    given = replace(
        given,
        cpr=lambda number: cpr_subject(application, number),
        matter=lambda entry: _matter(application, entry),
    )
    command = event.command(subject, given)
    if given.decided_by is not None and not hasattr(command, "decided_by"):
        raise UnsuitableArguments("this event does not record which authority decided; leave it out", "decided-by")
    return application.execute(command, ACTOR, on_behalf)


def _matter(application: Application, entry: EntryId) -> MatterName:
    """The matter of an entry. Raises NoSuchEntry for one that is not recorded, or not recorded by these events."""
    for record in application.handler.records(entry):
        for name, matter in MATTERS.items():
            if isinstance(record.event, matter.facts):
                return name
    raise NoSuchEntry
