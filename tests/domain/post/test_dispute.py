"""Notifications, disputes and excuses are facts, and none of them moves an arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.fact import Event, Retention
from domain.identity.authority import NotAnAuthority
from domain.post.dispute import (
    ArrivalDisputed,
    DisputeDecided,
    LateAnswerExcused,
)
from domain.post.dispute_commands import (
    ClaimNeeded,
    DecideDispute,
    DisputeArrival,
    ExcuseLateAnswer,
    NoOpenDispute,
    NothingArrived,
)
from domain.post.item_commands import NotTheRecipient
from domain.post.legal_times import legal_times
from domain.post.notification import (
    AnotherNotification,
    FailureCause,
    NotificationFailed,
    NotificationMeans,
    RecipientNotified,
    RecordNotification,
    ReportedTooEarly,
)
from domain.record import Record
from domain.subject import MessageId, NotificationId
from tests.controls import ANNA, ARRIVED, BO, FIRM, HELD_BACK, LETTER, SKAT, SKAT_EXISTS
from tests.law import CONTEXT, NOW, given

ABOUT: dict[str, Any] = {"message": LETTER, "recipient": ANNA}
CLAIM = "The letter never came."
DISPUTED = ArrivalDisputed(**ABOUT, claim=CLAIM)
DISPUTE = DisputeArrival(message=LETTER, recipient=ANNA, claim=CLAIM)
DECIDE = DecideDispute(message=LETTER, arrived=True, legal_basis="a paragraph", decided_by=SKAT)
DECIDED = DisputeDecided(**ABOUT, arrived=True, decided_by=SKAT)
EXCUSE = ExcuseLateAnswer(message=LETTER, legal_basis="a paragraph", decided_by=SKAT, answer_by=date(2026, 4, 1))
EXCUSED = LateAnswerExcused(**ABOUT, decided_by=SKAT, answer_by=date(2026, 4, 1))
NOTIFICATION = NotificationId(UUID(int=17))
SENT: dict[str, Any] = ABOUT | {"notification": NOTIFICATION, "means": NotificationMeans.SMS, "happened_at": NOW}
EVERY_FAILURE = tuple(
    NotificationFailed(**SENT | {"notification": NotificationId(UUID(int=n)), "means": means}, cause=cause)
    for n, (means, cause) in enumerate(zip(NotificationMeans, FailureCause, strict=False))
)
NOTIFY = RecordNotification(message=LETTER, notification=NOTIFICATION, means=NotificationMeans.SMS)
EVERYTHING: tuple[Event, ...] = (
    *EVERY_FAILURE,
    RecipientNotified(**SENT),
    DISPUTED,
    DisputeDecided(**ABOUT, arrived=False, decided_by=SKAT),
    EXCUSED,
)


def records(*facts: Event) -> list[Record]:
    return [
        Record(position=position, recorded_at=NOW, name=type(fact).__name__, event=fact, context=CONTEXT)
        for position, fact in enumerate(facts, 1)
    ]


@pytest.mark.parametrize("fact", EVERYTHING)
def test_no_notification_dispute_or_excuse_moves_a_time(fact: Event) -> None:
    assert legal_times(records(*ARRIVED, fact)) == legal_times(records(*ARRIVED))


@pytest.mark.parametrize("means", list(NotificationMeans))
@pytest.mark.parametrize("cause", list(FailureCause))
def test_each_attempt_to_notify_is_recorded_and_so_is_its_failure(
    means: NotificationMeans, cause: FailureCause
) -> None:
    notify = replace(NOTIFY, means=means)
    notified = RecipientNotified(**SENT | {"means": means})
    given(*SKAT_EXISTS, *ARRIVED).when(notify).then(notified)
    failed = NotificationFailed(**SENT | {"means": means}, cause=cause)
    given(*SKAT_EXISTS, *ARRIVED, notified).when(replace(notify, failed=cause)).then(failed)
    given(*SKAT_EXISTS, *ARRIVED, notified, failed).when(replace(notify, failed=cause, happened_at=NOW)).then_nothing()


def test_a_gateway_that_reports_late_says_when_it_happened_and_not_before_it_did() -> None:
    late = replace(NOTIFY, happened_at=NOW - timedelta(hours=3), failed=FailureCause.UNDELIVERED)
    (fact,) = given(*ARRIVED).when(late).facts
    assert isinstance(fact, NotificationFailed)
    assert (fact.happened_at, fact.cause) == (NOW - timedelta(hours=3), FailureCause.UNDELIVERED)
    given(*ARRIVED).when(replace(late, happened_at=NOW + timedelta(seconds=1))).then_refused(ReportedTooEarly)


def test_a_notification_is_of_one_letter_and_by_one_means() -> None:
    sent = RecipientNotified(**SENT)
    given(*ARRIVED, sent).when(replace(NOTIFY, means=NotificationMeans.PUSH)).then_refused(AnotherNotification)
    other = sent.model_copy(update={"message": MessageId(UUID(int=3))})
    given(*ARRIVED, other).when(NOTIFY).then_refused(AnotherNotification)


@pytest.mark.parametrize("command", [DECIDE, EXCUSE])
def test_the_reasons_of_a_decision_are_encrypted(command: Any) -> None:
    (fact,) = given(*SKAT_EXISTS, *ARRIVED, DISPUTED).when(replace(command, ground="It was ill.")).facts
    assert fact.personal_fields() == {"ground": "It was ill."}
    assert fact.holding == (ANNA, Retention.POST)


def test_edge_23_when_every_notification_fails_the_letter_has_arrived_all_the_same() -> None:
    times = legal_times(records(*ARRIVED, *EVERY_FAILURE))
    assert times.available_at == NOW


def test_the_recipient_disputes_the_arrival_and_an_authority_decides() -> None:
    given(*SKAT_EXISTS, *ARRIVED).when(DISPUTE).then(DISPUTED)
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED).when(DISPUTE).then_nothing()
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED).when(DECIDE).then(DECIDED)
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED, DECIDED).when(DECIDE).then_nothing()
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED, DECIDED).when(DISPUTE).then(DISPUTED)


def test_the_authority_that_decided_corrects_its_decision() -> None:
    past = (*SKAT_EXISTS, *ARRIVED, DISPUTED, DECIDED)
    corrected = DECIDED.model_copy(update={"arrived": False})
    given(*past).when(replace(DECIDE, arrived=False)).then(corrected)
    given(*past, corrected).when(replace(DECIDE, arrived=False)).then_nothing()
    by_another = DECIDED.model_copy(update={"decided_by": FIRM})
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED, by_another).when(DECIDE).then_refused(NoOpenDispute)


def test_a_dispute_after_a_decision_is_decided_by_a_decision_of_its_own() -> None:
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED, DECIDED, DISPUTED).when(DECIDE).then(DECIDED)


@pytest.mark.parametrize("command", [DECIDE, EXCUSE])
def test_only_an_authority_decides_or_excuses(command: Any) -> None:
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED).when(replace(command, decided_by=FIRM)).then_refused(NotAnAuthority)


def test_the_claim_is_personal() -> None:
    assert ArrivalDisputed.personal == {"claim"}
    assert DISPUTED.holding == (ANNA, Retention.POST)


def test_a_late_answer_is_excused_once_also_without_a_dispute() -> None:
    given(*SKAT_EXISTS, *ARRIVED).when(EXCUSE).then(EXCUSED)
    given(*SKAT_EXISTS, *ARRIVED, EXCUSED).when(EXCUSE).then_nothing()
    longer = ExcuseLateAnswer(message=LETTER, legal_basis="a paragraph", decided_by=SKAT, answer_by=date(2026, 5, 1))
    given(*SKAT_EXISTS, *ARRIVED, EXCUSED).when(longer).then(
        LateAnswerExcused(**ABOUT, decided_by=SKAT, answer_by=date(2026, 5, 1))
    )


def test_another_than_the_recipient_disputes_nothing_and_a_dispute_needs_reasons() -> None:
    given(*ARRIVED).when(DisputeArrival(message=LETTER, recipient=BO, claim=CLAIM)).then_refused(NotTheRecipient)
    given(*ARRIVED).when(DisputeArrival(message=LETTER, recipient=ANNA, claim=" ")).then_refused(ClaimNeeded)


@pytest.mark.parametrize("command", [DISPUTE, DECIDE, EXCUSE, NOTIFY])
def test_of_a_letter_that_has_not_arrived_there_is_nothing_to_say(command: Any) -> None:
    given(*HELD_BACK, DISPUTED).when(command).then_refused(NothingArrived)


def test_without_a_dispute_nothing_is_decided() -> None:
    given(*SKAT_EXISTS, *ARRIVED).when(DECIDE).then_refused(NoOpenDispute)
