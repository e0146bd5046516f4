"""Ready-made people, companies, accounts and letters for every test; all numbers are replacement numbers (day + 60)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from adapters.keys.vault import Vault
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.authority import AuthorityEntered, AuthorityKind, SendingRight, SendingRightGranted
from domain.identity.company import CompanyRegistered
from domain.identity.company_address import CompanyAddressEntered
from domain.identity.company_name import CompanyNameEntered
from domain.identity.cpr import CprNumber
from domain.identity.cvr import CvrNumber
from domain.identity.mandate import MandateGranted, MandateKind, MandateScope
from domain.identity.names import Address, PersonName
from domain.identity.number import CprAssigned, CvrAssigned
from domain.identity.person import BirthCorrected, PersonDied, PersonRegistered
from domain.identity.person_address import AddressEntered, AddressKind
from domain.identity.person_name import NameEntered
from domain.identity.residence import ResidenceEntered, ResidenceKind
from domain.identity.uncertain_day import UncertainDay
from domain.nemkonto.account import DanishAccount, IbanAccount
from domain.nemkonto.activation_code import activation_code
from domain.policy import EXEMPTION_YEARS
from domain.post.exemption import ExemptionEntered, ExemptionReason
from domain.post.letter_fault import Fault
from domain.post.mail_registration import MailRegistered, Mode
from domain.post.mail_registration_plan import MailRegistrationPlanned, PlannedFor
from domain.post.message import MessageMadeAvailable, MessageScheduled
from domain.post.message_commands import SubmitMessage
from domain.post.receipt import ReceiptIssued, ReceiptStatus, receipt_of
from domain.post.submission import MessageSubmitted, StoredLetter
from domain.subject import (
    AccountIndex,
    CompanyId,
    CprIndex,
    CvrIndex,
    DesignationId,
    EntryId,
    MessageId,
    PartyId,
    PersonId,
)
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.law import CONTEXT, NOW, Scene, given

ANNA = PersonId(UUID("a11a0000-0000-4000-8000-000000000001"))
"""Born 1 January 1990; her replacement number is 610190 and a serial."""
BO = PersonId(UUID("b0b00000-0000-4000-8000-000000000002"))
"""Anna's husband, who may read her post."""
SKAT = CompanyId(UUID("5ca70000-0000-4000-8000-000000000003"))
"""The tax authority, as a sender of letters."""
FIRM = CompanyId(UUID("f1f10000-0000-4000-8000-000000000004"))
"""A small limited company."""

SALARY_ACCOUNT = DanishAccount(registration_number="0040", account_number="0440116243")
SALARY_INDEX = AccountIndex(UUID("acc00000-0000-4000-8000-000000000001"))
SAVINGS_ACCOUNT = DanishAccount(registration_number="5051", account_number="0001234567")
SAVINGS_INDEX = AccountIndex(UUID("acc00000-0000-4000-8000-000000000002"))
GERMAN_ACCOUNT = IbanAccount(iban="DE89370400440532013000")
GERMAN_INDEX = AccountIndex(UUID("acc00000-0000-4000-8000-000000000003"))
DESIGNATION = DesignationId(UUID("de500000-0000-4000-8000-000000000001"))
"""A first designation of a NemKonto."""
LATER_DESIGNATION = DesignationId(UUID("de500000-0000-4000-8000-000000000002"))
ACTIVATION_CODE = "12345678"

SKAT_EXISTS: tuple[Event, ...] = (
    CompanyRegistered(company=SKAT),
    AuthorityEntered(
        entry=EntryId(UUID(int=9)),
        party=SKAT,
        kind=AuthorityKind.STATE,
        valid_from=date(2005, 11, 1),
        source=EntrySource.REGISTER_LOAD,
    ),
)
SKATS_RIGHTS: Mapping[SendingRight, SendingRightGranted] = {
    kind: SendingRightGranted(
        entry=EntryId(UUID(int=number)),
        party=SKAT,
        kind=kind,
        valid_from=date(2014, 11, 1),
        source=EntrySource.REGISTER_LOAD,
    )
    for number, kind in enumerate(SendingRight, 1)
}
SKAT_SENDS: tuple[Event, ...] = (*SKAT_EXISTS, *SKATS_RIGHTS.values())
"""The tax authority has every right to send."""

