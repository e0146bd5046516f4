"""The notice to a payee: how it is submitted, and how it was given, or why it was not."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.fact import Event
from domain.identity.person import DeathCorrected, PersonDied
from domain.identity.person_address import AddressKind
from domain.identity.sender import NEMKONTO_OPERATOR
from domain.nemkonto.change_notice import ChangeNoticeGiven, NoticeMedium, NoticeOccasion, NotNotifiedBecause
from domain.nemkonto.notice import NotifyPayee, notice_of, submit_notice
from domain.post.message import MessageMadeAvailable, MessageRejected
from domain.post.paper import PaperLetterOrdered
from domain.post.receipt import ReceiptIssued
from domain.post.submission import MessageSubmitted
from domain.subject import EntryId, MessageId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_MAIL,
    DESIGNATION,
    FIRM,
    FIRM_PLANNED,
    FIRM_REGISTERED,
    LATER_DESIGNATION,
    STORED,
    known,
)
from tests.law import given
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


HOME = ANNAS_ADDRESS_ENTERED
NO_FIXED_ADDRESS = HOME.model_copy(update={"entry": EntryId(UUID(int=7)), "kind": AddressKind.NONE})


@pytest.mark.parametrize("past", [(HOME,), (HOME, ANNAS_MAIL, ANNA_EXEMPT)], ids=["not registered", "exempt"])
def test_w31_who_is_exempt_or_not_registered_is_notified_on_paper(past: tuple[Event, ...]) -> None:
    facts = known(*ACTIVE, *past).when(NOTIFY).facts
    assert [type(fact) for fact in facts] == [
        MessageSubmitted,
        ReceiptIssued,
        MessageRejected,
        ReceiptIssued,
        PaperLetterOrdered,
        ChangeNoticeGiven,
    ]
    order = facts[-2]
    assert isinstance(order, PaperLetterOrdered)
    assert (order.message, order.recipient) == (GIVEN.message, ANNA)
    assert facts[-1] == GIVEN.model_copy(update={"medium": NoticeMedium.LETTER, "letter": order.letter})


@pytest.mark.parametrize(
    ("past", "because"),
    [
        ((), NotNotifiedBecause.NO_ADDRESS),
        ((NO_FIXED_ADDRESS, ANNAS_MAIL, ANNA_EXEMPT), NotNotifiedBecause.NO_ADDRESS),
        ((HOME, ANNAS_MAIL, DIED), NotNotifiedBecause.PAYEE_IS_NO_MORE),
        ((HOME, ANNA_EXEMPT, DIED), NotNotifiedBecause.PAYEE_IS_NO_MORE),
    ],
)
def test_w31_that_no_notice_could_be_given_is_recorded_with_the_reason(
    past: tuple[Event, ...], because: NotNotifiedBecause
) -> None:
    known(*ACTIVE, *past).when(NOTIFY).then(not_given(because))


def test_a_company_in_its_grace_is_notified_on_paper() -> None:
    notify = replace(NOTIFY, submission=replace(SUBMIT, recipient=FIRM))
    given_on_paper = given(*FIRM_REGISTERED, FIRM_PLANNED).when(notify).facts[-1]
    assert isinstance(given_on_paper, ChangeNoticeGiven)
    assert (given_on_paper.payee, given_on_paper.medium) == (FIRM, NoticeMedium.LETTER)


def test_a_payee_whose_death_was_a_mistake_is_notified() -> None:
    assert known(*ACTIVE, ANNAS_MAIL, DIED, DeathCorrected(person=ANNA)).when(NOTIFY).facts[-1] == GIVEN
