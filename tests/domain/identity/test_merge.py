"""Two entries of one human are merged, and a number that should not exist is annulled."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand, Refused
from domain.fact import Event
from domain.identity.birth_and_death import RecordDeath
from domain.identity.entry_commands import MatterName
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.number import (
    CPR_NUMBER,
    CprAnnulled,
    CprAssigned,
    CprChanged,
    CprChangeReason,
    CprLost,
    CprRedirected,
    Number,
    NumberIsAnnulled,
)
from domain.identity.number_commands import (
    AnnulCpr,
    AnnulMerge,
    ChangeCpr,
    MergeEntries,
    NumberOfNobody,
    OnlyOneIsDead,
    SameEntry,
)
from domain.identity.person import PERSON, Person, PersonDied, PersonRegistered
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.identity.registered import UnknownParty
from domain.post.receipt import ReceiptStatus
from domain.subject import CprIndex, PersonId
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_INDEX,
    ANNAS_MAIL,
    ANNAS_NAME,
    ANNAS_NAME_ENTERED,
    ANNAS_NEW_INDEX,
    ANNAS_NEW_NUMBER,
    ANNAS_NUMBER,
    BO,
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
NEW_NUMBER: dict[str, Any] = {
    "person": ANNA,
    "index": ANNAS_NEW_INDEX,
    "number": ANNAS_NEW_NUMBER,
    "reason": CprChangeReason.SEX,
}
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


def test_w2_nothing_more_arrives_at_the_merged_entry() -> None:
    facts = post(*MERGED, ANNAS_MAIL).when(letter()).facts
    assert [getattr(fact, "status", None) for fact in facts][-1] is ReceiptStatus.NOT_ALLOWED


@pytest.mark.parametrize(
    ("past", "command", "refusal"),
    [
        (BOTH, MergeEntries(person=BO, into=BO), SameEntry),
        (BO_REGISTERED, MERGE, UnknownParty),
        (ANNA_REGISTERED, MERGE, UnknownParty),
        ((*BOTH, DEAD), MERGE, OnlyOneIsDead),
    ],
)
def test_what_is_not_two_entries_of_one_human_is_not_merged(
    past: tuple[Event, ...], command: AnyCommand, refusal: type[Refused]
) -> None:
    given(*past).when(command).then_refused(refusal)


def test_w2_entries_that_were_merged_by_mistake_are_annulled_and_each_has_its_numbers() -> None:
    annul = AnnulMerge(person=ANNA, into=BO)
    annulled = given(*MERGED).when(annul).facts
    assert annulled[0] == MergeAnnulled(person=ANNA, into=BO)
    assert [(fact.index, fact.in_use) for fact in annulled if isinstance(fact, CprRedirected)] == [
        (ANNAS_INDEX, False),
        (ANNAS_NEW_INDEX, True),
    ]
    assert number(ANNAS_INDEX, *MERGED, *annulled).bearer == ANNA
    assert number(BOS_INDEX, *MERGED, *annulled).bearer == BO
    given(*MERGED, *annulled).when(annul).then_nothing()
    assert given(*MERGED, *annulled).when(ChangeName(person=ANNA, name=ANNAS_NAME)).facts
    again = given(*MERGED, *annulled).when(MERGE).facts
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


def test_who_bears_the_number_that_is_annulled_has_none_and_is_given_another() -> None:
    annul = AnnulCpr(person=ANNA, index=ANNAS_INDEX)
    facts = (CprAnnulled(person=ANNA, index=ANNAS_INDEX), CprLost(person=ANNA))
    given(*ANNA_REGISTERED).when(annul).then(*facts)
    past = (*ANNA_REGISTERED, *facts)
    given(*past).when(annul).then_nothing()
    person = folded(PERSON.of(ANNA), past)
    assert isinstance(person, Person)
    assert (person.registered, person.number, person.numbers) == (True, None, ())
    for act in (ChangeName(person=ANNA, name=ANNAS_NAME), RecordDeath(person=ANNA, died_on=date(2026, 3, 1))):
        assert given(*past).when(act).facts
    given(*past).when(ChangeCpr(**NEW_NUMBER)).then(CHANGED.model_copy(update={"previous": None}))
    given(*past, *BO_REGISTERED).when(MERGE).then(EntriesMerged(person=ANNA, into=BO))


def test_a_number_that_leads_to_nobody_or_to_another_is_not_annulled_about_the_person() -> None:
    given(*BOTH).when(AnnulCpr(person=BO, index=ANNAS_INDEX)).then_refused(NumberOfNobody)
    given(*BOTH).when(AnnulCpr(person=ANNA, index=BOS_INDEX)).then_refused(NumberOfNobody)
