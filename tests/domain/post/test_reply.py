"""A reply answers what arrived at its sender and permits it, and a late one says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.fact import Event
from domain.post.message import MessageMadeAvailable, MessageRejected, Rejection
from domain.post.message_commands import SubmitMessage
from domain.post.reply import ReplyLinked
from domain.post.routing import MessageRouted, Route
from domain.post.submission import LetterDetails
from domain.subject import MessageId
from tests.controls import (
    ANNA,
    ANNAS_MAIL,
    ARRIVED,
    AVAILABLE,
    BO,
    FIRM,
    FIRM_AUTHORITY,
    HELD_BACK,
    LETTER,
    SKAT,
    SKAT_SENDS,
    known,
    letter,
    submitted,
)
from tests.domain.identity.test_contact_point import POINT
from tests.domain.post.test_routing import DEFAULT, FIRMS_MAIL, NAMED, closed
from tests.law import NOW, Decided

REPLY = MessageId(UUID("1e77e400-0000-4000-8000-000000000002"))
NEXT = MessageId(UUID("1e77e400-0000-4000-8000-000000000003"))
ASKED = letter(reply=True, reply_by=NOW)
"""A letter that permits a reply until the scene's clock."""
LINKED = ReplyLinked(message=REPLY, answers=LETTER, thread=LETTER, late=False)


def reply(**changes: Any) -> SubmitMessage:
    """Anna's reply to the tax authority, or one that differs in the named fields."""
    to_skat = {"message": REPLY, "sender": ANNA, "recipient": SKAT, "details": LetterDetails(answers=LETTER.uuid)}
    return letter(**to_skat | changes)


def answered(asked: SubmitMessage, command: SubmitMessage, *more: Event, late_by: timedelta = timedelta(0)) -> Decided:
    """A message to somebody who got that letter."""
    skats_mail = ANNAS_MAIL.model_copy(update={"recipient": SKAT})
    past = (*SKAT_SENDS, skats_mail, ANNAS_MAIL, submitted(asked), AVAILABLE, *more)
    return known(*past).at(NOW + late_by).when(command)


def links(decided: Decided) -> list[Event]:
    """What a submission that was accepted answers."""
    assert AVAILABLE.model_copy(update={"message": REPLY, "recipient": SKAT}) in decided.facts
    return [fact for fact in decided.facts if isinstance(fact, ReplyLinked)]


def test_a_reply_names_the_letter_that_it_answers_and_the_thread() -> None:
    assert links(answered(ASKED, reply())) == [LINKED]
    assert links(answered(letter(reply=True), reply())) == [LINKED]


def test_a_reply_to_a_reply_belongs_to_the_thread_of_the_first_whatever_it_says_itself() -> None:
    permitting = reply(reply=True)
    arrived = AVAILABLE.model_copy(update={"message": REPLY, "recipient": SKAT})
    third = letter(message=NEXT, details=LetterDetails(answers=REPLY.uuid, thread=UUID(int=7)))
    decided = answered(ASKED, third, submitted(permitting), LINKED, arrived)
    assert ReplyLinked(message=NEXT, answers=REPLY, thread=LETTER, late=False) in decided.facts


def test_edge_24_a_reply_after_its_time_arrives_and_is_flagged_as_late() -> None:
    late = answered(ASKED, reply(), late_by=timedelta(microseconds=1))
    assert links(late) == [LINKED.model_copy(update={"late": True})]


def test_edge_24_a_reply_to_a_letter_that_permits_none_is_rejected() -> None:
    decided = answered(letter(), reply())
    (rejection,) = (fact for fact in decided.facts if isinstance(fact, MessageRejected))
    assert (rejection.status, [fault.code for fault in rejection.faults]) == (
        Rejection.NOT_ALLOWED,
        ["reply.not.allowed"],
    )
    assert not any(isinstance(fact, ReplyLinked) for fact in decided.facts)


@pytest.mark.parametrize(("more", "route"), [((DEFAULT,), Route.DEFAULT), ((), Route.MAILBOX)])
def test_edge_24_a_reply_to_a_closed_contact_point_is_linked_and_lies_elsewhere(
    more: tuple[Event, ...], route: Route
) -> None:
    asked = replace(ASKED, sender=FIRM)
    past = (*FIRM_AUTHORITY, FIRMS_MAIL, NAMED, closed(NAMED), *more)
    to_point = reply(recipient=FIRM, details=LetterDetails(answers=LETTER.uuid, contact_point=POINT))
    facts = answered(asked, to_point, *past).facts
    assert LINKED in facts
    assert MessageMadeAvailable(message=REPLY, recipient=FIRM) in facts
    assert [fact.route for fact in facts if isinstance(fact, MessageRouted)] == [route]


@pytest.mark.parametrize(
    "asked",
    [replace(ASKED, sender=BO), replace(ASKED, recipient=BO), replace(ASKED, message=NEXT), letter(recipient=BO)],
    ids=["from another", "to another", "unknown", "to another and without reply"],
)
def test_who_names_a_letter_that_is_not_theirs_to_answer_learns_nothing_and_sends_a_new_message(
    asked: SubmitMessage,
) -> None:
    assert links(answered(asked, reply())) == []


def test_what_has_not_arrived_is_not_answered() -> None:
    skats_mail = ANNAS_MAIL.model_copy(update={"recipient": SKAT})
    decided = known(*SKAT_SENDS, skats_mail, *HELD_BACK).when(reply())
    assert links(decided) == []


def test_a_message_that_answers_none_or_itself_is_linked_with_none() -> None:
    assert links(answered(ASKED, reply(details=LetterDetails()))) == []
    assert links(answered(ASKED, reply(details=LetterDetails(answers=REPLY.uuid)))) == []
    assert all(not isinstance(fact, ReplyLinked) for fact in ARRIVED)