LETTER = MessageId(UUID("1e77e400-0000-4000-8000-000000000001"))
"""A letter from the tax authority to Anna."""
ANNAS_MAIL = MailRegistered(recipient=ANNA, mode=Mode.AUTOMATIC, rule="digital_post.age_years@2014-11-01")


def mandate(giver: PartyId, holder: PartyId, kind: MandateKind = MandateKind.READ, **changes: Any) -> MandateGranted:
    """The holder may act for the giver, in the giver's post since 2025 unless the changes say otherwise."""
    usual: dict[str, Any] = {
        "entry": EntryId(uuid5(giver.uuid, f"{holder} {kind}")),
        "party": giver,
        "held_by": holder,
        "kind": kind,
        "scope": MandateScope.MAIL,
        "valid_from": date(2025, 1, 1),
        "source": EntrySource.PARTY,
    }
    return MandateGranted(**usual | changes)


BO_READS_FOR_ANNA = mandate(ANNA, BO)
RELEASE_DAY = date(2026, 3, 10)
"""A value date eight days after the scene's clock."""
RELEASE_AT = datetime(2026, 3, 9, 23, tzinfo=UTC)
"""The first instant of the release day in Copenhagen."""


STORED = StoredLetter(
    content=UUID("c0c00000-0000-4000-8000-000000000001"),
    document=UUID("d0c00000-0000-4000-8000-000000000001"),
    bytes_sha256="b0" * 32,
    size_bytes=18_000,
)


def letter(**changes: Any) -> SubmitMessage:
    """The submission of an ordinary letter to Anna, or of one that differs in the named fields."""
    ordinary: dict[str, Any] = {
        "message": LETTER,
        "sender": SKAT,
        "recipient": ANNA,
        "transmission": UUID("7a450000-0000-4000-8000-000000000001"),
        "memo_version": "1.1",
        "message_type": "DIGITALPOST",
        "stored": STORED,
        "mandatory": False,
        "legal_notification": False,
        "reply": False,
        "reply_by": None,
        "do_not_deliver_until": None,
        "title": "Your tax assessment",
        "sender_reference": "2026-1",
    }
    return SubmitMessage(**ordinary | changes)


def submitted(command: SubmitMessage) -> MessageSubmitted:
    """The fact that follows first from a submission."""
    assert command.stored is not None
    details = {field.name: getattr(command.details, field.name) for field in fields(command.details)}
    rest = details | asdict(command.stored)
    names = MessageSubmitted.model_fields.keys() - rest.keys() - {"mandate", "submitted_on"}
    return MessageSubmitted(**{name: getattr(command, name) for name in names}, submitted_on=NOW.date(), **rest)


def letter_receipt(status: ReceiptStatus, *faults: Fault) -> ReceiptIssued:
    """The letter's receipt with that status."""
    receipt = receipt_of(LETTER, status)
    return ReceiptIssued(receipt=receipt, message=LETTER, sender=SKAT, status=status, faults=faults)


RECEIVED = letter_receipt(ReceiptStatus.RECEIVED)
COMPLETED = letter_receipt(ReceiptStatus.COMPLETED)
AVAILABLE = MessageMadeAvailable(message=LETTER, recipient=ANNA)
ARRIVED: tuple[Event, ...] = (ANNAS_MAIL, submitted(letter()), RECEIVED, AVAILABLE, COMPLETED)
"""The letter has arrived in Anna's mailbox."""
SUMMONED: tuple[Event, ...] = (ANNAS_MAIL, submitted(letter(legal_notification=True)), RECEIVED, AVAILABLE, COMPLETED)
"""The letter is a summons, and has arrived."""
SCHEDULED = MessageScheduled(
    message=LETTER,
    sender=SKAT,
    recipient=ANNA,
    release_at=RELEASE_AT,
    rule="digital_post.scheduled_ahead_days_max@2022-09-01",
    release_rule="digital_post.release_hour@2012-07-01",
)
HELD_BACK: tuple[Event, ...] = (
    *SKAT_SENDS,
    ANNAS_MAIL,
    submitted(letter(do_not_deliver_until=RELEASE_DAY)),
    RECEIVED,
    SCHEDULED,
)
"""The letter is held back until its value date."""
EXEMPT_FROM = date(2026, 2, 16)


