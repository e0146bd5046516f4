"""An arrival in another system is taken over with its own legal time, once, and never over an arrival here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.fact import Event
from domain.identity.registered import UnknownParty
from domain.post.arrival_flag import ArrivalFlagged, ArrivalFlagLifted, flags_late_arrivals
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.imported_arrival_commands import (
    AnnulImportedArrival,
    ArrivalBeforeTheAct,
    ArrivalIsKnown,
    ArrivalToCome,
    ImportArrival,
    NothingTakenOver,
)
from domain.post.item_commands import HandleMessage, NotAvailable
from domain.post.legal_times import legal_times
from domain.post.message import Channel, Handling
from domain.post.message_commands import MessageConflict
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_REGISTERED,
    ANNAS_MAIL,
    ARRIVED,
    BO,
    HELD_BACK,
    LETTER,
    SKAT,
    letter,
    post,
)
from tests.domain.test_reactions import recorded
from tests.law import NOW

ARRIVED_AT = datetime(2021, 3, 1, 10, tzinfo=UTC)
IMPORT = ImportArrival(
    message=LETTER,
    sender=SKAT,
    recipient=ANNA,
    available_at=ARRIVED_AT,
    system="e-Boks",
    evidence_sha256="e0" * 32,
)
IMPORTED = ArrivalImported(
    message=LETTER,
    sender=SKAT,
    recipient=ANNA,
    available_at=ARRIVED_AT,
    system="e-Boks",
    evidence_sha256="e0" * 32,
)
ANNULLED = ArrivalImportAnnulled(message=LETTER, sender=SKAT, recipient=ANNA)
ANNUL = AnnulImportedArrival(message=LETTER)
PAST: tuple[Event, ...] = (*ANNA_REGISTERED, ANNAS_MAIL)


def test_an_arrival_in_another_system_is_taken_over_with_its_own_time() -> None:
    post(*PAST).when(IMPORT).then(IMPORTED)


def test_its_evidence_is_encrypted_with_the_recipients_key() -> None:
    assert IMPORTED.personal == {"evidence_sha256"}
    assert IMPORTED.holding[0] == ANNA


def test_the_same_arrival_again_changes_nothing() -> None:
    post(*PAST, IMPORTED).when(IMPORT).then_nothing()
    elsewhere = ARRIVED_AT.astimezone(timezone(timedelta(hours=1)))
    post(*PAST, IMPORTED).when(replace(IMPORT, available_at=elsewhere)).then_nothing()


@pytest.mark.parametrize(
    "changes", [{"recipient": BO}, {"available_at": ARRIVED_AT + timedelta(hours=1)}, {"system": "another"}]
)
def test_no_import_changes_an_arrival_that_was_taken_over(changes: dict[str, Any]) -> None:
    post(*PAST, IMPORTED).when(replace(IMPORT, **changes)).then_refused(ArrivalIsKnown)


@pytest.mark.parametrize("past", [ARRIVED, HELD_BACK])
def test_no_import_touches_a_message_that_was_submitted_here(past: tuple[Event, ...]) -> None:
    post(*ANNA_REGISTERED, *past).when(IMPORT).then_refused(ArrivalIsKnown)


def test_only_what_has_happened_is_taken_over() -> None:
    post(*PAST).when(replace(IMPORT, available_at=NOW + timedelta(seconds=1))).then_refused(ArrivalToCome)


def test_nothing_arrived_in_law_before_the_act() -> None:
    before, first = datetime(2012, 6, 30, 21, 59, tzinfo=UTC), datetime(2012, 6, 30, 22, tzinfo=UTC)
    post(*PAST).when(replace(IMPORT, available_at=before)).then_refused(ArrivalBeforeTheAct)
    assert post(*PAST).when(replace(IMPORT, available_at=first)).facts


def test_nothing_arrived_at_somebody_who_is_not_registered() -> None:
    post(*PAST).when(replace(IMPORT, recipient=BO)).then_refused(UnknownParty)


def test_an_arrival_at_one_who_has_died_since_is_taken_over() -> None:
    assert post(*PAST, ANNA_DIED).when(IMPORT).facts == (IMPORTED,)
    on_that_day = ANNA_DIED.model_copy(update={"died_on": ARRIVED_AT.date()})
    assert post(*PAST, on_that_day).when(IMPORT).facts == (IMPORTED,)


def test_a_message_of_another_system_is_not_in_the_mailbox_here() -> None:
    opened = HandleMessage(message=LETTER, reader=ANNA, owner=ANNA, channel=Channel.APP, handling=Handling.OPENED)
    post(*PAST, IMPORTED).when(opened).then_refused(NotAvailable)


def test_a_letter_under_the_uuid_of_an_imported_message_is_a_conflict() -> None:
    post(*PAST, IMPORTED).when(letter()).then_refused(MessageConflict)


def test_an_arrival_that_was_taken_over_by_mistake_is_none_and_the_right_one_is_taken_over() -> None:
    past, right = (*PAST, IMPORTED, ANNULLED), replace(IMPORT, available_at=ARRIVED_AT + timedelta(hours=1))
    post(*PAST, IMPORTED).when(ANNUL).then(ANNULLED)
    post(*past).when(ANNUL).then_nothing()
    (corrected,) = post(*past).when(right).facts
    times = [
        legal_times([recorded(fact, nth) for nth, fact in enumerate(facts, 1)]).available_at
        for facts in (past[:-1], past, (*past, corrected))
    ]
    assert times == [ARRIVED_AT, None, right.available_at]
    post(*past, corrected).when(ANNUL).then(ANNULLED)


def test_what_was_not_taken_over_is_not_annulled() -> None:
    post(*PAST).when(ANNUL).then_refused(NothingTakenOver)
    post(*ANNA_REGISTERED, *ARRIVED).when(ANNUL).then_refused(NothingTakenOver)
    sent = (*PAST, IMPORTED, ANNULLED)
    submitted = post(*sent).when(letter()).facts
    assert submitted, "the UUID was that of a letter that was not sent yet"
    post(*sent, *submitted).when(IMPORT).then_refused(ArrivalIsKnown)


def test_an_arrival_that_was_taken_over_by_mistake_is_flagged_no_more() -> None:
    died = ANNA_DIED.model_copy(update={"died_on": date(2021, 2, 28)})
    flag = ArrivalFlagged(message=LETTER, recipient=ANNA, ended_on=died.died_on, arrived_on=date(2021, 3, 1))
    lifted = ArrivalFlagLifted(message=LETTER, recipient=ANNA)
    post(*PAST, died, IMPORTED, flag).when(ANNUL).then(ANNULLED, lifted)
    past = [recorded(fact, nth) for nth, fact in enumerate((*PAST, IMPORTED, ANNULLED), 1)]
    assert not list(flags_late_arrivals(died, NOW.date(), past))


def test_an_arrival_after_the_death_is_flagged_in_whichever_order_the_two_become_known() -> None:
    died = ANNA_DIED.model_copy(update={"died_on": date(2021, 2, 28)})
    flag = ArrivalFlagged(message=LETTER, recipient=ANNA, ended_on=died.died_on, arrived_on=date(2021, 3, 1))
    post(*PAST, died).when(IMPORT).then(IMPORTED, flag)
    (step,) = flags_late_arrivals(died, NOW.date(), [recorded(fact) for fact in (*PAST, IMPORTED)])
    post(*PAST, IMPORTED, died).when(step.command).then(flag)
    assert not list(flags_late_arrivals(ANNA_DIED, NOW.date(), [recorded(fact) for fact in (*PAST, IMPORTED)]))
