"""Notifications, disputes and excuses are facts, and none of them moves an arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.fact import Event, Retention
from domain.identity.authority import NotAnAuthority
from domain.post.dispute import (
    ArrivalDisputed,
    DisputeDecided,
    LateAnswerExcused,
    NotificationFailed,
    NotificationMeans,
    RecipientNotified,
)
from domain.post.dispute_commands import (
    ClaimNeeded,
    DecideDispute,
    DisputeArrival,
    ExcuseLateAnswer,
    NoOpenDispute,
    NothingArrived,
    RecordNotification,
)
from domain.post.item import NotTheRecipient
from domain.post.legal_times import legal_times
from domain.record import Record
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
EVERY_FAILURE = tuple(NotificationFailed(**ABOUT, means=means) for means in NotificationMeans)
EVERYTHING: tuple[Event, ...] = (
    *EVERY_FAILURE,
    RecipientNotified(**ABOUT, means=NotificationMeans.SMS),
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
def test_each_attempt_to_notify_is_recorded_and_so_is_its_failure(means: NotificationMeans) -> None:
    notify = RecordNotification(message=LETTER, means=means)
    given(*SKAT_EXISTS, *ARRIVED).when(notify).then(RecipientNotified(**ABOUT, means=means))
    failed = RecordNotification(message=LETTER, means=means, failed=True)
    given(*SKAT_EXISTS, *ARRIVED, *EVERY_FAILURE).when(failed).then(NotificationFailed(**ABOUT, means=means))


def test_edge_23_when_every_notification_fails_the_letter_has_arrived_all_the_same() -> None:
    times = legal_times(records(*ARRIVED, *EVERY_FAILURE))
    assert times.available_at == NOW


def test_the_recipient_disputes_the_arrival_and_an_authority_decides() -> None:
    given(*SKAT_EXISTS, *ARRIVED).when(DISPUTE).then(DISPUTED)
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED).when(DISPUTE).then_nothing()
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED).when(DECIDE).then(DECIDED)
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED, DECIDED).when(DECIDE).then_refused(NoOpenDispute)
    given(*SKAT_EXISTS, *ARRIVED, DISPUTED, DECIDED).when(DISPUTE).then(DISPUTED)


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


@pytest.mark.parametrize(
    "command", [DISPUTE, DECIDE, EXCUSE, RecordNotification(message=LETTER, means=NotificationMeans.SMS)]
)
def test_of_a_letter_that_has_not_arrived_there_is_nothing_to_say(command: Any) -> None:
    given(*HELD_BACK, DISPUTED).when(command).then_refused(NothingArrived)


def test_without_a_dispute_nothing_is_decided() -> None:
    given(*SKAT_EXISTS, *ARRIVED).when(DECIDE).then_refused(NoOpenDispute)
