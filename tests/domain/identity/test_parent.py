"""The parents of a child: at most two on a day, each an entry that child and parent have in their histories."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.command import Refused
from domain.entry import EntryEndCause, EntrySource, Marker
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, NotTheirEntry, ReopenEntry
from domain.identity.parent import (
    PARENTS,
    EnterParent,
    NobodysOwnParent,
    ParentAnnulled,
    ParentEndCorrected,
    ParentEnded,
    ParentEntered,
    ParentKind,
    TooManyParents,
)
from domain.identity.person import PersonDied, PersonRegistered
from domain.identity.person_checks import AfterTheDeath
from domain.identity.registered import UnknownParty
from domain.policy import PARENTS_MAX
from domain.subject import EntryId, PersonId
from tests.controls import ANNA, BO, known
from tests.law import CONTEXT, given

CHILD, STRANGER = PersonId(UUID(int=21)), PersonId(UUID(int=22))
PEOPLE = tuple(PersonRegistered(person=person, birth_date=None) for person in (CHILD, STRANGER))
BORN = date(2020, 5, 1)
TODAY = date(2026, 3, 2)


def parent(person: PersonId, kind: ParentKind, number: int) -> ParentEntered:
    return ParentEntered(
        entry=EntryId(UUID(int=number)),
        party=CHILD,
        valid_from=BORN,
        source=EntrySource.MUNICIPALITY,
        parent=person,
        kind=kind,
        rule=str(PARENTS_MAX.on(TODAY)),
    )


MOTHER, FATHER = parent(ANNA, ParentKind.MOTHER, 31), parent(BO, ParentKind.FATHER, 32)


OF_THE_FATHER: dict[str, Any] = {"matter": MatterName.PARENT, "party": CHILD, "entry": FATHER.entry}


def enter(person: PersonId = BO, kind: ParentKind = ParentKind.FATHER, day: date | None = BORN) -> EnterParent:
    return EnterParent(child=CHILD, parent=person, kind=kind, valid_from=day)


def test_a_parent_is_entered_from_a_day_and_the_same_again_changes_nothing() -> None:
    new = FATHER.model_copy(update={"entry": PARENTS.new_entry(CONTEXT)})
    known(*PEOPLE, MOTHER).when(enter()).then(new)
    assert {CHILD, BO} <= set(new.subjects())
    known(*PEOPLE, MOTHER, FATHER).when(enter()).then_nothing()


@pytest.mark.parametrize("dead", [BO, CHILD])
def test_nobody_becomes_a_parent_or_a_child_on_a_stated_day_after_the_death(dead: PersonId) -> None:
    past = (*PEOPLE, PersonDied(person=dead, died_on=BORN))
    known(*past).when(enter(day=TODAY)).then_refused(AfterTheDeath)
    known(*past).when(enter()).then(FATHER.model_copy(update={"entry": PARENTS.new_entry(CONTEXT)}))
    assert known(*past).when(enter(day=None)).facts, "since before today, as of a father who died before the birth"


def test_a_child_has_two_parents_on_a_day_and_another_after_one_of_them() -> None:
    third = enter(STRANGER, ParentKind.CO_MOTHER, TODAY)
    known(*PEOPLE, MOTHER, FATHER).when(third).then_refused(TooManyParents)
    ended = ParentEnded(entry=FATHER.entry, party=CHILD, parent=BO, valid_to=TODAY, cause=EntryEndCause.STATED)
    end = EndEntry(matter=MatterName.PARENT, party=CHILD, entry=FATHER.entry, valid_to=TODAY)
    known(*PEOPLE, MOTHER, FATHER).when(end).then(ended)
    assert known(*PEOPLE, MOTHER, FATHER, ended).when(third).refusal is None


def test_the_children_of_a_person_are_not_its_parents() -> None:
    of_anna = EnterParent(child=ANNA, parent=STRANGER, kind=ParentKind.MOTHER)
    annas_father = FATHER.model_copy(update={"entry": EntryId(UUID(int=43)), "party": ANNA})
    assert known(*PEOPLE, MOTHER, annas_father).when(of_anna).refusal is None


def test_the_children_of_one_parent_do_not_take_each_others_place() -> None:
    ended = ParentEnded(entry=FATHER.entry, party=CHILD, parent=BO, valid_to=TODAY, cause=EntryEndCause.STATED)
    of_another = FATHER.model_copy(
        update={"entry": EntryId(UUID(int=44)), "party": STRANGER, "valid_from": date(2022, 1, 1)}
    )
    past = known(*PEOPLE, FATHER, of_another)
    past.when(EndEntry(**OF_THE_FATHER, valid_to=TODAY)).then(ended)
    corrected = ParentEndCorrected(
        entry=FATHER.entry, party=CHILD, parent=BO, valid_to=None, corrected=EntryEndCause.STATED
    )
    known(*PEOPLE, FATHER, of_another, ended).when(ReopenEntry(**OF_THE_FATHER)).then(corrected)


@pytest.mark.parametrize("command", [EndEntry, ReopenEntry, AnnulEntry])
def test_an_entry_of_a_child_is_ended_and_corrected_by_the_name_of_the_child_only(command: type[Any]) -> None:
    by_the_parent = OF_THE_FATHER | {"party": BO} | ({"valid_to": TODAY} if command is EndEntry else {})
    known(*PEOPLE, FATHER).when(command(**by_the_parent)).then_refused(NotTheirEntry)


def test_a_parent_whose_end_is_taken_back_or_moved_leaves_the_child_with_two_parents_on_each_day() -> None:
    ended = ParentEnded(
        entry=FATHER.entry, party=CHILD, parent=BO, valid_to=date(2021, 1, 1), cause=EntryEndCause.STATED
    )
    co_mother = parent(STRANGER, ParentKind.CO_MOTHER, 33).model_copy(update={"valid_from": date(2022, 1, 1)})
    past = known(*PEOPLE, MOTHER, FATHER, ended, co_mother)
    past.when(ReopenEntry(**OF_THE_FATHER)).then_refused(TooManyParents)
    past.when(EndEntry(**OF_THE_FATHER, valid_to=date(2022, 1, 2))).then_refused(TooManyParents)
    assert past.when(EndEntry(**OF_THE_FATHER, valid_to=date(2022, 1, 1))).facts


def test_a_parent_who_is_still_to_begin_counts_for_who_would_be_one_beside_that_parent() -> None:
    next_month = FATHER.model_copy(update={"valid_from": date(2026, 4, 1)})
    third = enter(STRANGER, ParentKind.CO_MOTHER, TODAY)
    known(*PEOPLE, MOTHER, next_month).when(third).then_refused(TooManyParents)


def test_a_parent_by_mistake_is_annulled() -> None:
    annul = AnnulEntry(matter=MatterName.PARENT, party=CHILD, entry=FATHER.entry)
    annulled = ParentAnnulled(entry=FATHER.entry, party=CHILD, parent=BO, marker=Marker.ANNULLED)
    known(*PEOPLE, FATHER).when(annul).then(annulled)


@pytest.mark.parametrize(
    ("wish", "refusal"), [(enter(CHILD), NobodysOwnParent), (enter(PersonId(UUID(int=9))), UnknownParty)]
)
def test_who_cannot_be_a_parent_is_refused(wish: EnterParent, refusal: type[Refused]) -> None:
    known(*PEOPLE).when(wish).then_refused(refusal)
    given(PEOPLE[1]).when(wish).then_refused(UnknownParty)
