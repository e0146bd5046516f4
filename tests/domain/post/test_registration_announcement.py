"""A recipient is notified on paper before the registration begins: once of a plan, and it is recorded how."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.due import REGISTRATION_ANNOUNCEMENT, dues_by
from domain.entry import EntrySource, Marker
from domain.fact import SEALED, Event
from domain.identity.company import CompanyCeased, CompanyEntryCause, CompanyRegistered
from domain.identity.merge import EntriesMerged, EntryIsMerged, MergeAnnulled
from domain.identity.person import PersonDied
from domain.identity.person_address import AddressEntered, AddressKind
from domain.identity.residence import ResidenceAnnulled, ResidenceKind
from domain.identity.sender import DIGITAL_POST_OPERATOR
from domain.post.mail_registration import MailRegistered, Mode
from domain.post.mail_registration_commands import FollowRegistrationPlan
from domain.post.mail_registration_plan import (
    PlannedFor,
    RegistrationAnnounced,
    RegistrationAnnouncementOmitted,
    RegistrationAnnouncementOrdered,
)
from domain.post.message import MessageMadeAvailable, MessageRejected
from domain.post.paper import PaperLetterOrdered
from domain.post.receipt import AcknowledgeReceipt, ReceiptIssued
from domain.post.registration_announcement import AnnounceRegistration, announcement_text, submit_announcement
from domain.post.submission import MessageSubmitted
from domain.reactions import fall_due, react
from domain.subject import EntryId
from tests.controls import (
    ANNA,
    ANNAS_ADDRESS_ENTERED,
    BIRTHDAY,
    BO,
    BO_IS_A_CHILD,
    BOS_MAIL,
    CHILD_PLANNED,
    FIRM,
    FIRM_PLANNED,
    FIRM_REGISTERED,
    STORED,
    exemption,
    known,
    planned,
    residence,
)
from tests.domain.test_reactions import commands, facts_after, recorded
from tests.law import NOW

THREE_WEEKS_BEFORE = datetime(2026, 5, 24, 22, tzinfo=UTC)
"""The first instant of 25 May 2026 in Copenhagen, 21 days before the birthday."""
ORDERED = RegistrationAnnouncementOrdered(recipient=BO, plan=CHILD_PLANNED.plan, effective_on=BIRTHDAY)
HOME = ANNAS_ADDRESS_ENTERED.model_copy(update={"party": BO, "entry": EntryId(ANNA.uuid)})
CHILD: tuple[Event, ...] = (BO_IS_A_CHILD, HOME, CHILD_PLANNED)
FOLLOW = FollowRegistrationPlan(recipient=BO)


def announce(ordered: RegistrationAnnouncementOrdered = ORDERED) -> AnnounceRegistration:
    """What follows from the order, its letter stored."""
    (reaction,) = react(recorded(ordered))
    assert isinstance(reaction.command, AnnounceRegistration)
    return replace(reaction.command, submission=replace(reaction.command.submission, stored=STORED))


def test_three_weeks_before_the_birthday_the_child_is_to_be_notified_and_not_before() -> None:
    registration, notice = dues_by(recorded(CHILD_PLANNED))
    assert (registration.due_at, notice.due_at) == (datetime(2026, 6, 14, 22, tzinfo=UTC), THREE_WEEKS_BEFORE)
    assert fall_due(registration).command == fall_due(notice).command == FOLLOW
    assert fall_due(registration).command_id != fall_due(notice).command_id
    known(*CHILD).at(THREE_WEEKS_BEFORE - timedelta(seconds=1)).when(FOLLOW).then_nothing()
    known(*CHILD).at(THREE_WEEKS_BEFORE).when(FOLLOW).then(ORDERED)
    known(*CHILD, ORDERED).at(THREE_WEEKS_BEFORE).when(FOLLOW).then_nothing()


def test_two_plans_for_one_day_are_announced_each() -> None:
    first, second = (dues_by(recorded(CHILD_PLANNED, position))[1] for position in (7, 8))
    assert fall_due(first).command_id != fall_due(second).command_id


def test_the_day_of_the_notice_is_encrypted_because_the_birth_date_follows_from_it() -> None:
    assert set(CHILD_PLANNED.personal_fields()) == {"effective_on", "announce_on"}
    assert set(ORDERED.personal_fields()) == {"effective_on"}
    assert "2026" not in f"{CHILD_PLANNED.open_fields()} {ORDERED.open_fields()}"
    sealed = CHILD_PLANNED.without_personal_fields()
    assert dues_by(recorded(sealed)) == ()
    assert commands(ORDERED.model_copy(update={"effective_on": SEALED})) == []


def test_a_child_who_has_no_mailbox_is_notified_on_paper_once() -> None:
    decided = known(*CHILD, ORDERED).at(THREE_WEEKS_BEFORE).when(announce())
    kinds = [MessageSubmitted, ReceiptIssued, MessageRejected, ReceiptIssued, PaperLetterOrdered, RegistrationAnnounced]
    assert [type(fact) for fact in decided.facts] == kinds
    submitted, letter, given = decided.facts[0], decided.facts[-2], decided.facts[-1]
    assert isinstance(submitted, MessageSubmitted)
    assert isinstance(letter, PaperLetterOrdered)
    assert (submitted.sender, submitted.recipient) == (DIGITAL_POST_OPERATOR, BO)
    assert given == RegistrationAnnounced(
        recipient=BO, plan=CHILD_PLANNED.plan, message=letter.message, letter=letter.letter
    )
    known(*CHILD, ORDERED, given).at(THREE_WEEKS_BEFORE).when(announce()).then_nothing()


def test_the_letter_names_the_first_day() -> None:
    (reaction,) = react(recorded(ORDERED))
    (document,) = reaction.documents
    assert "15. juni 2026" in document.content.decode()
    assert document.content.decode() == announcement_text(BIRTHDAY)


@pytest.mark.parametrize("address", [None, AddressKind.NONE])
def test_it_is_recorded_that_nobody_could_be_notified_without_an_address(address: AddressKind | None) -> None:
    none = AddressEntered(
        entry=HOME.entry,
        party=BO,
        valid_from=HOME.valid_from,
        source=EntrySource.PARTY,
        kind=AddressKind.NONE,
        address=None,
    )
    past = (BO_IS_A_CHILD, *([none] if address else []), CHILD_PLANNED, ORDERED)
    omitted = RegistrationAnnouncementOmitted(recipient=BO, plan=CHILD_PLANNED.plan)
    known(*past).at(THREE_WEEKS_BEFORE).when(announce()).then(omitted)
    known(*past, omitted).at(THREE_WEEKS_BEFORE).when(announce()).then_nothing()


ENDS: tuple[Event, ...] = (
    PersonDied(person=BO, died_on=date(2026, 5, 1)),
    exemption(BO),
    residence(BO, ResidenceKind.ABROAD, date(2026, 5, 1)),
    BOS_MAIL,
)
MERGED = EntriesMerged(person=BO, into=ANNA)


@pytest.mark.parametrize("end", [*ENDS, planned(BO, date(2027, 1, 1), plan=EntryId(BO.uuid))])
def test_the_dead_exempt_registered_moved_and_merged_are_not_notified_nor_of_a_former_plan(end: Event) -> None:
    known(*CHILD, ORDERED, end).at(THREE_WEEKS_BEFORE).when(announce()).then_nothing()
    known(*CHILD, ORDERED, MERGED).at(THREE_WEEKS_BEFORE).when(announce()).then_refused(EntryIsMerged)


@pytest.mark.parametrize("end", ENDS[:3])
def test_nothing_is_ordered_for_the_dead_the_exempt_and_who_moved_away(end: Event) -> None:
    known(*CHILD, end).at(THREE_WEEKS_BEFORE).when(FOLLOW).then_nothing()


def test_who_is_no_longer_exempt_within_the_three_weeks_is_still_notified() -> None:
    term = exemption(BO, valid_to=date(2026, 6, 1))
    (due,) = dues_by(recorded(term))
    known(*CHILD, term).at(due.due_at).when(fall_due(due).command).then(ORDERED)


def test_a_new_company_whose_grace_is_shorter_is_notified_at_once_at_its_address() -> None:
    founded = CompanyRegistered(company=FIRM, cause=CompanyEntryCause.FOUNDING)
    past = (*FIRM_REGISTERED, founded)
    assert facts_after(founded, *past[:-1]) == (FIRM_PLANNED,)
    _, due = dues_by(recorded(FIRM_PLANNED))
    assert due.due_at <= NOW
    (ordered,) = known(*past, FIRM_PLANNED).when(fall_due(due).command).facts
    assert isinstance(ordered, RegistrationAnnouncementOrdered)
    notified = known(*past, FIRM_PLANNED, ordered).when(announce(ordered)).facts
    assert isinstance(notified[-1], RegistrationAnnounced)
    known(*past, FIRM_PLANNED, ordered, CompanyCeased(company=FIRM, ceased_on=NOW.date())).when(
        announce(ordered)
    ).then_nothing()


@pytest.mark.parametrize(
    ("effective_on", "announce_on"),
    [(date(2026, 4, 1), date(2026, 3, 11)), (date(2026, 3, 23), NOW.date()), (date(2026, 3, 22), NOW.date())],
)
def test_a_plan_of_less_than_three_weeks_is_announced_at_once(effective_on: date, announce_on: date) -> None:
    assert planned(BO, effective_on).announce_on == announce_on


def test_who_waits_as_an_immigrant_is_notified_nine_days_after_coming() -> None:
    wait_over = date(2026, 4, 1)
    plan = planned(BO, wait_over, reason=PlannedFor.IMMIGRATION, waits_until=wait_over)
    _, due = dues_by(recorded(plan))
    assert due.rule is REGISTRATION_ANNOUNCEMENT
    assert due.due_at == datetime(2026, 3, 10, 23, tzinfo=UTC)


def test_a_registration_that_begins_at_once_is_not_announced() -> None:
    of_age = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule="digital_post.age_years@2014-11-01")
    known(*CHILD).at(datetime(2026, 6, 15, 9, tzinfo=UTC)).when(FOLLOW).then(of_age)


def test_who_was_recorded_as_gone_by_mistake_is_registered_if_the_day_has_come() -> None:
    away = residence(BO, ResidenceKind.ABROAD, date(2026, 5, 1))
    never_away = ResidenceAnnulled(entry=away.entry, party=BO, marker=Marker.ANNULLED)
    merged, parted = MERGED, MergeAnnulled(person=BO, into=ANNA)
    after = datetime(2026, 6, 16, 9, tzinfo=UTC)
    of_age = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule="digital_post.age_years@2014-11-01")
    for gone, mistake in ((away, never_away), (merged, parted)):
        assert FOLLOW in commands(mistake)
        known(*CHILD, gone, mistake).at(after).when(FOLLOW).then(of_age)


def test_the_operator_acknowledges_the_receipts_of_its_own_notices() -> None:
    facts = known(*CHILD, ORDERED).at(THREE_WEEKS_BEFORE).when(announce()).facts
    (receipt, _) = (fact for fact in facts if isinstance(fact, ReceiptIssued))
    acknowledged = AcknowledgeReceipt(receipt=receipt.receipt, message=receipt.message, sender=DIGITAL_POST_OPERATOR)
    (reaction,) = react(recorded(receipt))
    assert (reaction.command, reaction.request.authority) == (acknowledged, "digital-post")
    assert not any(isinstance(fact, MessageMadeAvailable) for fact in facts)
    assert submit_announcement(ORDERED).message == receipt.message
