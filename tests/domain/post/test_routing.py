"""A letter goes to the contact point that it names, else the default one, else the mailbox; the fact says which."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.entry import EntryEndCause
from domain.fact import Event
from domain.identity.contact_point import ContactPointClosed, ContactPointOpened
from domain.post.message import MessageMadeAvailable, MessageScheduled, NemSmsSent
from domain.post.release_commands import ReleaseMessage
from domain.post.routing import MessageRouted, Route
from domain.post.submission import LetterDetails
from domain.subject import EntryId
from tests.controls import ANNA, ANNAS_MAIL, FIRM, FIRM_AUTHORITY, LETTER, RELEASE_AT, RELEASE_DAY, SKAT, letter, post
from tests.domain.identity.test_contact_point import OPENED, OTHER, POINT
from tests.law import NOW

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
FIRMS_MAIL = ANNAS_MAIL.model_copy(update={"recipient": FIRM})
NAMED = OPENED.model_copy(update={"valid_from": YESTERDAY})
DEFAULT = NAMED.model_copy(update={"entry": EntryId(UUID(int=8)), "contact_point": OTHER, "default": True})
TO_POINT = letter(recipient=FIRM, details=LetterDetails(contact_point=POINT))


def closed(point: ContactPointOpened, days: int = 0) -> ContactPointClosed:
    day = TODAY + timedelta(days=days)
    return ContactPointClosed(entry=point.entry, party=FIRM, valid_to=day, cause=EntryEndCause.STATED)


def routed(*past: Event) -> MessageRouted:
    """The routing of a letter to the contact point, which arrives today."""
    facts = post(*FIRM_AUTHORITY, FIRMS_MAIL, *past).when(TO_POINT).facts
    assert any(isinstance(fact, MessageMadeAvailable) for fact in facts)
    (routing,) = (fact for fact in facts if isinstance(fact, MessageRouted))
    assert (routing.message, routing.recipient, routing.contact_point) == (LETTER, FIRM, POINT)
    return routing


@pytest.mark.parametrize(
    ("past", "route", "entry"),
    [
        ((NAMED,), Route.CONTACT_POINT, NAMED.entry),
        ((NAMED, DEFAULT), Route.CONTACT_POINT, NAMED.entry),
        ((NAMED, closed(NAMED, days=1)), Route.CONTACT_POINT, NAMED.entry),
        ((NAMED, DEFAULT, closed(NAMED)), Route.DEFAULT, DEFAULT.entry),
        ((DEFAULT,), Route.DEFAULT, DEFAULT.entry),
        ((NAMED, DEFAULT, closed(NAMED), closed(DEFAULT)), Route.MAILBOX, None),
        ((NAMED, closed(NAMED)), Route.MAILBOX, None),
        ((), Route.MAILBOX, None),
    ],
    ids=["open", "and a default", "open today", "closed", "unknown", "both closed", "no default", "none"],
)
def test_a_letter_goes_to_its_contact_point_to_the_default_one_or_to_the_mailbox_and_the_fact_says_so(
    past: tuple[Event, ...], route: Route, entry: EntryId | None
) -> None:
    assert (routed(*past).route, routed(*past).entry) == (route, entry)


def test_a_letter_that_is_held_back_is_routed_by_what_is_open_when_it_arrives() -> None:
    past = (*FIRM_AUTHORITY, FIRMS_MAIL, NAMED, DEFAULT)
    held_back = letter(recipient=FIRM, details=LetterDetails(contact_point=POINT), do_not_deliver_until=RELEASE_DAY)
    scheduled = post(*past).when(held_back).facts
    assert any(isinstance(fact, MessageScheduled) for fact in scheduled)
    assert not any(isinstance(fact, MessageRouted) for fact in scheduled)

    release = ReleaseMessage(message=LETTER, sender=SKAT, recipient=FIRM, due=RELEASE_AT)
    facts = post(*past, *scheduled, closed(NAMED, days=1)).at(RELEASE_AT).when(release).facts
    (routing,) = (fact for fact in facts if isinstance(fact, MessageRouted))
    assert (routing.route, routing.entry) == (Route.DEFAULT, DEFAULT.entry)


def test_a_letter_that_names_no_contact_point_is_not_routed() -> None:
    facts = post(*FIRM_AUTHORITY, FIRMS_MAIL, NAMED, DEFAULT).when(letter(recipient=FIRM)).facts
    assert not any(isinstance(fact, MessageRouted) for fact in facts)


def test_a_letter_to_a_person_and_a_nemsms_are_not_routed() -> None:
    details = LetterDetails(contact_point=POINT)
    to_anna = post(ANNAS_MAIL).when(letter(recipient=ANNA, details=details)).facts
    sms = post(*FIRM_AUTHORITY, FIRMS_MAIL, NAMED).when(letter(recipient=FIRM, details=details, message_type="NEMSMS"))
    assert any(isinstance(fact, NemSmsSent) for fact in sms.facts)
    assert not any(isinstance(fact, MessageRouted) for fact in (*to_anna, *sms.facts))
