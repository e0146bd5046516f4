"""What waits goes nowhere once the number by which its recipient was found leads to somebody else (W1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.fact import Event
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.number import (
    CprAnnulled,
    CprAssigned,
    CprChanged,
    CprChangeReason,
    CprRedirected,
    CprWithdrawn,
    NumberOfAnother,
)
from domain.identity.person import PersonRegistered
from domain.post.mail_registration import UnreachableBecause
from domain.post.message import MessageMadeAvailable, ReleaseRefused
from domain.post.paper import PaperLetterOrdered, PaperOccasion
from domain.post.paper_commands import NothingForPaper, PostPaperLetter, SendOnPaper
from domain.post.postponement import PostponementCause, ReleasePostponed
from domain.post.receipt import ReceiptIssued
from domain.post.release_commands import ReleaseMessage
from domain.post.unopened_post import SendUnopenedOnPaper
from domain.subject import OutageId, PaperLetterId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_INDEX,
    ANNAS_MAIL,
    ANNAS_NEW_INDEX,
    ANNAS_NEW_NUMBER,
    ANNAS_NUMBER,
    AVAILABLE,
    BO,
    BOS_MAIL,
    COMPLETED,
    LETTER,
    RECEIVED,
    RELEASE_AT,
    RELEASE_DAY,
    SKAT,
    SKAT_SENDS,
    exemption,
    letter,
    post,
    submitted,
)
from tests.law import NOW, given

TO_ANNA: dict[str, Any] = {"message": LETTER, "sender": SKAT, "recipient": ANNA}
BY_NUMBER = submitted(letter(recipient_number=ANNAS_NEW_INDEX))
RELEASE = ReleaseMessage(**TO_ANNA, due=RELEASE_AT)
MOVED = ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.NUMBER_MOVED)
GIVEN = CprChanged(
    person=ANNA,
    index=ANNAS_NEW_INDEX,
    previous=ANNAS_INDEX,
    number=ANNAS_NEW_NUMBER,
    reason=CprChangeReason.OTHER,
)
"""By mistake Anna is given a number that is Bo's."""
BACK = CprChanged(
    person=ANNA, index=ANNAS_INDEX, previous=ANNAS_NEW_INDEX, number=ANNAS_NUMBER, reason=CprChangeReason.OTHER
)
CORRECTED: tuple[Event, ...] = (
    BACK,
    CprWithdrawn(person=ANNA, index=ANNAS_NEW_INDEX),
    PersonRegistered(person=BO, birth_date=None),
    CprAssigned(person=BO, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER),
    BOS_MAIL,
)
"""The number is withdrawn, and given to its rightful bearer."""
WRONGLY: tuple[Event, ...] = (*SKAT_SENDS, *ANNA_REGISTERED, GIVEN, ANNAS_MAIL)
HELD_BACK: tuple[Event, ...] = (
    *WRONGLY,
    *post(*ANNA_REGISTERED, GIVEN, ANNAS_MAIL)
    .when(letter(recipient_number=ANNAS_NEW_INDEX, do_not_deliver_until=RELEASE_DAY))
    .facts,
)
"""A letter to the number that Anna bears by mistake waits for its value date."""
POSTPONED: tuple[Event, ...] = (
    *WRONGLY,
    BY_NUMBER,
    RECEIVED,
    ReleasePostponed(
        **TO_ANNA,
        release_at=RELEASE_AT,
        cause=PostponementCause.OUTAGE,
        outage=OutageId(UUID(int=7)),
        rule=None,
    ),
)
"""A letter to that number waits for the end of an outage."""


@pytest.mark.parametrize("past", [HELD_BACK, POSTPONED], ids=["held_back", "postponed"])
@pytest.mark.parametrize(
    "meanwhile", [CORRECTED, CORRECTED[:2], (BACK, CprAnnulled(person=ANNA, index=ANNAS_NEW_INDEX))]
)
def test_w1_a_letter_that_waits_does_not_arrive_at_whom_its_number_led_to_by_mistake(
    past: tuple[Event, ...], meanwhile: tuple[Event, ...]
) -> None:
    refused, receipt = given(*past, *meanwhile).at(RELEASE_AT).when(RELEASE).facts
    assert refused == MOVED
    assert isinstance(receipt, ReceiptIssued)
    assert [fault.code for fault in receipt.faults] == ["recipient.number.moved"]


