"""Two entries of one human are merged, and a number that should not exist is annulled."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand, Refused
from domain.fact import Event
from domain.identity.birth_and_death import CorrectBirth, CorrectDeath, RecordDeath
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.mandate import MandateKind
from domain.identity.mandate_commands import GrantMandate
from domain.identity.merge import EntriesMerged, EntryIsMerged, MergeAnnulled
from domain.identity.number import (
    CPR_NUMBER,
    CprAnnulled,
    CprAssigned,
    CprChanged,
    CprChangeReason,
    CprRedirected,
    Number,
    NumberIsAnnulled,
)
from domain.identity.number_commands import (
    AnnulCpr,
    ChangeCpr,
    MergeEntries,
    NumberInUse,
    NumberOfNobody,
    OnlyOneIsDead,
    PartEntries,
    SameEntry,
    WithdrawCpr,
)
from domain.identity.person import PersonDied, PersonRegistered
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_checks import UnknownPerson
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.identity.protection_commands import ProtectPerson, WithdrawProtection
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.identity.uncertain_day import UncertainDay
from domain.nemkonto.designation import DesignationChannel
from domain.nemkonto.designation_commands import DesignateNemkonto
from domain.post.exemption_commands import ExemptFromMail, JoinVoluntarily
from domain.post.mail_registration_commands import FollowRegistrationPlan, PlanMailRegistration
from domain.post.mail_registration_plan import PlannedFor
from domain.post.receipt import ReceiptStatus
from domain.subject import CprIndex, PersonId
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_ADDRESS,
    ANNAS_BIRTH_DATE,
    ANNAS_INDEX,
    ANNAS_MAIL,
    ANNAS_NAME,
    ANNAS_NAME_ENTERED,
    ANNAS_NEW_INDEX,
    ANNAS_NEW_NUMBER,
    ANNAS_NUMBER,
    BO,
    DESIGNATION,
    SALARY_ACCOUNT,
    SALARY_INDEX,
    letter,
    post,
)
from tests.law import folded, given

CARL = PersonId(UUID(int=78))
BOS_INDEX = CprIndex(UUID(int=77))
CHANGED = CprChanged(
    person=ANNA, index=ANNAS_NEW_INDEX, previous=ANNAS_INDEX, number=ANNAS_NEW_NUMBER, reason=CprChangeReason.SEX
)
BO_REGISTERED = (
    PersonRegistered(person=BO, birth_date=None),
    CprAssigned(person=BO, index=BOS_INDEX, number=ANNAS_NUMBER),
)
BOTH: tuple[Event, ...] = (*ANNA_REGISTERED, CHANGED, *BO_REGISTERED)
MERGE = MergeEntries(person=ANNA, into=BO)
TWO_NUMBERS = tuple(
    CprRedirected(person=ANNA, into=BO, index=index, in_use=False) for index in (ANNAS_INDEX, ANNAS_NEW_INDEX)
)
MERGED: tuple[Event, ...] = (*BOTH, EntriesMerged(person=ANNA, into=BO), *TWO_NUMBERS)
NAMED: dict[str, Any] = {"matter": MatterName.PERSON_NAME, "party": ANNA, "entry": ANNAS_NAME_ENTERED.entry}
DEAD = PersonDied(person=ANNA, died_on=date(2026, 2, 28))


def number(index: CprIndex, *facts: Event) -> Number:
    state = folded(CPR_NUMBER.of(index), facts)
    assert isinstance(state, Number)
    return state


def test_w2_two_entries_of_one_human_are_merged_and_the_numbers_of_both_lead_to_the_one_that_remains() -> None:
    given(*BOTH).when(MERGE).then(EntriesMerged(person=ANNA, into=BO), *TWO_NUMBERS)
    assert [number(index, *MERGED).bearer for index in (ANNAS_INDEX, ANNAS_NEW_INDEX, BOS_INDEX)] == [BO, BO, BO]
    given(*MERGED).when(MERGE).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        ChangeCpr(person=ANNA, index=CprIndex(UUID(int=5)), number=ANNAS_NUMBER, reason=CprChangeReason.OTHER),
        WithdrawCpr(person=ANNA, index=ANNAS_INDEX),
        AnnulCpr(person=ANNA, index=ANNAS_INDEX),
        MergeEntries(person=ANNA, into=CARL),
        MergeEntries(person=CARL, into=ANNA),
        ChangeName(person=ANNA, name=ANNAS_NAME),
        ChangeAddress(person=ANNA, address=ANNAS_ADDRESS),
        EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=date(2026, 3, 1)),
        ProtectPerson(person=ANNA),
        GrantMandate(giver=ANNA, held_by=CARL, kind=MandateKind.READ, birth_date=ANNAS_BIRTH_DATE),
        GrantMandate(giver=CARL, held_by=ANNA, kind=MandateKind.READ, birth_date=ANNAS_BIRTH_DATE),
        WithdrawProtection(person=ANNA),
        CorrectBirth(person=ANNA, birth_date=UncertainDay(1990)),
        RecordDeath(person=ANNA, died_on=date(2026, 3, 1)),
        CorrectDeath(person=ANNA),
        EndEntry(**NAMED, valid_to=date(2026, 3, 1)),
        ReopenEntry(**NAMED),
        AnnulEntry(**NAMED),
        PlanMailRegistration(recipient=ANNA, reason=PlannedFor.TURNING_15),
        FollowRegistrationPlan(recipient=ANNA),
        ExemptFromMail(recipient=ANNA),
        JoinVoluntarily(recipient=ANNA, digital_signature=True),
        DesignateNemkonto(
            designation=DESIGNATION,
            payee=ANNA,
            account_index=SALARY_INDEX,
            account=SALARY_ACCOUNT,
            channel=DesignationChannel.SELF_SERVICE,
            code_hash="hash",
        ),
    ],
)
def test_w2_every_further_act_on_the_merged_entry_is_refused_with_the_entry_that_remains(command: AnyCommand) -> None:
    other = (PersonRegistered(person=CARL, birth_date=None),)
    decided = given(*MERGED, *other).when(command)
    decided.then_refused(EntryIsMerged)
    assert str(decided.refusal).endswith(str(BO))


def test_w2_nothing_more_arrives_at_the_merged_entry() -> None:
    facts = post(*MERGED, ANNAS_MAIL).when(letter()).facts
    assert [getattr(fact, "status", None) for fact in facts][-1] is ReceiptStatus.NOT_ALLOWED


@pytest.mark.parametrize(
    ("past", "command", "refusal"),
    [
        (BOTH, MergeEntries(person=BO, into=BO), SameEntry),
        (BO_REGISTERED, MERGE, UnknownPerson),
        (ANNA_REGISTERED, MERGE, UnknownPerson),
        ((*BOTH, DEAD), MERGE, OnlyOneIsDead),
    ],
)
def test_what_is_not_two_entries_of_one_human_is_not_merged(
    past: tuple[Event, ...], command: AnyCommand, refusal: type[Refused]
) -> None:
    given(*past).when(command).then_refused(refusal)


def test_w2_entries_that_were_merged_by_mistake_are_parted_and_each_has_its_numbers() -> None:
    part = PartEntries(person=ANNA, into=BO)
    parted = given(*MERGED).when(part).facts
    assert parted[0] == MergeAnnulled(person=ANNA, into=BO)
    assert [(fact.index, fact.in_use) for fact in parted if isinstance(fact, CprRedirected)] == [
        (ANNAS_INDEX, False),
        (ANNAS_NEW_INDEX, True),
    ]
    assert number(ANNAS_INDEX, *MERGED, *parted).bearer == ANNA
    assert number(BOS_INDEX, *MERGED, *parted).bearer == BO
    given(*MERGED, *parted).when(part).then_nothing()
    assert given(*MERGED, *parted).when(ChangeName(person=ANNA, name=ANNAS_NAME)).facts
    again = given(*MERGED, *parted).when(MERGE).facts
    assert len(again) == len(TWO_NUMBERS) + 1


def test_a_number_that_is_annulled_leads_to_nobody_and_is_given_to_nobody() -> None:
    annul = AnnulCpr(person=ANNA, index=ANNAS_INDEX)
    annulled = CprAnnulled(person=ANNA, index=ANNAS_INDEX)
    given(*ANNA_REGISTERED, CHANGED).when(annul).then(annulled)
    past = (*ANNA_REGISTERED, CHANGED, annulled)
    given(*past).when(annul).then_nothing()
    assert number(ANNAS_INDEX, *past) == Number(bearer=None, annulled=True)
    for person in (ANNA, BO):
        taken = RegisterPerson(person=person, index=ANNAS_INDEX, number=ANNAS_NUMBER)
        given(*past).when(taken).then_refused(NumberIsAnnulled)
    back = ChangeCpr(person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, reason=CprChangeReason.OTHER)
    given(*past).when(back).then_refused(NumberIsAnnulled)


def test_the_number_that_somebody_bears_is_not_annulled_nor_that_of_another() -> None:
    given(*ANNA_REGISTERED).when(AnnulCpr(person=ANNA, index=ANNAS_INDEX)).then_refused(NumberInUse)
    given(*BOTH).when(AnnulCpr(person=BO, index=ANNAS_INDEX)).then_refused(NumberOfNobody)
    given(*BOTH).when(AnnulCpr(person=ANNA, index=BOS_INDEX)).then_refused(NumberOfNobody)