def exemption(party: PartyId, **changes: Any) -> ExemptionEntered:
    """The recipient is exempt since February, or as the named fields say."""
    usual: dict[str, Any] = {
        "entry": EntryId(uuid5(party.uuid, "exemption")),
        "party": party,
        "valid_from": EXEMPT_FROM,
        "source": EntrySource.AUTHORITY,
        "reason": ExemptionReason.OTHER,
        "ground": None,
        "rule": None if "valid_to" in changes else str(EXEMPTION_YEARS.on(EXEMPT_FROM)),
    }
    return ExemptionEntered(**usual | changes)


ANNA_EXEMPT = exemption(ANNA)
ANNA_DIED = PersonDied(person=ANNA, died_on=date(2026, 2, 28))
BO_REPRESENTS_ANNAS_ESTATE = mandate(
    ANNA, BO, MandateKind.ESTATE, valid_from=date(2026, 3, 1), source=EntrySource.COURT, document="skifteret 2026-17"
)

ANNAS_NUMBER = CprNumber("6101901234")
ANNAS_INDEX = CprIndex(UUID("c9400000-0000-4000-8000-000000000001"))
ANNAS_NEW_NUMBER = CprNumber("6101901238")
ANNAS_NEW_INDEX = CprIndex(UUID("c9400000-0000-4000-8000-000000000002"))
ANNAS_NAME = PersonName(given="Anna Sofie", family="Prøve")
ANNAS_ADDRESS = Address(street="Prøvevej 1, 2. tv", postal_code="2100", city="København Ø")
ANNAS_BIRTH_DATE = date(1990, 1, 1)
ANNAS_NAME_ENTERED = NameEntered(
    entry=EntryId(UUID("e9000000-0000-4000-8000-000000000001")),
    party=ANNA,
    valid_from=date(2020, 1, 1),
    source=EntrySource.REGISTER_LOAD,
    name=ANNAS_NAME,
)
ANNAS_ADDRESS_ENTERED = AddressEntered(
    entry=EntryId(UUID("e9000000-0000-4000-8000-000000000011")),
    party=ANNA,
    valid_from=date(2020, 1, 1),
    source=EntrySource.REGISTER_LOAD,
    kind=AddressKind.HOME,
    address=ANNAS_ADDRESS,
)
ANNA_REGISTERED: tuple[Event, ...] = (
    PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE),
    CprAssigned(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER),
    ANNAS_NAME_ENTERED,
    ANNAS_ADDRESS_ENTERED,
)
"""Anna is registered, a resident with number, name and address."""


def residence(person: PersonId, kind: ResidenceKind, day: date) -> ResidenceEntered:
    """The person has that residence from the day."""
    entry = EntryId(uuid5(person.uuid, f"{kind} {day}"))
    return ResidenceEntered(entry=entry, party=person, valid_from=day, source=EntrySource.MUNICIPALITY, kind=kind)


ANNA_ABROAD: tuple[Event, ...] = (*ANNA_REGISTERED, residence(ANNA, ResidenceKind.ABROAD, date(2026, 1, 15)))
FIRMS_NUMBER = CvrNumber("99999993")
FIRMS_INDEX = CvrIndex(UUID("c5400000-0000-4000-8000-000000000001"))
EVERYBODY: tuple[Event, ...] = (
    PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE),
    PersonRegistered(person=BO, birth_date=date(1988, 2, 2)),
    CompanyRegistered(company=FIRM),
)
"""All of them are registered."""


