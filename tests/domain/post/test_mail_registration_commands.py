"""A registration is planned by what the registers hold, and begins on its day or when a company breaks its grace."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.company import CompanyCeased
from domain.identity.person import BirthCorrected, PersonDied, PersonRegistered
from domain.identity.registered import UnknownParty
from domain.identity.residence import ResidenceKind
from domain.policy import COMPANY_GRACE_DAYS, DIGITAL_POST_AGE_YEARS, IMMIGRANT_REGISTRATION_DAYS
from domain.post.correction import MailRegistrationAnnulled
from domain.post.exemption import RevocationCause
from domain.post.exemption_after_return import RestoreExemptions
from domain.post.exemption_commands import ExemptFromMail, JoinVoluntarily, RevokeExemption
from domain.post.mail_registration import MailGraceBroken, MailRegistered, Mode
from domain.post.mail_registration_commands import (
    AnotherReasonNeeded,
    BirthDateNeeded,
    BreakGrace,
    DropRegistrationPlan,
    FollowRegistrationPlan,
    NoGraceToBreak,
    PlanMailRegistration,
    RegistrationIsClosed,
)
from domain.post.mail_registration_plan import MailRegistrationPlanned, PlannedFor, RegistrationAnnouncementOrdered
from domain.subject import EntryId, PartyId, PersonId
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_BIRTH_DATE,
    ANNAS_MAIL,
    BIRTHDAY,
    BIRTHDAY_BEGINS,
    BO,
    BO_IS_A_CHILD,
    CHILD_PLANNED,
    EXEMPT_FROM,
    FIRM,
    FIRM_PLANNED,
    FIRM_REGISTERED,
    exemption,
    known,
    planned,
    residence,
)
from tests.law import given

TODAY = date(2026, 3, 2)
AGE = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
GRACE = str(COMPANY_GRACE_DAYS.on(TODAY))
WAIT = str(IMMIGRANT_REGISTRATION_DAYS.on(TODAY))
CHILD_REGISTERED = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
FIRMS_MAIL = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=FIRM_PLANNED.rule)
GRACE_OVER = datetime(2026, 3, 13, 23, 0, tzinfo=UTC)
"""The first instant of 14 March 2026 in Copenhagen."""
FIRM_CLOSED = CompanyCeased(company=FIRM, ceased_on=TODAY)
BY_AGE, IMMIGRATES = PlannedFor.TURNING_15, PlannedFor.IMMIGRATION
BIRTHDAY_COMES = PlanMailRegistration(recipient=BO, reason=BY_AGE)
WAIT_OVER = date(2026, 4, 1)
FOLLOW_CHILD, FOLLOW_FIRM = FollowRegistrationPlan(recipient=BO), FollowRegistrationPlan(recipient=FIRM)


def born(day: date, person: PersonId = BO) -> BirthCorrected:
    """The register holds this birth date."""
    return BirthCorrected(person=person, birth_date=day, source=EntrySource.MUNICIPALITY)


def notice_ordered(plan: MailRegistrationPlanned = CHILD_PLANNED) -> RegistrationAnnouncementOrdered:
    return RegistrationAnnouncementOrdered(recipient=plan.recipient, plan=plan.plan, effective_on=plan.effective_on)


def plan(recipient: PartyId, reason: PlannedFor) -> PlanMailRegistration:
    return PlanMailRegistration(recipient=recipient, reason=reason)


def waiting(recipient: PartyId, effective_on: date, **changes: Any) -> MailRegistrationPlanned:
    """What is planned of an immigrant who waits until 1 April."""
    usual = {"reason": IMMIGRATES, "waits_until": WAIT_OVER, "rule": WAIT}
    return planned(recipient, effective_on, **usual | changes)


def test_the_registration_of_a_child_is_planned_for_the_15th_birthday() -> None:
    known(BO_IS_A_CHILD).when(BIRTHDAY_COMES).then(CHILD_PLANNED)


def test_of_a_child_born_on_29_february_it_is_planned_for_28_february() -> None:
    known(born(date(2012, 2, 29))).when(BIRTHDAY_COMES).then(planned(BO, date(2027, 2, 28)))


def test_an_immigrant_is_planned_for_the_30th_day() -> None:
    known(*ANNA_REGISTERED).when(plan(ANNA, IMMIGRATES)).then(waiting(ANNA, WAIT_OVER))


def test_a_child_who_immigrates_waits_for_the_birthday() -> None:
    known(BO_IS_A_CHILD).when(plan(BO, IMMIGRATES)).then(waiting(BO, BIRTHDAY, rule=AGE))


@pytest.mark.parametrize("birth_date", [date(1989, 5, 7), date(2011, 3, 2), date(2011, 4, 1)])
def test_an_immigrant_whose_birth_date_is_corrected_keeps_the_wait(birth_date: date) -> None:
    past = (*ANNA_REGISTERED, waiting(ANNA, WAIT_OVER), born(birth_date, ANNA))
    known(*past).at(datetime(2026, 3, 5, 9, tzinfo=UTC)).when(plan(ANNA, BY_AGE)).then_nothing()
    follow = FollowRegistrationPlan(recipient=ANNA)
    past = (*past, notice_ordered(waiting(ANNA, WAIT_OVER)))
    known(*past).at(datetime(2026, 3, 31, 21, 59, tzinfo=UTC)).when(follow).then_nothing()
    registered = MailRegistered(recipient=ANNA, mode=Mode.AUTOMATIC, rule=WAIT)
    known(*past).at(datetime(2026, 3, 31, 22, tzinfo=UTC)).when(follow).then(registered)


def test_an_immigrant_who_turns_out_to_turn_15_after_the_wait_waits_for_the_birthday() -> None:
    past = (*ANNA_REGISTERED, waiting(ANNA, WAIT_OVER), born(date(2011, 4, 2), ANNA))
    known(*past).when(plan(ANNA, BY_AGE)).then(waiting(ANNA, date(2026, 4, 2), rule=AGE))


def test_the_wait_is_kept_through_a_birth_date_that_is_corrected_to_a_childs_and_back() -> None:
    as_child = waiting(ANNA, date(2027, 5, 7), rule=AGE)
    past = (*ANNA_REGISTERED, waiting(ANNA, WAIT_OVER))
    known(*past, born(date(2012, 5, 7), ANNA)).when(plan(ANNA, BY_AGE)).then(as_child)
    past = (*past, as_child, born(ANNAS_BIRTH_DATE, ANNA))
    known(*past).when(plan(ANNA, BY_AGE)).then(waiting(ANNA, WAIT_OVER))
    after = (*past, MailRegistrationAnnulled(recipient=ANNA))
    known(*after).when(plan(ANNA, BY_AGE)).then(waiting(ANNA, WAIT_OVER))


def moved(*past: Event, day: date = TODAY) -> tuple[tuple[Event, ...], PlanMailRegistration]:
    """The past and a move to Denmark of that day, and what is to be planned by it."""
    home = residence(BO, ResidenceKind.RESIDENT, day)
    return (*past, home), PlanMailRegistration(recipient=BO, reason=IMMIGRATES, residence=home.entry)


def test_a_resident_whose_residence_gets_another_day_is_no_immigrant() -> None:
    past, command = moved(BO_IS_A_CHILD, CHILD_PLANNED)
    known(*past).when(command).then_nothing()


def test_who_had_disappeared_and_is_found_is_no_immigrant_and_is_registered_by_age_at_once() -> None:
    disappeared = residence(BO, ResidenceKind.DISAPPEARED, date(2026, 2, 1))
    past, command = moved(BO_IS_A_CHILD, CHILD_PLANNED, disappeared)
    known(*past).when(command).then_nothing()
    past, command = moved(born(date(2011, 3, 2)), disappeared)
    known(*past).when(command).then(CHILD_REGISTERED)


def test_who_comes_back_waits_as_an_immigrant_also_if_the_departure_followed_a_disappearance() -> None:
    abroad = residence(BO, ResidenceKind.ABROAD, date(2026, 1, 15))
    past, command = moved(BO_IS_A_CHILD, CHILD_PLANNED, abroad)
    known(*past).when(command).then(waiting(BO, BIRTHDAY, rule=AGE, residence=command.residence))
    past, command = moved(BO_IS_A_CHILD, residence(BO, ResidenceKind.DISAPPEARED, date(2026, 1, 1)), abroad)
    known(*past).when(command).then(waiting(BO, BIRTHDAY, rule=AGE, residence=command.residence))


def test_nobody_immigrates_by_a_move_that_was_annulled_meanwhile() -> None:
    past, command = moved(BO_IS_A_CHILD, CHILD_PLANNED)
    known(*past[:-1]).when(command).then_nothing()


def test_a_new_company_has_a_grace_of_12_days() -> None:
    known(*FIRM_REGISTERED).when(plan(FIRM, PlannedFor.NEW_COMPANY)).then(FIRM_PLANNED)
    assert FIRM_PLANNED.rule == GRACE


def test_a_grace_is_counted_from_the_first_plan_only() -> None:
    later = datetime(2026, 3, 5, 9, tzinfo=UTC)
    known(FIRM_PLANNED).at(later).when(plan(FIRM, PlannedFor.NEW_COMPANY)).then_nothing()


def test_a_grace_that_is_over_is_not_given_again() -> None:
    known(FIRM_PLANNED).at(GRACE_OVER).when(plan(FIRM, PlannedFor.NEW_COMPANY)).then_nothing()


def test_an_immigrant_who_left_during_the_wait_waits_anew_on_coming_back_after_it() -> None:
    past = (*ANNA_REGISTERED, waiting(ANNA, WAIT_OVER))
    back, anew = plan(ANNA, IMMIGRATES), date(2026, 7, 31)
    known(*past).at(datetime(2026, 3, 20, 9, tzinfo=UTC)).when(back).then_nothing()
    second = waiting(ANNA, anew, waits_until=anew, announce_on=date(2026, 7, 10))
    known(*past).at(datetime(2026, 7, 1, 9, tzinfo=UTC)).when(back).then(second)


def test_the_same_birthday_is_planned_once() -> None:
    known(BO_IS_A_CHILD, CHILD_PLANNED).when(BIRTHDAY_COMES).then_nothing()


def test_a_corrected_birth_date_moves_the_planned_birthday() -> None:
    past = (BO_IS_A_CHILD, CHILD_PLANNED, born(date(2011, 6, 16)))
    known(*past).when(BIRTHDAY_COMES).then(planned(BO, date(2026, 6, 16)))


def test_nothing_is_planned_of_the_registered_nor_of_who_lives_abroad() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(plan(ANNA, IMMIGRATES)).then_nothing()
    known(*ANNA_ABROAD).when(plan(ANNA, BY_AGE)).then_nothing()
    away = PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE, resident=False)
    known(away).when(plan(ANNA, BY_AGE)).then_nothing()


def test_of_the_exempt_the_day_is_planned_and_they_are_registered_when_the_exemption_is_over() -> None:
    exempt = exemption(ANNA, valid_from=EXEMPT_FROM, valid_to=date(2026, 3, 9))
    (of_age,) = known(*ANNA_REGISTERED, exempt).when(plan(ANNA, BY_AGE)).facts
    assert of_age == planned(ANNA, date(2005, 1, 1), announce_on=None)
    follow = FollowRegistrationPlan(recipient=ANNA)
    known(*ANNA_REGISTERED, exempt, of_age).when(follow).then_nothing()
    after = datetime(2026, 3, 9, 9, tzinfo=UTC)
    known(*ANNA_REGISTERED, exempt, of_age).at(after).when(follow).then(ANNAS_MAIL)


@pytest.mark.parametrize("reason", [BY_AGE, IMMIGRATES])
def test_nothing_is_planned_of_a_person_whose_birth_date_the_register_does_not_hold(reason: PlannedFor) -> None:
    given(PersonRegistered(person=BO, birth_date=None)).when(plan(BO, reason)).then_refused(BirthDateNeeded)


def test_people_do_not_begin_as_companies_nor_companies_as_people() -> None:
    for reason in PlannedFor:
        of_people = reason in {BY_AGE, IMMIGRATES}
        given().when(plan(FIRM if of_people else ANNA, reason)).then_refused(AnotherReasonNeeded)


@pytest.mark.parametrize(
    "command",
    [
        plan(ANNA, BY_AGE),
        plan(FIRM, PlannedFor.NEW_COMPANY),
        plan(FIRM, PlannedFor.TAKEN_OVER),
        FollowRegistrationPlan(recipient=ANNA),
        FOLLOW_FIRM,
        BreakGrace(recipient=FIRM),
        ExemptFromMail(recipient=ANNA),
        RevokeExemption(recipient=ANNA, cause=RevocationCause.SELF),
        JoinVoluntarily(recipient=ANNA, signature=UUID(int=7)),
        DropRegistrationPlan(recipient=ANNA),
        RestoreExemptions(recipient=ANNA, residence=EntryId(UUID(int=7))),
    ],
)
def test_w13_nothing_is_recorded_about_somebody_who_is_not_registered(command: AnyCommand) -> None:
    given().when(command).then_refused(UnknownParty)


def test_nothing_is_planned_of_the_dead() -> None:
    known(*ANNA_REGISTERED, ANNA_DIED).when(plan(ANNA, IMMIGRATES)).then_refused(RegistrationIsClosed)


def test_a_resident_of_age_is_registered() -> None:
    registered = MailRegistered(recipient=ANNA, mode=Mode.AUTOMATIC, rule=AGE)
    known(*ANNA_REGISTERED).when(plan(ANNA, BY_AGE)).then(registered)


def test_nobody_is_registered_before_the_15th_birthday() -> None:
    known(born(date(2011, 3, 3))).when(BIRTHDAY_COMES).then(planned(BO, date(2026, 3, 3)))
    known(born(date(2011, 3, 2))).when(BIRTHDAY_COMES).then(CHILD_REGISTERED)


@pytest.mark.parametrize("command", [PlanMailRegistration, FollowRegistrationPlan, JoinVoluntarily])
def test_w12_no_command_that_registers_a_person_takes_a_date_from_its_caller(command: Any) -> None:
    fields = {field.name for field in dataclasses.fields(command)}
    assert fields <= {"recipient", "reason", "residence", "signature"}


def test_w12_a_false_reason_registers_nobody_before_the_day_that_the_registers_hold() -> None:
    child = born(date(2021, 6, 15))
    for reason in (BY_AGE, IMMIGRATES):
        (fact,) = known(child).when(plan(BO, reason)).facts
        assert isinstance(fact, MailRegistrationPlanned)
        assert fact.effective_on == date(2036, 6, 15)
        day_before = datetime(2036, 6, 14, 21, tzinfo=UTC)
        known(child, fact, notice_ordered(fact)).at(day_before).when(FOLLOW_CHILD).then_nothing()


def test_edge_12_a_child_is_registered_at_midnight_in_copenhagen_on_the_birthday() -> None:
    minute_before = datetime(2026, 6, 14, 21, 59, tzinfo=UTC)
    past = (CHILD_PLANNED, notice_ordered())
    known(*past).at(minute_before).when(FOLLOW_CHILD).then_nothing()
    known(*past).at(BIRTHDAY_BEGINS).when(FOLLOW_CHILD).then(CHILD_REGISTERED)


def test_a_plan_that_another_one_took_the_place_of_registers_nobody() -> None:
    later = planned(BO, date(2027, 6, 15))
    known(CHILD_PLANNED, later).at(BIRTHDAY_BEGINS).when(FOLLOW_CHILD).then_nothing()


def test_without_a_plan_nobody_is_registered_by_following_it() -> None:
    known(*ANNA_REGISTERED).when(FollowRegistrationPlan(recipient=ANNA)).then_nothing()
    known().when(FOLLOW_FIRM).then_nothing()


def test_edge_13_a_company_in_its_grace_is_registered_when_the_grace_is_over() -> None:
    past = (FIRM_PLANNED, notice_ordered(FIRM_PLANNED))
    known(*past).when(FOLLOW_FIRM).then_nothing()
    known(*past).at(GRACE_OVER).when(FOLLOW_FIRM).then(FIRMS_MAIL)


def test_a_company_that_is_not_new_is_registered_at_once() -> None:
    at_once = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=None)
    known(*FIRM_REGISTERED).when(plan(FIRM, PlannedFor.TAKEN_OVER)).then(at_once)


@pytest.mark.parametrize("settled", [ANNAS_MAIL, ANNA_EXEMPT, ANNA_DIED])
def test_the_duty_changes_nothing_for_the_registered_the_exempt_and_the_closed(settled: Event) -> None:
    past = (*ANNA_REGISTERED, planned(ANNA, date(2005, 1, 1)), settled)
    known(*past).when(FollowRegistrationPlan(recipient=ANNA)).then_nothing()


@pytest.mark.parametrize(
    "past",
    [
        ANNA_ABROAD,
        (PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE, resident=False),),
        (*ANNA_REGISTERED, PersonDied(person=ANNA, died_on=TODAY)),
    ],
)
def test_the_duty_does_not_reach_one_without_residence_nor_the_dead(past: tuple[Event, ...]) -> None:
    known(*past, planned(ANNA, date(2005, 1, 1))).when(FollowRegistrationPlan(recipient=ANNA)).then_nothing()


def test_one_who_left_before_the_planned_day_is_not_registered_on_it() -> None:
    past = (CHILD_PLANNED, residence(BO, ResidenceKind.ABROAD, TODAY))
    known(*past).at(BIRTHDAY_BEGINS).when(FOLLOW_CHILD).then_nothing()


def test_a_company_that_logs_in_breaks_its_grace_and_is_registered() -> None:
    known(FIRM_PLANNED).when(BreakGrace(recipient=FIRM)).then(MailGraceBroken(recipient=FIRM), FIRMS_MAIL)


def test_a_broken_grace_is_not_broken_again_and_its_end_changes_nothing() -> None:
    past = (FIRM_PLANNED, MailGraceBroken(recipient=FIRM), FIRMS_MAIL)
    known(*past).when(BreakGrace(recipient=FIRM)).then_nothing()
    known(*past).at(GRACE_OVER).when(FOLLOW_FIRM).then_nothing()


@pytest.mark.parametrize(
    ("recipient", "past"),
    [
        (FIRM, FIRM_REGISTERED),
        (BO, (CHILD_PLANNED,)),
        (ANNA, (ANNAS_MAIL, ANNA_EXEMPT)),
        (FIRM, (FIRM_PLANNED, exemption(FIRM))),
    ],
)
def test_only_a_new_company_that_is_not_exempt_has_a_grace_to_break(
    recipient: PartyId, past: tuple[Event, ...]
) -> None:
    known(*past).when(BreakGrace(recipient=recipient)).then_refused(NoGraceToBreak)


def test_an_exempt_company_is_not_registered_by_logging_in() -> None:
    known(FIRM_PLANNED, exemption(FIRM)).when(BreakGrace(recipient=FIRM)).then_refused(NoGraceToBreak)


def test_a_ceased_company_has_no_grace_to_break() -> None:
    known(FIRM_PLANNED, FIRM_CLOSED).when(BreakGrace(recipient=FIRM)).then_refused(RegistrationIsClosed)
