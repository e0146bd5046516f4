"""The notice to a payee: how it is submitted, and how it was given, or why it was not."""

from dataclasses import replace
from datetime import date

import pytest

from domain.fact import Event
from domain.identity.company import CompanyRegistered
from domain.identity.person import DeathCorrected, PersonDied
from domain.identity.sender import NEMKONTO_OPERATOR
from domain.nemkonto.change_notice import ChangeNoticeGiven, NoticeMedium, NoticeOccasion, NotNotifiedBecause
from domain.nemkonto.notice import NotifyPayee, notice_of, submit_notice
from domain.post.message import MessageMadeAvailable
from domain.post.receipt import ReceiptIssued
from domain.post.submission import MessageSubmitted
from domain.subject import MessageId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    DESIGNATION,
    FIRM,
    FIRM_ANNOUNCED,
    LATER_DESIGNATION,
    STORED,
    known,
)
from tests.nemkonto_past import ACTIVE, NOTICE

SUBMIT = replace(submit_notice(NOTICE, ANNA, "Ny NemKonto"), stored=STORED)
NOTIFY = NotifyPayee(notice=NOTICE, designation=DESIGNATION, occasion=NoticeOccasion.ACTIVATED, submission=SUBMIT)
GIVEN = ChangeNoticeGiven(
    notice=NOTICE,
    payee=ANNA,
    designation=DESIGNATION,
    occasion=NoticeOccasion.ACTIVATED,
    medium=NoticeMedium.DIGITAL_POST,
    message=MessageId(NOTICE.uuid),
)
DIED = PersonDied(person=ANNA, died_on=date(2026, 2, 1))


def not_given(because: NotNotifiedBecause) -> ChangeNoticeGiven:
    return GIVEN.model_copy(update={"medium": NoticeMedium.NONE, "message": None, "because": because})


def test_a_notice_is_submitted_to_the_payee_by_the_operator() -> None:
    assert (SUBMIT.sender, SUBMIT.recipient) == (NEMKONTO_OPERATOR, ANNA)


def test_each_record_has_one_notice_with_a_uuid_of_the_version_that_memo_asks_for() -> None:
    assert notice_of(DESIGNATION, 7) == NOTICE
    assert len({NOTICE, notice_of(DESIGNATION, 8), notice_of(LATER_DESIGNATION, 7)}) == 3
    assert NOTICE.uuid.version == 4
    assert SUBMIT.transmission != SUBMIT.message.uuid


def test_a_notice_arrives_by_digital_post_in_the_decision_that_records_it() -> None:
    facts = known(*ACTIVE, ANNAS_MAIL).when(NOTIFY).facts
    assert [type(fact) for fact in facts] == [
        MessageSubmitted,
        ReceiptIssued,
        MessageMadeAvailable,
        ReceiptIssued,
        ChangeNoticeGiven,
    ]
    assert facts[-1] == GIVEN


def test_a_notice_is_given_once() -> None:
    known(*ACTIVE, ANNAS_MAIL, GIVEN).when(NOTIFY).then_nothing()


@pytest.mark.parametrize(
    ("past", "because"),
    [
        ((), NotNotifiedBecause.NOT_REGISTERED),
        ((ANNAS_MAIL, ANNA_EXEMPT), NotNotifiedBecause.EXEMPT),
        ((ANNAS_MAIL, DIED), NotNotifiedBecause.PAYEE_IS_NO_MORE),
        ((ANNA_EXEMPT, DIED), NotNotifiedBecause.PAYEE_IS_NO_MORE),
    ],
)
def test_w31_that_no_notice_could_be_given_is_recorded_with_the_reason(
    past: tuple[Event, ...], because: NotNotifiedBecause
) -> None:
    known(*ACTIVE, *past).when(NOTIFY).then(not_given(because))


def test_a_company_in_its_grace_is_not_registered_yet() -> None:
    submission = replace(SUBMIT, recipient=FIRM)
    notify = NotifyPayee(
        notice=NOTICE, designation=DESIGNATION, occasion=NoticeOccasion.ACTIVATED, submission=submission
    )
    (fact,) = known(CompanyRegistered(company=FIRM), FIRM_ANNOUNCED).when(notify).facts
    assert fact == not_given(NotNotifiedBecause.NOT_REGISTERED).model_copy(update={"payee": FIRM})


def test_a_payee_whose_death_was_a_mistake_is_notified() -> None:
    assert known(*ACTIVE, ANNAS_MAIL, DIED, DeathCorrected(person=ANNA)).when(NOTIFY).facts[-1] == GIVEN