@pytest.mark.parametrize("meanwhile", [(), (BACK,)], ids=["as it was", "another number is in use"])
def test_it_arrives_as_long_as_its_number_leads_to_its_recipient(meanwhile: tuple[Event, ...]) -> None:
    given(*HELD_BACK, *meanwhile).at(RELEASE_AT).when(RELEASE).then(AVAILABLE, COMPLETED)


def test_w2_a_letter_that_waits_does_not_arrive_at_the_entry_with_which_its_recipients_was_merged_by_mistake() -> None:
    bos = CprAssigned(person=BO, index=ANNAS_NEW_INDEX, number=ANNAS_NEW_NUMBER)
    merged = (
        PersonRegistered(person=BO, birth_date=None),
        bos,
        EntriesMerged(person=BO, into=ANNA),
        CprRedirected(person=BO, into=ANNA, index=ANNAS_NEW_INDEX, in_use=False),
    )
    past = (*SKAT_SENDS, *ANNA_REGISTERED, *merged, ANNAS_MAIL)
    held_back = letter(recipient_number=ANNAS_NEW_INDEX, do_not_deliver_until=RELEASE_DAY)
    past = (*past, *given(*past).when(held_back).facts)
    given(*past).at(RELEASE_AT).when(RELEASE).then(AVAILABLE, COMPLETED)
    parted = (
        MergeAnnulled(person=BO, into=ANNA),
        CprRedirected(person=ANNA, into=BO, index=ANNAS_NEW_INDEX, in_use=True),
    )
    assert given(*past, *parted).at(RELEASE_AT).when(RELEASE).facts[0] == MOVED


def test_w1_what_its_number_did_not_lead_to_rightly_does_not_go_on_paper() -> None:
    given(*HELD_BACK, *CORRECTED, MOVED).when(SendOnPaper(**TO_ANNA)).then_refused(NothingForPaper)

    rejected = post(*ANNA_REGISTERED, GIVEN, ANNAS_MAIL, ANNA_EXEMPT).when(letter(recipient_number=ANNAS_NEW_INDEX))
    past = (*ANNA_REGISTERED, GIVEN, *rejected.facts)
    given(*past, *CORRECTED).when(SendOnPaper(**TO_ANNA)).then_refused(NumberOfAnother)


def test_what_was_posted_before_its_number_was_given_to_another_is_reported_as_posted() -> None:
    rejected = post(*ANNA_REGISTERED, GIVEN, ANNAS_MAIL, ANNA_EXEMPT).when(letter(recipient_number=ANNAS_NEW_INDEX))
    past = (*ANNA_REGISTERED, GIVEN, *rejected.facts)
    (ordered,) = given(*past).when(SendOnPaper(**TO_ANNA)).facts
    assert isinstance(ordered, PaperLetterOrdered)
    posted = PostPaperLetter(
        letter=ordered.letter,
        message=LETTER,
        recipient=ANNA,
        addressee=ANNA,
        address=ANNAS_ADDRESS_ENTERED.entry,
        posted_on=NOW.date(),
    )
    (reported,) = given(*past, ordered).when(posted).facts
    given(*past, ordered, *CORRECTED).when(posted).then(reported)


def test_w1_nor_does_the_unopened_post_of_one_who_becomes_exempt_that_came_by_a_wrong_number() -> None:
    wish = exemption(ANNA)
    resend = SendUnopenedOnPaper(recipient=ANNA, exemption=wish.entry, messages=(LETTER,))
    arrived = (*WRONGLY, BY_NUMBER, RECEIVED, MessageMadeAvailable(message=LETTER, recipient=ANNA))
    (order,) = given(*arrived, wish).when(resend).facts
    assert isinstance(order, PaperLetterOrdered)
    assert (order.letter.__class__, order.occasion) == (PaperLetterId, PaperOccasion.UNOPENED)
    given(*arrived, *CORRECTED, wish).when(resend).then_nothing()
