"""An example of every command: the paragraph that allows it, and what has happened before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.command import AnyCommand
from domain.entry import EntryEndCause, EntrySource
from domain.fact import Event, Retention
from domain.identity.after_end import FollowCessation, FollowDeath
from domain.identity.authority import AuthorityKind, SendingRight
from domain.identity.authority_commands import EnterAuthority, GrantSendingRight, RegisterAuthority
from domain.identity.birth_and_death import CorrectBirth, CorrectDeath, RecordDeath
from domain.identity.cessation import CeaseCompany, CorrectCessation
from domain.identity.company import (
    CessationCorrected,
    ChangeCompanyAddress,
    ChangeCompanyName,
    CompanyCeased,
    RegisterCompany,
)
from domain.identity.contact_point import OpenContactPoint
from domain.identity.cvr import CvrNumber
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.mandate import MandateKind
from domain.identity.mandate_commands import FollowPartiesOfMandate, GrantMandate
from domain.identity.merge import EntriesMerged
from domain.identity.naming import NamingAwaited
from domain.identity.naming_commands import MoveNaming, ReportMissingName
from domain.identity.number import CprAssigned, CprChangeReason
from domain.identity.number_commands import AnnulCpr, AnnulMerge, ChangeCpr, MergeEntries, WithdrawCpr
from domain.identity.parent import EnterParent, ParentKind
from domain.identity.person import PersonDied, PersonRegistered
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_commands import (
    RegisterPerson,
)
from domain.identity.person_name import ChangeName, NameEnded
from domain.identity.protection import ProtectionEntered, ProtectionScope
from domain.identity.protection_commands import ProtectPerson, WithdrawProtection
from domain.identity.protection_lapse import (
    OrderProtectionReminder,
    PlanProtectionReminders,
    ProtectionReminderOrdered,
    ProtectionReminderPlanned,
)
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.identity.uncertain_day import UncertainDay
from domain.operations import operation_commands as operations
from domain.operations.disclosure import DataDisclosed, DiscloseData, DisclosureRefused, QuestionKind, RefuseDisclosure
from domain.operations.operation import (
    DatabaseOpenedByHand,
    ErasureOrdered,
    RegistersReplayed,
)
from domain.operations.refusal import RecordRefusal
from domain.post.arrival_flag import Arrival, FlagArrivals
from domain.post.exemption import RevocationCause
from domain.post.exemption_commands import ExemptFromMail, JoinVoluntarily, RevokeExemption
from domain.post.imported_arrival_commands import ImportArrival
from domain.post.item import ItemMarkedRead
from domain.post.item_commands import HandleMessage, MarkRead, MarkUnread
from domain.post.mail_registration_commands import (
    BreakGrace,
    FollowRegistrationPlan,
)
from domain.post.message import Channel, Handling, ServiceEffected
from domain.post.outage import OutageRecorded, system_of
from domain.post.outage_commands import AnnulOutage, EndOutage, RecordOutage
from domain.post.protection_reminder import RemindOfProtection, submit_reminder
from domain.post.receipt import AcknowledgeReceipt
from domain.post.release_commands import RecallMessage, ReleaseMessage
from domain.post.service import OtherMethod, ServedOtherwise, ServiceConfirmationRequested, ServiceMistake
from domain.post.service_commands import (
    AbandonService,
    AnnulService,
    ConfirmService,
    FindServiceValid,
    RecordOtherService,
)
from domain.subject import THIS_LOG, CvrIndex, DisclosureId, EntryId, OutageId
from tests.bin.application.arrival_examples import ARRIVAL_EXAMPLES
from tests.bin.application.nemkonto_examples import NEMKONTO_EXAMPLES
from tests.bin.application.registration_examples import REGISTRATION_EXAMPLES
from tests.bin.application.retention_examples import RETENTION_EXAMPLES
from tests.bin.application.seal_examples import SEAL_EXAMPLES
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_ADDRESS,
    ANNAS_INDEX,
    ANNAS_MAIL,
    ANNAS_NAME,
    ANNAS_NAME_ENTERED,
    ANNAS_NEW_INDEX,
    ANNAS_NEW_NUMBER,
    ANNAS_NUMBER,
    ARRIVED,
    BO,
    BO_READS_FOR_ANNA,
    BO_REPRESENTS_ANNAS_ESTATE,
    BOS_MAIL,
    EVERYBODY,
    FIRM,
    FIRM_AUTHORITY,
    FIRM_PLANNED,
    FIRM_REGISTERED,
    FIRMS_INDEX,
    FIRMS_NUMBER,
    HELD_BACK,
    LETTER,
    RECEIVED,
    RELEASE_AT,
    SKAT,
    STORED,
    SUMMONED,
    letter,
)
from tests.law import NOW

TODAY = NOW.date()
READER: dict[str, Any] = {"message": LETTER, "owner": ANNA, "reader": ANNA, "channel": Channel.APP}
OUTAGE: dict[str, Any] = {"outage": OutageId(UUID(int=7)), "client": Channel.APP}
OUT = OutageRecorded(**OUTAGE, system=system_of(Channel.APP), began_at=NOW - timedelta(hours=1), ended_at=None)
COURT: dict[str, Any] = {"message": LETTER, "recipient": ANNA, "sender": SKAT}
SERVED = ServiceEffected(message=LETTER, recipient=ANNA, reader=ANNA, handling=Handling.MOVED, channel=Channel.APP)
ORDERED = ErasureOrdered(subject=ANNA, retention_class=None, keys=(UUID(int=1),))
UNNAMED = NamingAwaited(person=ANNA, due_on=TODAY, rule="a rule")
BO_REGISTERED = PersonRegistered(person=BO, birth_date=None)
MERGED = EntriesMerged(person=ANNA, into=BO)
WRONG_NUMBER = CprAssigned(person=ANNA, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER)
DEAD = PersonDied(person=ANNA, died_on=TODAY)
DEAD_BEFORE_THE_MOVE = PersonDied(person=ANNA, died_on=date(2019, 12, 31))


PROTECTED = ProtectionEntered(
    entry=EntryId(UUID(int=8)),
    party=ANNA,
    valid_from=TODAY,
    valid_to=TODAY + timedelta(days=30),
    source=EntrySource.PARTY,
    scope=ProtectionScope.NAME_ADDRESS,
    rule=None,
)
LAPSES = ProtectionReminderOrdered(entry=PROTECTED.entry, party=ANNA, lapses_on=TODAY)
TO_REMIND = ProtectionReminderPlanned(
    entry=PROTECTED.entry, party=ANNA, lapses_on=TODAY + timedelta(days=30), remind_on=TODAY, rule="a rule"
)
REMINDER_PLANNED: tuple[Event, ...] = (*ANNA_REGISTERED, PROTECTED, TO_REMIND)
NAMED: dict[str, Any] = {"matter": MatterName.PERSON_NAME, "party": ANNA, "entry": ANNAS_NAME_ENTERED.entry}
ANNAS_NAME_ENDED = NameEnded(entry=ANNAS_NAME_ENTERED.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.STATED)
NEW_AUTHORITY = RegisterAuthority(
    company=SKAT,
    index=CvrIndex(UUID(int=9)),
    number=CvrNumber("90000004"),
    name="Prøvestyrelsen",
    kind=AuthorityKind.STATE,
    rights=(SendingRight.PUBLIC_SENDER,),
)
CEASED = CompanyCeased(company=FIRM, ceased_on=TODAY)
CEASED_BEFORE_THE_MOVE = CompanyCeased(company=FIRM, ceased_on=date(2000, 1, 1))
PLANNED_FOR_TODAY = FIRM_PLANNED.model_copy(update={"effective_on": TODAY})
BOS_ACCESS: dict[str, Any] = {"entry": BO_READS_FOR_ANNA.entry, "giver": ANNA, "held_by": BO}

EXAMPLES: tuple[tuple[str, tuple[Event, ...], AnyCommand], ...] = (
    *REGISTRATION_EXAMPLES,
    ("CPR act § 3", (), RegisterPerson(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, name=ANNAS_NAME)),
    (
        "CPR act § 3",
        ANNA_REGISTERED,
        ChangeCpr(person=ANNA, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER, reason=CprChangeReason.OTHER),
    ),
    ("CPR act § 3", (WRONG_NUMBER, *ANNA_REGISTERED), WithdrawCpr(person=ANNA, index=ANNAS_NEW_INDEX)),
    ("CPR act § 3", (WRONG_NUMBER, *ANNA_REGISTERED), AnnulCpr(person=ANNA, index=ANNAS_NEW_INDEX)),
    ("CPR act § 3", (*ANNA_REGISTERED, BO_REGISTERED), MergeEntries(person=ANNA, into=BO)),
    ("CPR act § 3", (*ANNA_REGISTERED, BO_REGISTERED, MERGED), AnnulMerge(person=ANNA, into=BO)),
    ("CPR act § 6", ANNA_REGISTERED, ChangeName(person=ANNA, name=ANNAS_NAME)),
    ("CPR act § 6", ANNA_REGISTERED, ChangeAddress(person=ANNA, address=ANNAS_ADDRESS)),
    ("CPR act § 6", ANNA_REGISTERED, EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=TODAY)),
    ("CPR act § 6", ANNA_ABROAD, EnterResidence(person=ANNA, kind=ResidenceKind.RESIDENT, valid_from=TODAY)),
    ("CPR act § 3", (*ANNA_REGISTERED[:2], UNNAMED), MoveNaming(person=ANNA)),
    ("CPR act § 3", (*ANNA_REGISTERED[:2], UNNAMED), ReportMissingName(person=ANNA)),
    ("CPR act § 6", ANNA_REGISTERED, CorrectBirth(person=ANNA, birth_date=UncertainDay(1990, 1))),
    ("CPR act § 6", ANNA_REGISTERED, RecordDeath(person=ANNA, died_on=TODAY)),
    ("CPR act § 6", (*ANNA_REGISTERED, DEAD), CorrectDeath(person=ANNA)),
    ("CPR act § 6", (*ANNA_REGISTERED, DEAD_BEFORE_THE_MOVE), FollowDeath(person=ANNA)),
    ("CPR act § 28", ANNA_REGISTERED, ProtectPerson(person=ANNA)),
    ("CPR act § 28", (*ANNA_REGISTERED, PROTECTED), WithdrawProtection(person=ANNA)),
    ("CPR act § 28", (*ANNA_REGISTERED, PROTECTED), PlanProtectionReminders(person=ANNA, after_mistake=False)),
    ("CPR act § 28", REMINDER_PLANNED, OrderProtectionReminder(person=ANNA, entry=PROTECTED.entry)),
    (
        "CPR act § 28",
        ANNA_REGISTERED,
        RemindOfProtection(
            entry=PROTECTED.entry,
            person=ANNA,
            lapses_on=TODAY,
            submission=replace(submit_reminder(LAPSES), stored=STORED),
        ),
    ),
    ("CPR act § 6", ANNA_REGISTERED, EndEntry(**NAMED, valid_to=TODAY)),
    ("CPR act § 6", (*ANNA_REGISTERED, ANNAS_NAME_ENDED), ReopenEntry(**NAMED)),
    ("CPR act § 6", ANNA_REGISTERED, AnnulEntry(**NAMED)),
    ("CVR act § 3", (), RegisterCompany(company=FIRM, index=FIRMS_INDEX, number=FIRMS_NUMBER, name="Prøve ApS")),
    ("CVR act § 3", FIRM_REGISTERED, ChangeCompanyName(company=FIRM, name="Prøve A/S")),
    ("CVR act § 3", FIRM_REGISTERED, ChangeCompanyAddress(company=FIRM, address=ANNAS_ADDRESS)),
    ("CVR act § 3", FIRM_REGISTERED, CeaseCompany(company=FIRM, ceased_on=TODAY)),
    ("LBK 686/2021 § 7", (), NEW_AUTHORITY),
    ("LBK 686/2021 § 1", FIRM_REGISTERED, EnterAuthority(company=FIRM, kind=AuthorityKind.OTHER)),
    ("LBK 686/2021 § 7", FIRM_AUTHORITY, GrantSendingRight(company=FIRM, kind=SendingRight.PUBLIC_SENDER)),
    ("LBK 686/2021 § 3(2)", (*FIRM_REGISTERED, FIRM_PLANNED), BreakGrace(recipient=FIRM)),
    ("CVR act § 3", (*FIRM_REGISTERED, CEASED), CorrectCessation(company=FIRM)),
    ("CVR act § 3", (*FIRM_REGISTERED, CEASED_BEFORE_THE_MOVE), FollowCessation(company=FIRM)),
    (
        "LBK 686/2021 § 3(2)",
        (*FIRM_REGISTERED, PLANNED_FOR_TODAY, CEASED, CessationCorrected(company=FIRM)),
        FollowRegistrationPlan(recipient=FIRM),
    ),
    ("CPR act § 6", EVERYBODY, EnterParent(child=ANNA, parent=BO, kind=ParentKind.FATHER)),
    ("BEK 1553/2013 § 14", (BO_READS_FOR_ANNA, DEAD), FollowPartiesOfMandate(**BOS_ACCESS, on=TODAY)),
    ("LBK 686/2021 § 4", (*ANNA_REGISTERED, ANNA_EXEMPT), JoinVoluntarily(recipient=ANNA)),
    (
        "LBK 686/2021 § 5",
        (*ANNA_REGISTERED, ANNAS_MAIL),
        ExemptFromMail(recipient=ANNA),
    ),
    ("LBK 686/2021 § 5", (*ANNA_REGISTERED, ANNA_EXEMPT), RevokeExemption(recipient=ANNA, cause=RevocationCause.SELF)),
    (
        "BEK 2020/2021 § 12",
        (*EVERYBODY, ANNAS_MAIL, BOS_MAIL),
        GrantMandate(giver=ANNA, held_by=BO, kind=MandateKind.READ),
    ),
    (
        "værgemålsloven § 5",
        EVERYBODY,
        GrantMandate(giver=ANNA, held_by=BO, kind=MandateKind.GUARDIAN, source=EntrySource.COURT),
    ),
    (
        "BEK 2020/2021 § 12",
        (BO_READS_FOR_ANNA,),
        EndEntry(matter=MatterName.MANDATE, party=BO, entry=BO_READS_FOR_ANNA.entry, valid_to=TODAY),
    ),
    (
        "LBK 686/2021 § 7",
        FIRM_AUTHORITY,
        OpenContactPoint(company=FIRM, contact_point=UUID(int=9), name="Borgerservice", code="KLE 00.01.00"),
    ),
    ("LBK 686/2021 § 10", (ANNAS_MAIL,), letter()),
    ("LBK 686/2021 § 10", (ANNAS_MAIL,), letter(legal_notification=True)),
    (
        "LBK 686/2021 § 10",
        ANNA_REGISTERED,
        ImportArrival(
            message=LETTER,
            sender=SKAT,
            recipient=ANNA,
            available_at=datetime(2021, 3, 1, tzinfo=UTC),
            system="e-Boks",
            evidence_sha256="e0" * 32,
        ),
    ),
    ("LBK 686/2021 § 10", HELD_BACK, RecallMessage(message=LETTER, sender=SKAT, reason="a mistake")),
    (
        "LBK 686/2021 § 10",
        tuple(
            fact.model_copy(update={"release_at": NOW}) if "release_at" in type(fact).model_fields else fact
            for fact in HELD_BACK
        ),
        ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT),
    ),
    ("LBK 686/2021 § 10", ARRIVED, AcknowledgeReceipt(receipt=RECEIVED.receipt, message=LETTER, sender=SKAT)),
    ("LBK 686/2021 § 10", ARRIVED, HandleMessage(**READER, handling=Handling.OPENED)),
    ("retsplejeloven § 155(1) no. 3", SUMMONED, HandleMessage(**READER, handling=Handling.MOVED)),
    ("LBK 686/2021 § 10", (*SUMMONED, SERVED), HandleMessage(**READER, handling=Handling.OPENED)),
    (
        "LBK 686/2021 § 10",
        (*SUMMONED, ANNA_DIED, BO_REPRESENTS_ANNAS_ESTATE),
        HandleMessage(**READER | {"reader": BO}, handling=Handling.OPENED),
    ),
    (
        "retsplejeloven § 155(1) no. 2",
        (*ARRIVED, ServiceConfirmationRequested(message=LETTER, recipient=ANNA)),
        ConfirmService(**READER, stated_on=TODAY, arrived_on=TODAY),
    ),
    ("retsplejeloven § 155", SUMMONED, AbandonService(**COURT, next_method=OtherMethod.LETTER)),
    ("retsplejeloven § 155", SUMMONED, RecordOtherService(**COURT, method=OtherMethod.LETTER, served_on=TODAY)),
    ("retsplejeloven § 156 a", SUMMONED, RecordOtherService(**COURT, method=OtherMethod.TELEPHONE, served_on=TODAY)),
    (
        "retsplejeloven § 155",
        (
            *SUMMONED,
            ServedOtherwise(message=LETTER, recipient=ANNA, sender=SKAT, method=OtherMethod.LETTER, served_on=TODAY),
        ),
        AnnulService(**COURT, because=ServiceMistake.RECORDED_WRONGLY),
    ),
    ("retsplejeloven § 163(2)", SUMMONED, FindServiceValid(**COURT, reached_on=TODAY)),
    (
        "BEK 1553/2013 § 14",
        (*ARRIVED, PersonDied(person=ANNA, died_on=TODAY - timedelta(days=1))),
        FlagArrivals(recipient=ANNA, arrivals=(Arrival(LETTER, TODAY),)),
    ),
    *RETENTION_EXAMPLES,
    ("LBK 686/2021 § 10", (), RecordOutage(**OUTAGE, began_at=NOW, ended_at=None)),
    ("LBK 686/2021 § 10", (OUT,), EndOutage(**OUTAGE, ended_at=NOW)),
    ("LBK 686/2021 § 10", (OUT,), AnnulOutage(**OUTAGE)),
    ("LBK 686/2021 § 10", SUMMONED, MarkRead(**READER)),
    (
        "LBK 686/2021 § 10",
        (*ARRIVED, ItemMarkedRead(message=LETTER, recipient=ANNA, reader=ANNA, channel=Channel.APP)),
        MarkUnread(**READER),
    ),
    *ARRIVAL_EXAMPLES,
    *NEMKONTO_EXAMPLES,
    (
        "forvaltningsloven § 29",
        (),
        DiscloseData(
            facts=(
                DataDisclosed(
                    disclosure=DisclosureId(UUID(int=2)),
                    parties=(ANNA,),
                    question=QuestionKind.ROW,
                    known=1,
                    opened=False,
                    rows=1,
                ),
            ),
            legal_basis="forvaltningsloven § 29",
        ),
    ),
    (
        "GDPR art. 5(2)",
        (),
        RefuseDisclosure(
            fact=DisclosureRefused(
                disclosure=DisclosureId(UUID(int=3)),
                parties=(ANNA,),
                question=QuestionKind.ROW,
                known=1,
                because="ReadingNeedsBasis",
            )
        ),
    ),
    (
        "GDPR art. 5(2)",
        (BO_REGISTERED,),
        RecordRefusal(subject=LETTER, by=BO, act="HandleMessage", because="NotTheRecipient"),
    ),
    ("GDPR art. 32(1)", (), operations.RecordAct(fact=DatabaseOpenedByHand(log=THIS_LOG))),
    (
        "GDPR art. 5(2)",
        (),
        operations.RecordAct(fact=RegistersReplayed(log=THIS_LOG, into="audit", position=1, registers=("messages",))),
    ),
    ("GDPR art. 32(1)", (), operations.SwapRegister(name="messages", position=1, attested=1)),
    ("GDPR art. 32(1)", (), operations.MigrateSchema(from_revision="0001", to_revision="0002")),
    ("rigsrevisorloven § 10", (), operations.ExportEntries(size=3, legal_basis="rigsrevisorloven § 10")),
    ("GDPR art. 5(2)", (), operations.AcknowledgeRegisterStop(name="messages", position=1, reason="a mistake")),
    ("GDPR art. 5(2)", (), operations.AcknowledgeSealHalt(position=1, cause="a fork", reason="a mistake")),
    (
        "GDPR art. 17(1)(a)",
        (),
        operations.OrderErasure(
            subject=ANNA, retention_class=Retention.POST, legal_basis="GDPR art. 17(1)(a)", keys=(UUID(int=1),)
        ),
    ),
    (
        "GDPR art. 17(1)(b)",
        (ORDERED,),
        operations.RecordDestroyedKeys(
            subject=ANNA, retention_class=None, legal_basis="GDPR art. 17(1)(b)", keys=(UUID(int=1),)
        ),
    ),
    *SEAL_EXAMPLES,
)
"""For each command: its paragraph, facts that happened before, and the command."""
