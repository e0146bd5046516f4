"""A registration is announced, and begins by duty on its day or when a new company breaks its grace."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.company import CompanyCeased
from domain.identity.person import PersonDied, PersonRegistered
from domain.identity.residence import ResidenceKind
from domain.policy import COMPANY_GRACE_DAYS, DIGITAL_POST_AGE_YEARS, IMMIGRANT_REGISTRATION_DAYS
from domain.post.exemption import RevocationCause
from domain.post.exemption_commands import ExemptFromMail, JoinVoluntarily, RevokeExemption
from domain.post.mail_registration import (
    AnnouncedFor,
    MailGraceBroken,
    MailRegistered,
    MailRegistrationAnnounced,
    Mode,
)
from domain.post.mail_registration_commands import (
    AnnounceMailRegistration,
    AnotherReasonNeeded,
    BirthDateNeeded,
    BreakGrace,
    DayHasCome,
    NoGraceToBreak,
    NotYetDue,
    RegisterForMail,
    RegistrationIsClosed,
    TooYoung,
    UnknownRecipient,
)
from domain.subject import PartyId
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_BIRTH_DATE,
    ANNAS_MAIL,
    BO,
    FIRM,
    FIRM_ANNOUNCED,
    FIRM_REGISTERED,
    known,
    residence,
)
from tests.law import given

TODAY = date(2026, 3, 2)
AGE = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
GRACE = str(COMPANY_GRACE_DAYS.on(TODAY))
WAIT = str(IMMIGRANT_REGISTRATION_DAYS.on(TODAY))
CHILDS_BIRTH_DATE = date(2011, 6, 15)
BIRTHDAY = date(2026, 6, 15)
"""The child turns 15 this day."""
BIRTHDAY_BEGINS = datetime(2026, 6, 14, 22, 0, tzinfo=UTC)
CHILD_ANNOUNCED = MailRegistrationAnnounced(
    recipient=BO, reason=AnnouncedFor.TURNING_15, effective_on=BIRTHDAY, rule=AGE
)
CHILD_REGISTERED = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
FIRMS_MAIL = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=FIRM_ANNOUNCED.rule)
GRACE_OVER = datetime(2026, 3, 13, 23, 0, tzinfo=UTC)
"""The first instant of 14 March 2026 in Copenhagen."""
FIRM_CLOSED = CompanyCeased(company=FIRM, ceased_on=TODAY)


def announce(recipient: PartyId, reason: AnnouncedFor, birth_date: date | None = None) -> AnnounceMailRegistration:
    """The wish to announce."""
    return AnnounceMailRegistration(recipient=recipient, reason=reason, birth_date=birth_date)


def test_a_child_is_announced_for_the_15th_birthday() -> None:
    known().when(announce(BO, AnnouncedFor.TURNING_15, CHILDS_BIRTH_DATE)).then(CHILD_ANNOUNCED)


def test_a_child_born_on_29_february_is_announced_for_28_february() -> None:
    day = MailRegistrationAnnounced(
        recipient=BO, reason=AnnouncedFor.TURNING_15, effective_on=date(2027, 2, 28), rule=AGE
    )
    known().when(announce(BO, AnnouncedFor.TURNING_15, date(2012, 2, 29))).then(day)


def test_an_immigrant_is_announced_for_the_30th_day() -> None:
    day = MailRegistrationAnnounced(
        recipient=ANNA, reason=AnnouncedFor.IMMIGRATION, effective_on=date(2026, 4, 1), rule=WAIT
    )
    known(*ANNA_REGISTERED).when(announce(ANNA, AnnouncedFor.IMMIGRATION, ANNAS_BIRTH_DATE)).then(day)


def test_a_child_who_immigrates_waits_for_the_birthday() -> None:
    day = MailRegistrationAnnounced(recipient=BO, reason=AnnouncedFor.IMMIGRATION, effective_on=BIRTHDAY, rule=AGE)
    known().when(announce(BO, AnnouncedFor.IMMIGRATION, CHILDS_BIRTH_DATE)).then(day)


def test_a_new_company_has_a_grace_of_12_days() -> None:
    known(*FIRM_REGISTERED).when(announce(FIRM, AnnouncedFor.NEW_COMPANY)).then(FIRM_ANNOUNCED)
    assert FIRM_ANNOUNCED.rule == GRACE


def test_a_grace_is_counted_from_the_first_announcement_only() -> None:
    later = datetime(2026, 3, 5, 9, tzinfo=UTC)
    known(FIRM_ANNOUNCED).at(later).when(announce(FIRM, AnnouncedFor.NEW_COMPANY)).then_nothing()


def test_a_grace_that_is_over_is_not_given_again() -> None:
    known(FIRM_ANNOUNCED).at(GRACE_OVER).when(announce(FIRM, AnnouncedFor.NEW_COMPANY)).then_nothing()


def test_an_immigrant_who_left_during_the_wait_waits_anew_on_coming_back_after_it() -> None:
    first = MailRegistrationAnnounced(
        recipient=ANNA, reason=AnnouncedFor.IMMIGRATION, effective_on=date(2026, 4, 1), rule=WAIT
    )
    second = MailRegistrationAnnounced(
        recipient=ANNA, reason=AnnouncedFor.IMMIGRATION, effective_on=date(2026, 7, 31), rule=WAIT
    )
    back = announce(ANNA, AnnouncedFor.IMMIGRATION, ANNAS_BIRTH_DATE)
    known(first).at(datetime(2026, 3, 20, 9, tzinfo=UTC)).when(back).then_nothing()
    known(first).at(datetime(2026, 7, 1, 9, tzinfo=UTC)).when(back).then(second)


def test_the_same_birthday_is_announced_once() -> None:
    known(CHILD_ANNOUNCED).when(announce(BO, AnnouncedFor.TURNING_15, CHILDS_BIRTH_DATE)).then_nothing()


def test_a_corrected_birth_date_moves_the_announced_birthday() -> None:
    moved = MailRegistrationAnnounced(
        recipient=BO, reason=AnnouncedFor.TURNING_15, effective_on=date(2026, 6, 16), rule=AGE
    )
    known(CHILD_ANNOUNCED).when(announce(BO, AnnouncedFor.TURNING_15, date(2011, 6, 16))).then(moved)


@pytest.mark.parametrize("settled", [ANNAS_MAIL, ANNA_EXEMPT])
def test_the_registered_and_the_exempt_get_no_notice(settled: Event) -> None:
    known(settled).when(announce(ANNA, AnnouncedFor.IMMIGRATION, ANNAS_BIRTH_DATE)).then_nothing()


def test_a_birthday_that_has_come_is_not_announced() -> None:
    known(*ANNA_REGISTERED).when(announce(ANNA, AnnouncedFor.TURNING_15, ANNAS_BIRTH_DATE)).then_refused(DayHasCome)
    known().when(announce(BO, AnnouncedFor.TURNING_15, date(2011, 3, 2))).then_refused(DayHasCome)


@pytest.mark.parametrize("reason", [AnnouncedFor.TURNING_15, AnnouncedFor.IMMIGRATION])
def test_a_person_is_not_announced_without_a_birth_date(reason: AnnouncedFor) -> None:
    known(*ANNA_REGISTERED).when(announce(ANNA, reason)).then_refused(BirthDateNeeded)


def test_people_do_not_begin_as_companies_nor_companies_as_people() -> None:
    given().when(announce(ANNA, AnnouncedFor.NEW_COMPANY)).then_refused(AnotherReasonNeeded)
    given().when(announce(FIRM, AnnouncedFor.TURNING_15, ANNAS_BIRTH_DATE)).then_refused(AnotherReasonNeeded)


@pytest.mark.parametrize(
    "command",
    [
        announce(ANNA, AnnouncedFor.TURNING_15, CHILDS_BIRTH_DATE),
        announce(FIRM, AnnouncedFor.NEW_COMPANY),
        RegisterForMail(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE),
        RegisterForMail(recipient=FIRM),
        BreakGrace(recipient=FIRM),
        ExemptFromMail(recipient=ANNA),
        RevokeExemption(recipient=ANNA, cause=RevocationCause.SELF),
        JoinVoluntarily(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE, digital_signature=True),
    ],
)
def test_w13_nothing_is_recorded_about_somebody_who_is_not_registered(command: AnyCommand) -> None:
    given().when(command).then_refused(UnknownRecipient)


def test_nothing_is_announced_to_the_dead() -> None:
    to_the_dead = announce(ANNA, AnnouncedFor.IMMIGRATION, ANNAS_BIRTH_DATE)
    known(ANNA_DIED).when(to_the_dead).then_refused(RegistrationIsClosed)


def test_a_resident_of_age_is_registered() -> None:
    registered = MailRegistered(recipient=ANNA, mode=Mode.AUTOMATIC, rule=AGE)
    known(*ANNA_REGISTERED).when(RegisterForMail(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE)).then(registered)


def test_nobody_is_registered_before_the_15th_birthday() -> None:
    day_before = RegisterForMail(recipient=BO, birth_date=date(2011, 3, 3))
    on_the_day = RegisterForMail(recipient=BO, birth_date=date(2011, 3, 2))
    known().when(day_before).then_refused(TooYoung)
    known().when(on_the_day).then(CHILD_REGISTERED)


def test_a_person_who_was_not_announced_is_not_registered_without_a_birth_date() -> None:
    known(*ANNA_REGISTERED).when(RegisterForMail(recipient=ANNA)).then_refused(BirthDateNeeded)


def test_edge_12_a_child_is_registered_at_midnight_in_copenhagen_on_the_birthday() -> None:
    minute_before = datetime(2026, 6, 14, 21, 59, tzinfo=UTC)
    known(CHILD_ANNOUNCED).at(minute_before).when(RegisterForMail(recipient=BO)).then_refused(NotYetDue)
    known(CHILD_ANNOUNCED).at(BIRTHDAY_BEGINS).when(RegisterForMail(recipient=BO)).then(CHILD_REGISTERED)


def test_edge_13_a_company_in_its_grace_is_registered_when_the_grace_is_over() -> None:
    known(FIRM_ANNOUNCED).when(RegisterForMail(recipient=FIRM)).then_refused(NotYetDue)
    known(FIRM_ANNOUNCED).at(GRACE_OVER).when(RegisterForMail(recipient=FIRM)).then(FIRMS_MAIL)


def test_a_company_that_is_not_new_is_registered_at_once() -> None:
    at_once = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=None)
    known(*FIRM_REGISTERED).when(RegisterForMail(recipient=FIRM)).then(at_once)


@pytest.mark.parametrize("settled", [ANNAS_MAIL, ANNA_EXEMPT, ANNA_DIED])
def test_the_duty_changes_nothing_for_the_registered_the_exempt_and_the_closed(settled: Event) -> None:
    duty = RegisterForMail(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE)
    known(*ANNA_REGISTERED, settled).when(duty).then_nothing()


@pytest.mark.parametrize(
    "past",
    [
        ANNA_ABROAD,
        (PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE, resident=False),),
        (*ANNA_REGISTERED, PersonDied(person=ANNA, died_on=TODAY)),
    ],
)
def test_the_duty_does_not_reach_one_without_residence_nor_the_dead(past: tuple[Event, ...]) -> None:
    known(*past).when(RegisterForMail(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE)).then_nothing()


def test_one_who_left_before_the_announced_day_is_not_registered_on_it() -> None:
    past = (CHILD_ANNOUNCED, residence(BO, ResidenceKind.ABROAD, TODAY))
    known(*past).at(BIRTHDAY_BEGINS).when(RegisterForMail(recipient=BO)).then_nothing()


def test_a_company_that_logs_in_breaks_its_grace_and_is_registered() -> None:
    known(FIRM_ANNOUNCED).when(BreakGrace(recipient=FIRM)).then(MailGraceBroken(recipient=FIRM), FIRMS_MAIL)


def test_a_broken_grace_is_not_broken_again_and_its_end_changes_nothing() -> None:
    past = (FIRM_ANNOUNCED, MailGraceBroken(recipient=FIRM), FIRMS_MAIL)
    known(*past).when(BreakGrace(recipient=FIRM)).then_nothing()
    known(*past).at(GRACE_OVER).when(RegisterForMail(recipient=FIRM)).then_nothing()


@pytest.mark.parametrize(
    ("recipient", "past"),
    [(FIRM, FIRM_REGISTERED), (BO, (CHILD_ANNOUNCED,)), (ANNA, (ANNAS_MAIL, ANNA_EXEMPT))],
)
def test_only_a_new_company_has_a_grace_to_break(recipient: PartyId, past: tuple[Event, ...]) -> None:
    known(*past).when(BreakGrace(recipient=recipient)).then_refused(NoGraceToBreak)


def test_a_ceased_company_has_no_grace_to_break() -> None:
    known(FIRM_ANNOUNCED, FIRM_CLOSED).when(BreakGrace(recipient=FIRM)).then_refused(RegistrationIsClosed)
