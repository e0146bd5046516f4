"""A message held back is recalled by its sender, or released after the recipient is checked again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.command import Command
from domain.entry import EntryEndCause, Marker
from domain.errors import sentence
from domain.fact import Event, Retention
from domain.identity.authority import (
    AuthorityAnnulled,
    AuthorityEntered,
    SendingRight,
    SendingRightAnnulled,
    SendingRightEnded,
)
from domain.identity.company import CompanyCeased
from domain.identity.merge import EntriesMerged
from domain.identity.person import PersonDied, PersonRegistered
from domain.post.item_commands import HandleMessage, NotAvailable
from domain.post.mail_registration import MailRegistered, Mode, UnreachableBecause
from domain.post.message import (
    Channel,
    Handling,
    MessageMadeAvailable,
    MessageRecalled,
    MessageRejected,
    NemSmsSent,
    Rejection,
    ReleaseRefused,
)
from domain.post.receipt import FINAL, ReceiptIssued, ReceiptStatus
from domain.post.release_commands import (
    AlreadyAvailable,
    NoSuchMessage,
    NotDueYet,
    NothingToRecall,
    RecallMessage,
    ReleaseMessage,
)
from domain.post.service import OtherMethod, ServiceRequestAnnulled
from domain.post.service_commands import AbandonService, ConfirmService, NoConfirmationRequested, NoSuchSummons
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
    FIRM_AUTHORITY,
    HELD_BACK,
    LETTER,
    RELEASE_AT,
    RELEASE_DAY,
    SKAT,
    SKAT_EXISTS,
    SKAT_SENDS,
    SKATS_RIGHTS,
    letter,
    post,
)
from tests.law import NOW, given

RELEASE = ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT)
RECALL = RecallMessage(message=LETTER, sender=SKAT, reason="sent to the wrong person")
RECALLED = MessageRecalled(message=LETTER, sender=SKAT, recipient=ANNA, reason="sent to the wrong person")
SENT = NemSmsSent(message=LETTER, recipient=ANNA)
EXEMPT_AT_RELEASE = ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.EXEMPT)


def test_a_message_that_falls_due_arrives_and_its_sender_gets_a_receipt() -> None:
    given(*HELD_BACK).at(RELEASE_AT).when(RELEASE).then(AVAILABLE, COMPLETED)


def test_w17_a_nemsms_is_sent_and_never_arrives() -> None:
    now = post(ANNAS_MAIL).when(letter(message_type="NEMSMS"))
    assert now.facts[-2:] == (SENT, COMPLETED)

    held_back = letter(message_type="NEMSMS", do_not_deliver_until=RELEASE_DAY)
    past = (*SKAT_SENDS, ANNAS_MAIL, *post(ANNAS_MAIL).when(held_back).facts)
    given(*past).at(RELEASE_AT).when(RELEASE).then(SENT, COMPLETED)

    opening = HandleMessage(message=LETTER, reader=ANNA, owner=ANNA, channel=Channel.APP, handling=Handling.OPENED)
    for facts in ((ANNAS_MAIL, *now.facts), (*past, SENT, COMPLETED)):
        assert not any(isinstance(fact, MessageMadeAvailable) for fact in facts)
        given(*facts).at(RELEASE_AT).when(RELEASE).then_nothing()
        given(*facts).when(RECALL).then_refused(NothingToRecall)
        given(*facts).when(opening).then_refused(NotAvailable)


def test_a_message_is_not_released_before_its_time() -> None:
    given(*HELD_BACK).at(RELEASE_AT - timedelta(microseconds=1)).when(RELEASE).then_refused(NotDueYet)


def test_a_message_is_not_released_for_an_instant_before_its_own() -> None:
    early = ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT - timedelta(days=1))
    given(*HELD_BACK).at(RELEASE_AT).when(early).then_refused(NotDueYet)


def test_a_message_that_falls_due_while_the_solution_is_down_is_released_late() -> None:
    given(*HELD_BACK).at(RELEASE_AT + timedelta(days=2)).when(RELEASE).then(AVAILABLE, COMPLETED)


@pytest.mark.parametrize("past", [ARRIVED, (*HELD_BACK, RECALLED), (*HELD_BACK, EXEMPT_AT_RELEASE)])
def test_a_message_no_longer_held_back_is_not_released(past: tuple[Event, ...]) -> None:
    given(*past).at(RELEASE_AT).when(RELEASE).then_nothing()


def test_a_release_names_the_messages_own_recipient() -> None:
    other = ReleaseMessage(message=LETTER, sender=SKAT, recipient=BO, due=RELEASE_AT)
    given(*HELD_BACK).at(RELEASE_AT).when(other).then_refused(NoSuchMessage)


def test_an_exemption_during_the_wait_refuses_the_release() -> None:
    decided = given(*HELD_BACK, ANNA_EXEMPT).at(RELEASE_AT).when(RELEASE)
    assert decided.facts[0] == EXEMPT_AT_RELEASE
    rejection = decided.facts[1]
    assert isinstance(rejection, ReceiptIssued)
    assert rejection.status is ReceiptStatus.NOT_ALLOWED
    assert [fault.code for fault in rejection.faults] == ["recipient.is.exempt"]


def test_an_exemption_after_arrival_changes_nothing() -> None:
    given(*ARRIVED, ANNA_EXEMPT).at(RELEASE_AT).when(RELEASE).then_nothing()


def test_a_death_during_the_wait_refuses_the_release() -> None:
    decided = given(*HELD_BACK, ANNA_DIED).at(RELEASE_AT).when(RELEASE)
    assert decided.facts[0] == ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.CLOSED)


def test_a_death_learned_after_the_release_leaves_the_arrival_standing() -> None:
    released = given(*HELD_BACK).at(RELEASE_AT).when(RELEASE)
    given(*HELD_BACK, *released.facts, ANNA_DIED).at(RELEASE_AT).when(RELEASE).then_nothing()


def in_turn(*commands: Command[*tuple[object, ...]]) -> tuple[Event, ...]:
    """What two callers at the same instant come to, when the ledger takes them in this order."""
    facts = HELD_BACK
    for command in commands:
        facts = (*facts, *given(*facts).at(RELEASE_AT).when(command).facts_unless_refused)
    return facts[len(HELD_BACK) :]


def test_edge_06_a_recall_taken_before_the_release_wins() -> None:
    assert in_turn(RECALL, RELEASE) == (RECALLED,)


def test_edge_06_a_release_taken_before_the_recall_wins() -> None:
    assert in_turn(RELEASE, RECALL) == (AVAILABLE, COMPLETED)
    given(*HELD_BACK, AVAILABLE, COMPLETED).at(RELEASE_AT).when(RECALL).then_refused(AlreadyAvailable)


def test_a_sender_recalls_a_message_that_is_held_back() -> None:
    given(*HELD_BACK).when(RECALL).then(RECALLED)


def test_the_reason_of_a_recall_is_sealed_with_the_recipients_key() -> None:
    assert RECALLED.personal == {"reason"}
    assert RECALLED.holding == (ANNA, Retention.POST)


def test_a_recall_again_changes_nothing() -> None:
    given(*HELD_BACK, RECALLED).when(RECALL).then_nothing()


def test_a_message_that_has_arrived_is_not_recalled() -> None:
    given(*ARRIVED).when(RECALL).then_refused(AlreadyAvailable)
    assert "administrator" in sentence(AlreadyAvailable)


def test_only_its_sender_recalls_a_message() -> None:
    other = RecallMessage(message=LETTER, sender=FIRM, reason="not mine")
    given(*HELD_BACK).when(other).then_refused(NoSuchMessage)
    given().when(RECALL).then_refused(NoSuchMessage)


def test_a_rejected_message_is_not_recalled() -> None:
    rejected = post(ANNAS_MAIL, ANNA_EXEMPT).when(letter())
    given(ANNAS_MAIL, *rejected.facts).when(RECALL).then_refused(NothingToRecall)
    to_nobody = post().when(letter(recipient=None))
    given(*to_nobody.facts).when(RECALL).then_refused(NothingToRecall)


def test_a_message_refused_at_its_release_is_not_recalled() -> None:
    given(*HELD_BACK, EXEMPT_AT_RELEASE).when(RECALL).then_refused(NothingToRecall)


@pytest.mark.parametrize("meanwhile", [(), (ANNA_EXEMPT,), (ANNA_DIED,), (RECALLED,)])
def test_a_message_held_back_has_at_most_one_last_receipt_and_one_arrival(meanwhile: tuple[Event, ...]) -> None:
    facts: tuple[Event, ...] = (*HELD_BACK, *meanwhile)
    for _ in range(3):
        facts = (*facts, *given(*facts).at(RELEASE_AT).when(RELEASE).facts)
    last_words = [fact for fact in facts if isinstance(fact, ReceiptIssued) and fact.status in FINAL]
    arrivals = [fact for fact in facts if isinstance(fact, MessageMadeAvailable)]
    assert len(last_words) == (0 if RECALLED in meanwhile else 1)
    assert len(arrivals) == (0 if meanwhile else 1)


SUMMONS_HELD_BACK = post(ANNAS_MAIL).when(letter(legal_notification=True, do_not_deliver_until=RELEASE_DAY)).facts
RIGHT_TO_SERVE = SKATS_RIGHTS[SendingRight.LEGAL_NOTIFICATION]
(SKAT_IS_ONE,) = (fact for fact in SKAT_EXISTS if isinstance(fact, AuthorityEntered))
RIGHT_TO_SEND = SKATS_RIGHTS[SendingRight.PUBLIC_SENDER]
NEVER_HELD = SendingRightAnnulled(entry=RIGHT_TO_SERVE.entry, party=SKAT, marker=Marker.ANNULLED)


def test_a_summons_that_waits_is_rejected_when_the_right_to_serve_never_held() -> None:
    past = (*SKAT_SENDS, ANNAS_MAIL, *SUMMONS_HELD_BACK, NEVER_HELD)
    rejected, receipt = given(*past).at(RELEASE_AT).when(RELEASE).facts
    assert isinstance(rejected, MessageRejected)
    assert isinstance(receipt, ReceiptIssued)
    assert (rejected.status, receipt.status) == (Rejection.NOT_ALLOWED, ReceiptStatus.NOT_ALLOWED)
    assert [fault.code for fault in receipt.faults] == ["legal.notification.not.allowed"]
    given(*past, rejected, receipt).at(RELEASE_AT).when(RELEASE).then_nothing()
    given(*HELD_BACK, NEVER_HELD).at(RELEASE_AT).when(RELEASE).then(AVAILABLE, COMPLETED)


ABANDON = AbandonService(message=LETTER, recipient=ANNA, sender=SKAT, next_method=OtherMethod.BAILIFF)
UNASKED = ServiceRequestAnnulled(message=LETTER, recipient=ANNA)


def test_a_letter_whose_action_asks_for_confirmation_arrives_as_ordinary_post_when_the_right_never_held() -> None:
    held_back = letter(asks_confirmation=True, do_not_deliver_until=RELEASE_DAY)
    past = (*SKAT_SENDS, ANNAS_MAIL, *post(ANNAS_MAIL).when(held_back).facts)
    assert given(*past).at(RELEASE_AT).when(RELEASE).facts == (AVAILABLE, COMPLETED)
    released = given(*past, NEVER_HELD).at(RELEASE_AT).when(RELEASE)
    released.then(UNASKED, AVAILABLE, COMPLETED)
    confirm = ConfirmService(
        message=LETTER, reader=ANNA, owner=ANNA, channel=Channel.APP, stated_on=RELEASE_DAY, arrived_on=RELEASE_DAY
    )
    at_once = given(*SKAT_SENDS, NEVER_HELD, ANNAS_MAIL).when(letter(asks_confirmation=True)).facts
    for arrived in ((*past, NEVER_HELD, *released.facts), (*SKAT_SENDS, NEVER_HELD, ANNAS_MAIL, *at_once)):
        assert AVAILABLE in arrived
        given(*arrived).at(RELEASE_AT).when(confirm).then_refused(NoConfirmationRequested)
        given(*arrived).at(RELEASE_AT).when(ABANDON).then_refused(NoSuchSummons)


def test_a_right_to_serve_that_ended_after_the_submission_leaves_the_letter_to_be_served() -> None:
    held_back = letter(asks_confirmation=True, do_not_deliver_until=RELEASE_DAY)
    ended = SendingRightEnded(
        entry=RIGHT_TO_SERVE.entry, party=SKAT, valid_to=NOW.date() + timedelta(days=1), cause=EntryEndCause.STATED
    )
    past = (*SKAT_SENDS, ANNAS_MAIL, *post(ANNAS_MAIL).when(held_back).facts, ended)
    given(*past).at(RELEASE_AT).when(RELEASE).then(AVAILABLE, COMPLETED)


def test_the_request_for_confirmation_of_a_letter_that_waits_once_more_is_annulled_once() -> None:
    held_back = letter(asks_confirmation=True, do_not_deliver_until=RELEASE_DAY)
    past = (*SKAT_SENDS, ANNAS_MAIL, *post(ANNAS_MAIL).when(held_back).facts, NEVER_HELD)
    given(*past, UNASKED).at(RELEASE_AT).when(RELEASE).then(AVAILABLE, COMPLETED)


@pytest.mark.parametrize(
    "never",
    [
        SendingRightAnnulled(entry=RIGHT_TO_SEND.entry, party=SKAT, marker=Marker.ANNULLED),
        SendingRightEnded(entry=RIGHT_TO_SEND.entry, party=SKAT, valid_to=NOW.date(), cause=EntryEndCause.STATED),
        AuthorityAnnulled(entry=SKAT_IS_ONE.entry, party=SKAT, marker=Marker.ANNULLED),
        CompanyCeased(company=SKAT, ceased_on=NOW.date() - timedelta(days=1)),
    ],
    ids=["annulled", "ended before", "no authority", "ceased before"],
)
def test_a_letter_that_waits_is_rejected_when_its_sender_had_no_right_on_the_day_of_the_submission(
    never: Event,
) -> None:
    rejected, _ = given(*HELD_BACK, never).at(RELEASE_AT).when(RELEASE).facts
    assert isinstance(rejected, MessageRejected)
    assert [fault.code for fault in rejected.faults] == ["sender.not.allowed"]


@pytest.mark.parametrize(
    "later",
    [
        SendingRightEnded(
            entry=RIGHT_TO_SEND.entry, party=SKAT, valid_to=NOW.date() + timedelta(days=1), cause=EntryEndCause.STATED
        ),
        CompanyCeased(company=SKAT, ceased_on=NOW.date() + timedelta(days=1)),
        CompanyCeased(company=SKAT, ceased_on=NOW.date()),
    ],
    ids=["the right ended", "the sender ceased", "the sender ceased on the day"],
)
def test_what_ends_after_the_submission_stops_no_letter_that_waits(later: Event) -> None:
    given(*HELD_BACK, later).at(RELEASE_AT).when(RELEASE).then(AVAILABLE, COMPLETED)


def test_a_citizens_letter_to_an_authority_arrives_though_its_sender_died_or_was_merged_while_it_waited() -> None:
    to_firm = letter(sender=BO, recipient=FIRM, do_not_deliver_until=RELEASE_DAY)
    bos = PersonRegistered(person=BO, birth_date=None)
    past = (bos, *FIRM_AUTHORITY, MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=None))
    past = (*past, *given(*past).when(to_firm).facts)
    release = ReleaseMessage(message=LETTER, sender=BO, recipient=FIRM, due=RELEASE_AT)
    later = NOW.date() + timedelta(days=1)
    for meanwhile in (PersonDied(person=BO, died_on=later), EntriesMerged(person=BO, into=ANNA)):
        facts = given(*past, meanwhile).at(RELEASE_AT).when(release).facts
        assert isinstance(facts[0], MessageMadeAvailable)
