"""Recipients may be exempted from Digital Post, may join in spite of that, and may give up the exemption."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.fact import Event
from domain.identity.person import PersonRegistered
from domain.identity.residence import ResidenceKind
from domain.policy import DIGITAL_POST_AGE_YEARS
from domain.post.exemption import (
    CprNumberNeeded,
    ExemptFromMail,
    HasNotLeft,
    HasNotReturned,
    JoinVoluntarily,
    NotOpenToVolunteers,
    RevokeExemption,
    SignatureNeeded,
)
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    AnnouncedFor,
    ClosureCause,
    ExemptionReason,
    ExemptionRevoked,
    MailExempted,
    MailRegistered,
    MailRegistration,
    MailRegistrationAnnounced,
    MailRegistrationClosed,
    Mode,
    RevocationCause,
)
from domain.post.mail_registration_commands import BirthDateNeeded, RegistrationIsClosed, TooYoung
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_BIRTH_DATE,
    ANNAS_MAIL,
    ANNAS_MAIL_CLOSED,
    BO,
    FIRM,
    FIRM_ANNOUNCED,
    FIRM_REGISTERED,
    known,
    residence,
)
from tests.law import folded

TODAY = date(2026, 3, 2)
AGE = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
EXEMPT = ExemptFromMail(recipient=ANNA, decided_by="municipality 0101")
LEFT = MailExempted(recipient=ANNA, reason=ExemptionReason.LEFT_COUNTRY, ground=None, decided_by="municipality 0101")
JOIN = JoinVoluntarily(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE, digital_signature=True)
JOINED = MailRegistered(recipient=ANNA, mode=Mode.VOLUNTARY, rule=AGE)
FIRM_EXEMPT = MailExempted(recipient=FIRM, reason=ExemptionReason.OTHER, ground=None, decided_by="the minister")
FIRM_CLOSED = MailRegistrationClosed(recipient=FIRM, cause=ClosureCause.CESSATION, happened_on=TODAY)


def revoke(cause: RevocationCause = RevocationCause.SELF) -> RevokeExemption:
    """The wish to end Anna's exemption."""
    return RevokeExemption(recipient=ANNA, cause=cause)


def test_a_registered_resident_is_exempted_without_a_named_ground() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(EXEMPT).then(ANNA_EXEMPT)


def test_the_named_ground_of_an_exemption_is_encrypted() -> None:
    named = ExemptFromMail(recipient=ANNA, decided_by="municipality 0101", ground="no computer at home")
    exempted = MailExempted(
        recipient=ANNA, reason=ExemptionReason.OTHER, ground="no computer at home", decided_by="municipality 0101"
    )
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(named).then(exempted)
    assert "ground" in exempted.personal


def test_one_who_is_not_registered_yet_may_be_exempted_beforehand() -> None:
    known(*ANNA_REGISTERED).when(EXEMPT).then(ANNA_EXEMPT)


def test_a_company_is_exempted_as_the_minister_decided() -> None:
    known(*FIRM_REGISTERED).when(ExemptFromMail(recipient=FIRM, decided_by="the minister")).then(FIRM_EXEMPT)


def test_the_exempt_are_not_exempted_again() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT).when(EXEMPT).then_nothing()


def test_one_who_left_the_country_is_always_exempted_on_request_and_needs_no_other_ground() -> None:
    needless = ExemptFromMail(recipient=ANNA, decided_by="municipality 0101", ground="language")
    known(*ANNA_ABROAD, ANNAS_MAIL).when(needless).then(LEFT)


def test_one_who_has_not_left_is_not_exempted_for_having_left() -> None:
    pretended = ExemptFromMail(recipient=ANNA, decided_by="municipality 0101", reason=ExemptionReason.LEFT_COUNTRY)
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(pretended).then_refused(HasNotLeft)
    known(*ANNA_ABROAD, ANNAS_MAIL).when(pretended).then(LEFT)


def test_moving_away_does_not_end_the_registration() -> None:
    state = folded(MAIL_REGISTRATION.of(ANNA), (*ANNA_REGISTERED, ANNAS_MAIL, ANNA_ABROAD[-1]))
    assert isinstance(state, MailRegistration)
    assert state.reachable


def test_the_dead_are_not_exempted() -> None:
    known(ANNAS_MAIL, ANNAS_MAIL_CLOSED).when(EXEMPT).then_refused(RegistrationIsClosed)


@pytest.mark.parametrize("cause", [RevocationCause.SELF, RevocationCause.MUNICIPALITY])
def test_an_exemption_is_revoked_and_what_held_before_holds_again(cause: RevocationCause) -> None:
    revoked = ExemptionRevoked(recipient=ANNA, cause=cause)
    known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT).when(revoke(cause)).then(revoked)


def test_moving_back_to_denmark_revokes_the_exemption_of_one_who_left() -> None:
    past = (*ANNA_ABROAD, ANNAS_MAIL, LEFT, residence(ANNA, ResidenceKind.RESIDENT, TODAY))
    revoked = ExemptionRevoked(recipient=ANNA, cause=RevocationCause.RE_ENTRY)
    known(*past).when(revoke(RevocationCause.RE_ENTRY)).then(revoked)


