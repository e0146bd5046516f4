"""A submission becomes a rejection with every fault, a wait for the value date, or an arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from domain.dated_policy import NoRuleYet
from domain.entry import EntryEndCause, Marker
from domain.fact import Event, Retention
from domain.identity.authority import SendingRight, SendingRightAnnulled, SendingRightEnded
from domain.identity.company import CompanyCeased
from domain.identity.person import PersonDied
from domain.post.letter_fault import Fault, Party
from domain.post.mail_registration import UnreachableBecause
from domain.post.mail_registration_plan import PlannedFor
from domain.post.message import MessageRejected, MessageScheduled, Rejection
from domain.post.message_commands import MessageConflict, SubmitMessage
from domain.post.receipt import ReceiptStatus
from domain.post.release_commands import UNREACHABLE
from domain.post.submission import LetterDetails
from domain.subject import MessageId, PartyId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    ARRIVED,
    AVAILABLE,
    BO,
    COMPLETED,
    FIRM,
    HELD_BACK,
    LETTER,
    RECEIVED,
    RELEASE_DAY,
    SCHEDULED,
    SKAT,
    SKAT_EXISTS,
    SKAT_SENDS,
    SKATS_RIGHTS,
    STORED,
    known,
    letter,
    letter_receipt,
    planned,
    post,
    submitted,
)
from tests.law import Decided, given

OVERSIZE = Fault(code="memo.size.not.allowed", path="/Message", message="Too large.", fault=Party.SENDER)
TOO_MANY = Fault(code="attachments.too.many", path="/Message/MessageBody", message="More than ten.", fault=Party.SENDER)
EMPTY_FILE = Fault(
    code="file.empty.not.allowed",
    path="/Message/MessageBody/MainDocument/File[1]/content",
    message="The file is empty.",
    fault=Party.SENDER,
)
PLAIN_HTTP = Fault(
    code="action.url.not.allowed",
    path="/Message/MessageBody/MainDocument/Action[1]/EntryPoint/url",
    message="An action leads by https.",
    fault=Party.SENDER,
)


def rejected(decided: Decided) -> tuple[Rejection, list[str]]:
    """The status and the codes of a rejection; its fact and its receipt must have the same faults."""
    assert decided.refusal is None
    _, received, rejection, final, *_ = decided.facts
    assert isinstance(rejection, MessageRejected)
    sender = {"sender": rejection.sender}
    assert received == RECEIVED.model_copy(update=sender)
    assert final == letter_receipt(ReceiptStatus(rejection.status.value), *rejection.faults).model_copy(update=sender)
    return rejection.status, [fault.code for fault in rejection.faults]


def test_a_letter_to_a_registered_recipient_arrives_at_once() -> None:
    post(ANNAS_MAIL).when(letter()).then(submitted(letter()), RECEIVED, AVAILABLE, COMPLETED)


def test_a_submission_keeps_the_title_and_the_senders_reference_sealed_with_the_recipients_key() -> None:
    fact = submitted(letter())
    assert fact.personal == {
        "bytes_sha256",
        "case_reference",
        "file_sha256",
        "forwarded_from",
        "post_type",
        "representative_name",
        "sender_reference",
        "sender_system",
        "title",
    }
    assert fact.holding == (letter().recipient, Retention.POST)
    assert "title" not in fact.open_fields()


def test_what_the_letter_says_of_itself_is_in_its_submission() -> None:
    said = LetterDetails(representative=FIRM, answers=UUID(int=1), thread=UUID(int=2), forwards=UUID(int=3))
    command = letter(details=said)
    post(ANNAS_MAIL).when(command).then(submitted(command), RECEIVED, AVAILABLE, COMPLETED)
    assert submitted(command).subjects() == (LETTER, SKAT, ANNA, FIRM)


def test_a_submission_to_nobody_known_is_sealed_with_a_key_of_its_own() -> None:
    assert submitted(letter(recipient=None)).holding == (LETTER, Retention.REJECTED)


def test_a_letter_to_an_exempt_recipient_is_not_allowed() -> None:
    decided = post(ANNAS_MAIL, ANNA_EXEMPT).when(letter())
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["recipient.is.exempt"])


def test_a_letter_to_a_person_known_to_be_dead_is_not_allowed() -> None:
    decided = post(ANNAS_MAIL, ANNA_DIED).when(letter())
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["recipient.is.closed"])


def test_a_letter_that_arrived_before_the_death_was_recorded_stays_arrived() -> None:
    post(*ARRIVED, ANNA_DIED).when(letter()).then_nothing()


def test_edge_08_a_value_date_today_is_released_at_once() -> None:
    command = letter(do_not_deliver_until=date(2026, 3, 2))
    post(ANNAS_MAIL).when(command).then(submitted(command), RECEIVED, AVAILABLE, COMPLETED)


def test_edge_08_a_value_date_to_come_holds_the_letter_back_until_that_day_begins_in_copenhagen() -> None:
    command = letter(do_not_deliver_until=RELEASE_DAY)
    post(ANNAS_MAIL).when(command).then(submitted(command), RECEIVED, SCHEDULED)


def test_edge_08_a_value_date_in_the_past_is_too_early() -> None:
    decided = post(ANNAS_MAIL).when(letter(do_not_deliver_until=date(2026, 3, 1)))
    assert rejected(decided) == (Rejection.INVALID, ["do.not.deliver.until.date.too.early"])


def test_edge_08_the_past_is_a_copenhagen_day_not_a_utc_day() -> None:
    just_after_midnight = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    decided = post(ANNAS_MAIL).at(just_after_midnight).when(letter(do_not_deliver_until=date(2026, 3, 1)))
    assert rejected(decided) == (Rejection.INVALID, ["do.not.deliver.until.date.too.early"])


@pytest.mark.parametrize(("days_ahead", "allowed"), [(11, True), (12, True), (13, False)])
def test_edge_08_a_value_date_is_at_most_twelve_days_ahead(days_ahead: int, allowed: bool) -> None:
    decided = post(ANNAS_MAIL).when(letter(do_not_deliver_until=date(2026, 3, 2) + timedelta(days_ahead)))
    if allowed:
        assert isinstance(decided.facts[-1], MessageScheduled)
    else:
        assert rejected(decided) == (Rejection.INVALID, ["do.not.deliver.until.date.too.late"])


@pytest.mark.parametrize(
    ("day", "release_at"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_edge_08_around_the_nights_that_change_the_clock_the_day_still_begins_at_midnight(
    day: date, release_at: datetime
) -> None:
    decided = post(ANNAS_MAIL).at(release_at - timedelta(days=3)).when(letter(do_not_deliver_until=day))
    scheduled = decided.facts[-1]
    assert isinstance(scheduled, MessageScheduled)
    assert scheduled.release_at == release_at


@pytest.mark.parametrize("past", [ARRIVED, HELD_BACK])
def test_edge_09_the_same_letter_again_changes_nothing(past: tuple[Event, ...]) -> None:
    again = letter(transmission=UUID("7a450000-0000-4000-8000-000000000002"))
    post(*past).when(again).then_nothing()


def test_edge_09_the_same_content_in_other_bytes_changes_nothing() -> None:
    post(*ARRIVED).when(letter(stored=replace(STORED, bytes_sha256="bb" * 32, size_bytes=17_000))).then_nothing()


def test_edge_09_a_rejected_letter_again_changes_nothing_even_when_its_recipient_is_registered_since() -> None:
    first = post().when(letter(recipient=None))
    post(*first.facts, ANNAS_MAIL).when(letter()).then_nothing()


def test_edge_09_the_same_letter_again_changes_nothing_although_its_sender_has_become_known() -> None:
    first = post(ANNAS_MAIL).when(letter(sender=None))
    post(ANNAS_MAIL, *first.facts).when(letter()).then_nothing()


def test_edge_10_other_content_under_the_same_uuid_is_a_conflict() -> None:
    post(*ARRIVED).when(letter(stored=replace(STORED, content=UUID(int=1)))).then_refused(MessageConflict)


def test_edge_10_another_sender_under_the_same_uuid_is_a_conflict() -> None:
    post(*ARRIVED).when(letter(sender=FIRM)).then_refused(MessageConflict)


def test_edge_10_a_conflict_says_nothing_of_the_other_letter() -> None:
    refusal = post(*ARRIVED).when(letter(sender=FIRM)).refusal
    assert isinstance(refusal, MessageConflict)
    assert refusal.details == ()


def test_edge_12_a_letter_to_a_number_that_the_state_does_not_know_is_not_allowed() -> None:
    decided = post(ANNAS_MAIL).when(letter(recipient=None))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["recipient.unknown"])


def test_edge_12_a_child_of_whom_nothing_is_planned_is_unknown_to_digital_post() -> None:
    decided = post(ANNAS_MAIL).when(letter(recipient=BO))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["recipient.unknown"])


def test_edge_12_every_reason_has_a_code_of_its_own() -> None:
    codes = {code for code, *_ in UNREACHABLE.values()}
    assert len(codes) == len(UNREACHABLE)
    assert set(UNREACHABLE) == set(UnreachableBecause) - {UnreachableBecause.NEVER}


def test_edge_13_a_letter_to_a_company_in_its_grace_is_not_allowed_and_says_when_it_will_be() -> None:
    day = date(2026, 3, 9)
    grace = planned(FIRM, day, reason=PlannedFor.NEW_COMPANY, waits_until=day)
    decided = post(grace).when(letter(recipient=FIRM))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["recipient.not.yet.registered"])
    rejection = decided.facts[2]
    assert isinstance(rejection, MessageRejected)
    assert "from 2026-03-09 on" in rejection.faults[0].message


@pytest.mark.parametrize("reason", [PlannedFor.TURNING_15, PlannedFor.IMMIGRATION])
def test_no_sender_learns_from_when_a_person_is_registered_which_may_be_a_birthday(reason: PlannedFor) -> None:
    decided = post(planned(BO, date(2027, 5, 7), reason=reason)).when(letter(recipient=BO))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["recipient.not.yet.registered"])
    assert not any("2027" in str(fact) for fact in decided.facts)


PUBLIC, SERVES, OBLIGES = (SKATS_RIGHTS[right] for right in SendingRight)


@pytest.mark.parametrize(
    ("rights", "asked", "codes"),
    [
        ((PUBLIC,), {}, []),
        ((PUBLIC, SERVES), {"legal_notification": True}, []),
        ((PUBLIC, OBLIGES), {"mandatory": True}, []),
        ((PUBLIC, OBLIGES), {"legal_notification": True}, ["legal.notification.not.allowed"]),
        ((PUBLIC, SERVES), {"mandatory": True}, ["mandatory.not.allowed"]),
        ((), {}, ["sender.not.allowed"]),
        ((SERVES,), {"legal_notification": True}, ["sender.not.allowed"]),
    ],
)
def test_an_authority_sends_what_its_rights_say(
    rights: tuple[Event, ...], asked: dict[str, bool], codes: list[str]
) -> None:
    decided = given(*SKAT_EXISTS, *rights, ANNAS_MAIL).when(letter(**asked))
    if codes:
        assert rejected(decided) == (Rejection.NOT_ALLOWED, codes)
    else:
        assert decided.facts[-2:] == (AVAILABLE, COMPLETED)


@pytest.mark.parametrize(
    ("ended", "day", "allowed"),
    [
        (date(2026, 3, 3), date(2026, 3, 2), True),
        (date(2026, 3, 2), date(2026, 3, 2), False),
    ],
)
def test_a_right_to_send_holds_until_the_day_before_its_end(ended: date, day: date, allowed: bool) -> None:
    end = SendingRightEnded(entry=PUBLIC.entry, party=SKAT, valid_to=ended, cause=EntryEndCause.STATED)
    now = datetime.combine(day, time(9), tzinfo=UTC)
    decided = given(*SKAT_EXISTS, PUBLIC, end, ANNAS_MAIL).at(now).when(letter())
    assert (AVAILABLE in decided.facts) is allowed


def test_a_right_that_begins_tomorrow_allows_nothing_today() -> None:
    tomorrow = PUBLIC.model_copy(update={"valid_from": date(2026, 3, 3)})
    decided = given(*SKAT_EXISTS, tomorrow, ANNAS_MAIL).when(letter())
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["sender.not.allowed"])


def test_a_right_that_was_annulled_allows_nothing() -> None:
    annulled = SendingRightAnnulled(entry=PUBLIC.entry, party=SKAT, marker=Marker.ANNULLED)
    decided = given(*SKAT_EXISTS, PUBLIC, annulled, ANNAS_MAIL).when(letter())
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["sender.not.allowed"])


@pytest.mark.parametrize("sender", [BO, FIRM, None])
def test_w16_nobody_but_a_public_sender_writes_to_a_citizen_and_a_neighbour_serves_no_summons(
    sender: PartyId | None,
) -> None:
    """LBK 686/2021 §§ 1 and 7: the Act does not cover communication between citizens and companies."""
    summons = letter(sender=sender, legal_notification=True, mandatory=True)
    decided = known(*SKAT_SENDS, ANNAS_MAIL).when(summons)
    codes = ["sender.not.allowed", "legal.notification.not.allowed", "mandatory.not.allowed"]
    assert rejected(decided) == (Rejection.NOT_ALLOWED, codes)


@pytest.mark.parametrize("sender", [ANNA, BO, SKAT])
def test_nobody_but_a_public_sender_writes_to_a_company(sender: PartyId) -> None:
    firms_mail = ANNAS_MAIL.model_copy(update={"recipient": FIRM})
    decided = known(*SKAT_EXISTS, firms_mail).when(letter(sender=sender, recipient=FIRM))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["sender.not.allowed"])


def test_an_authority_that_has_ceased_sends_nothing() -> None:
    ceased = CompanyCeased(company=SKAT, ceased_on=date(2026, 1, 1))
    decided = post(ceased, ANNAS_MAIL).when(letter())
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["sender.not.allowed"])


@pytest.mark.parametrize("sender", [ANNA, FIRM])
def test_citizens_and_companies_write_to_authorities(sender: PartyId) -> None:
    skats_mail = ANNAS_MAIL.model_copy(update={"recipient": SKAT})
    decided = known(*SKAT_SENDS, skats_mail).when(letter(sender=sender, recipient=SKAT))
    assert AVAILABLE.model_copy(update={"recipient": SKAT}) in decided.facts


def test_the_dead_write_to_nobody() -> None:
    skats_mail = ANNAS_MAIL.model_copy(update={"recipient": SKAT})
    died = PersonDied(person=ANNA, died_on=date(2026, 2, 1))
    decided = known(*SKAT_SENDS, skats_mail, died).when(letter(sender=ANNA, recipient=SKAT))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["sender.not.allowed"])


def test_edge_16_every_fault_of_a_letter_is_reported_at_once_with_its_path() -> None:
    faults = (OVERSIZE, TOO_MANY, EMPTY_FILE, PLAIN_HTTP)
    decided = post(ANNAS_MAIL).when(letter(faults=faults, do_not_deliver_until=date(2026, 4, 1)))
    codes = [*(fault.code for fault in faults), "do.not.deliver.until.date.too.late"]
    assert rejected(decided) == (Rejection.INVALID, codes)
    rejection = decided.facts[2]
    assert isinstance(rejection, MessageRejected)
    assert all(fault.path.startswith("/Message") for fault in rejection.faults)


def test_a_faulty_letter_to_an_unreachable_recipient_is_not_allowed() -> None:
    decided = post(ANNAS_MAIL, ANNA_EXEMPT).when(letter(faults=(EMPTY_FILE,)))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["file.empty.not.allowed", "recipient.is.exempt"])


def test_an_exempt_recipient_is_reported_together_with_every_other_fault() -> None:
    torn = Fault(code="memo.invalid", path="/", message="The XML breaks off.", fault=Party.SENDER)
    decided = post(ANNAS_MAIL, ANNA_EXEMPT).when(letter(faults=(torn,)))
    assert rejected(decided) == (Rejection.NOT_ALLOWED, ["memo.invalid", "recipient.is.exempt"])


def test_a_recipient_who_could_not_be_read_from_the_letter_is_not_called_unknown() -> None:
    unread = Fault(
        code="recipient.id.format.not.allowed",
        path="/Message/MessageHeader/Recipient/recipientID",
        message="A CPR number has ten digits.",
        fault=Party.SENDER,
    )
    decided = post().when(letter(recipient=None, faults=(unread,)))
    assert rejected(decided) == (Rejection.INVALID, ["recipient.id.format.not.allowed"])


def test_a_new_letter_after_a_rejection_has_its_own_uuid_and_its_own_arrival() -> None:
    first = post(ANNAS_MAIL, ANNA_EXEMPT).when(letter())
    new = letter(message=MessageId(UUID("1e77e400-0000-4000-8000-000000000002")))
    second = post(*first.facts, ANNAS_MAIL).when(new)
    assert AVAILABLE not in (*first.facts, *second.facts)
    assert second.facts[2] == AVAILABLE.model_copy(update={"message": new.message})


def submit_ahead(on: datetime, days: int) -> Decided:
    """A letter submitted on a day of the past, held back so many days."""
    command: SubmitMessage = letter(do_not_deliver_until=on.date() + timedelta(days))
    return post(ANNAS_MAIL).at(on).when(command)


def test_before_september_2022_a_letter_was_held_back_for_five_days_at_most() -> None:
    summer = datetime(2022, 8, 1, 9, tzinfo=UTC)
    assert rejected(submit_ahead(summer, 6)) == (Rejection.INVALID, ["do.not.deliver.until.date.too.late"])
    held = submit_ahead(summer, 5).facts[-1]
    assert isinstance(held, MessageScheduled)
    assert held.rule == "digital_post.scheduled_ahead_days_max@2022-03-21"


def test_the_fact_keeps_the_version_of_the_rule_that_decided() -> None:
    held = submit_ahead(datetime(2022, 9, 1, 9, tzinfo=UTC), 12).facts[-1]
    assert isinstance(held, MessageScheduled)
    assert held.rule == "digital_post.scheduled_ahead_days_max@2022-09-01"
    assert held.release_rule == "digital_post.release_hour@2012-07-01"


def test_a_value_date_from_before_the_present_solution_has_no_rule_to_be_judged_by() -> None:
    with pytest.raises(NoRuleYet):
        submit_ahead(datetime(2020, 1, 1, tzinfo=UTC), 1)