def born(day: UncertainDay) -> BirthCorrected:
    """Anna was born then, as was corrected."""
    return BirthCorrected(person=ANNA, birth_date=day, source=EntrySource.MUNICIPALITY)


ANNA_IS_A_CHILD = born(UncertainDay(2015, 6, 1))


def post(*past: Event) -> Scene:
    """The past of a sender that has every right to send."""
    return given(*SKAT_SENDS, *past)


def known(*past: Event) -> Scene:
    """The past of people and a company that are registered."""
    return given(*EVERYBODY, *past)


FIRMS_NAME_ENTERED = CompanyNameEntered(
    entry=EntryId(UUID("e9000000-0000-4000-8000-000000000002")),
    party=FIRM,
    valid_from=date(2020, 1, 1),
    source=EntrySource.REGISTER_LOAD,
    name="Prøve ApS",
)
FIRMS_ADDRESS_ENTERED = CompanyAddressEntered(
    entry=EntryId(UUID("e9000000-0000-4000-8000-000000000012")),
    party=FIRM,
    valid_from=date(2020, 1, 1),
    source=EntrySource.REGISTER_LOAD,
    address=ANNAS_ADDRESS,
)
FIRM_REGISTERED: tuple[Event, ...] = (
    CompanyRegistered(company=FIRM),
    CvrAssigned(company=FIRM, index=FIRMS_INDEX, number=FIRMS_NUMBER),
    FIRMS_NAME_ENTERED,
    FIRMS_ADDRESS_ENTERED,
)
FIRM_AUTHORITY: tuple[Event, ...] = (
    *FIRM_REGISTERED,
    AuthorityEntered(
        entry=EntryId(UUID("e9000000-0000-4000-8000-000000000003")),
        party=FIRM,
        valid_from=date(2020, 1, 1),
        source=EntrySource.REGISTER_LOAD,
        kind=AuthorityKind.OTHER,
    ),
)
"""The firm is an authority."""


def planned(recipient: PartyId, effective_on: date, **changes: Any) -> MailRegistrationPlanned:
    """What is planned by the scene's clock for a 15th birthday, or as the named fields say."""
    usual: dict[str, Any] = {
        "recipient": recipient,
        "plan": EntryId(uuid5(CONTEXT.command, "mail registration plan")),
        "reason": PlannedFor.TURNING_15,
        "effective_on": effective_on,
        "announce_on": max(effective_on - timedelta(days=21), NOW.date()),
        "waits_until": None,
        "rule": "digital_post.age_years@2014-11-01",
    }
    announced = (usual | changes)["announce_on"] is not None
    usual["announce_rule"] = "digital_post.registration_announcement_days@2012-07-01" if announced else None
    return MailRegistrationPlanned(**usual | changes)


FIRM_PLANNED = planned(
    FIRM,
    date(2026, 3, 14),
    reason=PlannedFor.NEW_COMPANY,
    waits_until=date(2026, 3, 14),
    rule="digital_post.company_grace_days@2022-03-21",
)
"""The firm waits out its grace, counted from the scene's clock."""
CHILDS_BIRTH_DATE = date(2011, 6, 15)
BIRTHDAY = date(2026, 6, 15)
"""The child turns 15 this day."""
BIRTHDAY_BEGINS = datetime(2026, 6, 14, 22, 0, tzinfo=UTC)
BO_IS_A_CHILD = PersonRegistered(person=BO, birth_date=CHILDS_BIRTH_DATE)
CHILD_PLANNED = planned(BO, BIRTHDAY)
BOS_MAIL = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule="digital_post.age_years@2014-11-01")


CODES = Vault(MemoryKeys(), bytes(32))
"""Keys for the hashes of activation codes."""


def code_hash(designation: DesignationId, code: str) -> str:
    """What facts keep of an activation code."""
    return str(CODES.index("activation code", f"{designation} {activation_code(code)}"))