@pytest.mark.parametrize("past", [ANNA_REGISTERED, ANNA_ABROAD])
def test_w27_who_has_not_moved_back_does_not_lose_the_exemption_by_moving_back(past: tuple[Event, ...]) -> None:
    known(*past, ANNAS_MAIL, ANNA_EXEMPT).when(revoke(RevocationCause.RE_ENTRY)).then_refused(HasNotReturned)


def test_one_who_is_not_exempt_has_nothing_to_revoke() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(revoke()).then_nothing()


def test_the_exemption_of_the_dead_is_not_revoked() -> None:
    known(ANNAS_MAIL, ANNA_EXEMPT, ANNAS_MAIL_CLOSED).when(revoke()).then_refused(RegistrationIsClosed)


CHILD_ANNOUNCED = MailRegistrationAnnounced(
    recipient=BO, reason=AnnouncedFor.TURNING_15, effective_on=date(2026, 6, 15), rule=AGE
)
CHILD_EXEMPT = MailExempted(recipient=BO, reason=ExemptionReason.OTHER, ground=None, decided_by="municipality 0101")
CHILD_REVOKED = ExemptionRevoked(recipient=BO, cause=RevocationCause.SELF)
REVOKE_CHILD = RevokeExemption(recipient=BO, cause=RevocationCause.SELF)
AFTER_BIRTHDAY = datetime(2026, 7, 1, 9, tzinfo=UTC)


def test_a_person_who_turned_15_while_exempt_is_registered_when_the_exemption_ends() -> None:
    registered = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
    known(CHILD_ANNOUNCED, CHILD_EXEMPT).at(AFTER_BIRTHDAY).when(REVOKE_CHILD).then(CHILD_REVOKED, registered)


def test_whose_birthday_is_still_to_come_goes_on_waiting_when_the_exemption_ends() -> None:
    known(CHILD_ANNOUNCED, CHILD_EXEMPT).when(REVOKE_CHILD).then(CHILD_REVOKED)


def test_a_person_who_turned_15_while_exempt_and_abroad_is_not_registered_by_duty() -> None:
    past = (CHILD_ANNOUNCED, residence(BO, ResidenceKind.ABROAD, TODAY), CHILD_EXEMPT)
    known(*past).at(AFTER_BIRTHDAY).when(REVOKE_CHILD).then(CHILD_REVOKED)


def test_the_exempt_may_join_by_their_own_wish() -> None:
    unsigned = JoinVoluntarily(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE)
    known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT).when(unsigned).then(JOINED)


def test_an_exempt_company_may_join_by_its_own_wish() -> None:
    joined = MailRegistered(recipient=FIRM, mode=Mode.VOLUNTARY, rule=None)
    known(FIRM_EXEMPT).when(JoinVoluntarily(recipient=FIRM)).then(joined)


@pytest.mark.parametrize("past", [FIRM_REGISTERED, (FIRM_ANNOUNCED,)])
def test_a_company_that_is_not_exempt_does_not_join_by_its_own_wish(past: tuple[Event, ...]) -> None:
    known(*past).when(JoinVoluntarily(recipient=FIRM)).then_refused(NotOpenToVolunteers)


def test_joining_by_ones_own_wish_binds_until_exempted_again() -> None:
    past = (*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT, JOINED)
    known(*past).when(revoke()).then_nothing()
    known(*past).when(EXEMPT).then(ANNA_EXEMPT)


def test_one_without_residence_but_with_cpr_number_and_signature_joins_by_own_wish() -> None:
    known(*ANNA_ABROAD).when(JOIN).then(JOINED)


def test_joining_without_residence_takes_a_cpr_number() -> None:
    unnumbered = PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE, resident=False)
    known(unnumbered).when(JOIN).then_refused(CprNumberNeeded)


def test_joining_without_residence_takes_a_digital_signature() -> None:
    unsigned = JoinVoluntarily(recipient=ANNA, birth_date=ANNAS_BIRTH_DATE)
    known(*ANNA_ABROAD).when(unsigned).then_refused(SignatureNeeded)


def test_nobody_joins_before_the_15th_birthday() -> None:
    child = JoinVoluntarily(recipient=ANNA, birth_date=date(2011, 3, 3), digital_signature=True)
    known(*ANNA_ABROAD).when(child).then_refused(TooYoung)
    known(*ANNA_ABROAD, ANNA_EXEMPT).when(child).then_refused(TooYoung)


def test_a_person_joins_with_a_known_birth_date_only() -> None:
    known(*ANNA_ABROAD).when(JoinVoluntarily(recipient=ANNA, digital_signature=True)).then_refused(BirthDateNeeded)


def test_the_registered_have_joined_already() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(JOIN).then_nothing()


def test_the_dead_and_the_ceased_do_not_join() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL_CLOSED).when(JOIN).then_refused(RegistrationIsClosed)
    known(FIRM_EXEMPT, FIRM_CLOSED).when(JoinVoluntarily(recipient=FIRM)).then_refused(RegistrationIsClosed)
