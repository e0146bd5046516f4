"""A newborn is entered without a name and named within six months; what was not named in time is reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.due import dues_by
from domain.entry import EntrySource
from domain.fact import SEALED, Event
from domain.identity.naming import NamingAwaited, NamingDeadlinePassed
from domain.identity.naming_commands import MoveNaming, ReportMissingName
from domain.identity.person import BirthCorrected, PersonDied, PersonEntryCause
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.identity.uncertain_day import UncertainDay
from domain.reactions import fall_due, react
from tests.controls import ANNA, ANNAS_INDEX, ANNAS_NAME, ANNAS_NUMBER
from tests.domain.test_reactions import recorded
from tests.law import given

BORN = UncertainDay(2026, 2, 27)
BIRTH = RegisterPerson(
    person=ANNA, index=ANNAS_INDEX, number=ANNAS_NUMBER, birth_date=BORN, cause=PersonEntryCause.BIRTH
)
NEWBORN: tuple[Event, ...] = given().when(BIRTH).facts
TOO_LATE = datetime(2026, 8, 26, 22, tzinfo=UTC)
"""The first instant of 27 August 2026 in Copenhagen."""


def awaited(day: date) -> NamingAwaited:
    return NamingAwaited(person=ANNA, due_on=day, rule="identity.naming_months@2012-07-01")


def test_a_newborn_without_a_name_is_to_be_named_within_six_months() -> None:
    assert NEWBORN[-1] == awaited(date(2026, 8, 27))
    (due,) = dues_by(recorded(NEWBORN[-1]))
    assert due.due_at == TOO_LATE
    assert fall_due(due).command == ReportMissingName(person=ANNA)


def test_the_day_is_encrypted_because_the_birth_date_follows_from_it() -> None:
    assert "2026" not in str(awaited(date(2026, 8, 27)).open_fields())
    assert set(awaited(date(2026, 8, 27)).personal_fields()) == {"due_on"}
    assert dues_by(recorded(awaited(date(2026, 8, 27)).model_copy(update={"due_on": SEALED}))) == ()


@pytest.mark.parametrize(
    "command", [replace(BIRTH, name=ANNAS_NAME), replace(BIRTH, cause=PersonEntryCause.REGISTER_LOAD)]
)
def test_who_has_a_name_or_is_no_newborn_is_not_waited_for(command: RegisterPerson) -> None:
    assert not [fact for fact in given().when(command).facts if isinstance(fact, NamingAwaited)]


def test_a_child_that_was_not_named_in_time_is_reported_once_and_may_still_be_named() -> None:
    report, overdue = ReportMissingName(person=ANNA), NamingDeadlinePassed(person=ANNA)
    given(*NEWBORN).at(TOO_LATE).when(report).then(overdue)
    given(*NEWBORN, overdue).at(TOO_LATE).when(report).then_nothing()
    assert given(*NEWBORN, overdue).at(TOO_LATE).when(ChangeName(person=ANNA, name=ANNAS_NAME)).facts


def test_a_child_that_was_named_or_died_is_not_reported() -> None:
    named = given(*NEWBORN).when(ChangeName(person=ANNA, name=ANNAS_NAME)).facts
    for later in (named, (PersonDied(person=ANNA, died_on=date(2026, 3, 1)),)):
        given(*NEWBORN, *later).at(TOO_LATE).when(ReportMissingName(person=ANNA)).then_nothing()


def test_the_day_moves_with_a_corrected_birth_date() -> None:
    corrected = BirthCorrected(person=ANNA, birth_date=UncertainDay(2026, 1, 31), source=EntrySource.MUNICIPALITY)
    past = (*NEWBORN, corrected)
    move = react(recorded(corrected), [recorded(fact) for fact in past])[0].command
    assert move == MoveNaming(person=ANNA)
    given(*past).when(move).then(awaited(date(2026, 7, 31)))
    named = given(*past).when(ChangeName(person=ANNA, name=ANNAS_NAME)).facts
    given(*past, *named).when(move).then_nothing()


def test_of_a_birth_date_that_is_not_whole_the_last_possible_day_counts() -> None:
    born = replace(BIRTH, birth_date=UncertainDay(2026, 1))
    assert given().when(born).facts[-1] == awaited(date(2026, 7, 31))
