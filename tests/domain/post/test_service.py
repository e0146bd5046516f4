"""A court's message is served once: when handled, confirmed, served otherwise, or found to have been received."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.command import AnyCommand
from domain.correction import corrected_by
from domain.fact import Event
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.person import DeathCorrected, PersonDied, PersonRegistered
from domain.post.item import ItemOpened
from domain.post.item_commands import HandleMessage, MailboxClosed, NotAvailable, NotTheRecipient
from domain.post.legal_times import legal_times
from domain.post.message import Channel, Handling, MessageOpened, ServiceEffected
from domain.post.receipt import ReceiptCopied, ReceiptIssued, ReceiptStatus
from domain.post.service import (
    SERVING,
    OtherMethod,
    ServedOtherwise,
    ServiceAbandoned,
    ServiceAnnulled,
    ServiceConfirmationRequested,
    ServiceConfirmed,
    ServiceMistake,
    SummonsReachedAddressee,
)
from domain.post.service_commands import (
    AbandonService,
    AlreadyServed,
    AnnulService,
    ConfirmService,
    DigitalServiceAbandoned,
    FindServiceValid,
    NoConfirmationRequested,
    NoSuchSummons,
    NothingServed,
    NothingToAbandon,
    OnlyTheRecipientConfirms,
    RecordOtherService,
    ServiceDayNotPossible,
    StatedDayNotPossible,
)
from domain.post.submission import MessageSubmitted
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNAS_MAIL,
    ARRIVED,
    AVAILABLE,
    BO,
    BO_READS_FOR_ANNA,
    BO_REPRESENTS_ANNAS_ESTATE,
    COMPLETED,
    EVERYBODY,
    FIRM,
    HELD_BACK,
    LETTER,
    RECEIVED,
    RELEASE_DAY,
    SCHEDULED,
    SKAT,
    SKAT_EXISTS,
    SKATS_RIGHTS,
    letter,
    letter_receipt,
    post,
    submitted,
)
from tests.controls import SUMMONED as SUMMONED_TODAY
from tests.domain.test_reactions import recorded
from tests.law import NOW, Decided, given

TODAY = NOW.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def a_day_ago(facts: tuple[Event, ...]) -> tuple[Event, ...]:
    """The same facts, of a letter that was submitted yesterday."""
    return tuple(
        fact.model_copy(update={"submitted_on": YESTERDAY}) if isinstance(fact, MessageSubmitted) else fact
        for fact in facts
    )


SUMMONED = a_day_ago(SUMMONED_TODAY)
REQUESTED = ServiceConfirmationRequested(message=LETTER, recipient=ANNA)
ASKED = a_day_ago((ANNAS_MAIL, submitted(letter()), RECEIVED, REQUESTED, AVAILABLE, COMPLETED))
"""A letter that arrived yesterday, and asks for confirmation."""
RECEIPT_FOR_THE_COURT = letter_receipt(ReceiptStatus.SERVED)
RECEIPTS = (
    RECEIPT_FOR_THE_COURT,
    ReceiptCopied(receipt=RECEIPT_FOR_THE_COURT.receipt, message=LETTER, recipient=ANNA),
)
READING: dict[str, Any] = {"message": LETTER, "reader": ANNA, "channel": Channel.BORGER_DK}
OF_COURT: dict[str, Any] = {"message": LETTER, "recipient": ANNA, "sender": SKAT}
OPEN = HandleMessage(**READING, owner=ANNA, handling=Handling.OPENED)
OPENED = (MessageOpened(**READING, recipient=ANNA), ItemOpened(**READING, recipient=ANNA))
ABANDON = AbandonService(**OF_COURT, next_method=OtherMethod.BAILIFF)
ABANDONED = ServiceAbandoned(**OF_COURT, next_method=OtherMethod.BAILIFF)
ANNUL = AnnulService(**OF_COURT, because=ServiceMistake.READER_NOT_ENTITLED)
ANNULLED = ServiceAnnulled(**OF_COURT, because=ServiceMistake.READER_NOT_ENTITLED)
BY_BAILIFF = RecordOtherService(**OF_COURT, method=OtherMethod.BAILIFF, served_on=YESTERDAY)
REACHED = FindServiceValid(**OF_COURT, reached_on=YESTERDAY)
SERVED_EACH_WAY: tuple[Event, ...] = (
    ServiceEffected(**READING, recipient=ANNA, handling=Handling.OPENED),
    ServiceConfirmed(**READING, recipient=ANNA, stated_on=YESTERDAY),
    ServedOtherwise(**OF_COURT, method=OtherMethod.BAILIFF, served_on=YESTERDAY),
    SummonsReachedAddressee(**OF_COURT, reached_on=YESTERDAY),
)
EACH_WAY = pytest.mark.parametrize("served", SERVED_EACH_WAY, ids=lambda fact: type(fact).__name__)


def confirm(day: date = TODAY, **other: Any) -> ConfirmService:
    """The recipient's confirmation, with that day."""
    return ConfirmService(**READING | {"owner": ANNA, "stated_on": day, "arrived_on": YESTERDAY} | other)


def requests(decided: Decided) -> list[Event]:
    """What a submission asks of its recipient."""
    return [fact for fact in decided.facts if isinstance(fact, ServiceConfirmationRequested)]


class TestConfirmation:
    @pytest.mark.parametrize("day", [None, RELEASE_DAY])
    def test_a_letter_of_a_court_that_asks_for_confirmation_is_to_be_served(self, day: date | None) -> None:
        decided = post(ANNAS_MAIL).when(letter(asks_confirmation=True, do_not_deliver_until=day))
        assert requests(decided) == [REQUESTED]

    def test_a_letter_of_an_authority_that_may_not_serve_asks_for_no_service(self) -> None:
        rights = [right for kind, right in SKATS_RIGHTS.items() if kind != "legal_notification"]
        assert requests(given(*SKAT_EXISTS, *rights, ANNAS_MAIL).when(letter(asks_confirmation=True))) == []

    def test_a_rejected_letter_asks_for_nothing(self) -> None:
        assert requests(post().when(letter(asks_confirmation=True))) == []

    @pytest.mark.parametrize("day", [YESTERDAY, TODAY])
    def test_the_stated_day_counts_and_the_court_and_the_recipient_get_the_receipt(self, day: date) -> None:
        given(*ASKED).when(confirm(day)).then(
            ServiceConfirmed(**READING, recipient=ANNA, stated_on=day),
            *RECEIPTS,
        )

    @pytest.mark.parametrize("day", [YESTERDAY - timedelta(days=1), TOMORROW])
    def test_no_day_before_the_arrival_and_none_to_come_is_stated(self, day: date) -> None:
        given(*ASKED).when(confirm(day)).then_refused(StatedDayNotPossible)

    def test_opening_a_letter_that_asks_for_confirmation_serves_nothing(self) -> None:
        given(*ASKED).when(OPEN).then(*OPENED)

    def test_a_holder_of_read_access_does_not_confirm_for_the_owner(self) -> None:
        given(*ASKED, BO_READS_FOR_ANNA).when(confirm(reader=BO)).then_refused(OnlyTheRecipientConfirms)

    def test_the_entry_that_remains_of_a_merged_recipient_confirms(self) -> None:
        past = (*EVERYBODY, *ASKED, EntriesMerged(person=ANNA, into=BO))
        given(*past).when(confirm(reader=BO, remains=BO)).then(
            ServiceConfirmed(**READING | {"reader": BO}, recipient=ANNA, stated_on=TODAY), *RECEIPTS
        )
        died = PersonDied(person=BO, died_on=TODAY)
        given(*past, died).when(confirm(reader=BO, remains=BO)).then_refused(NotTheRecipient)

    def test_a_stranger_learns_nothing(self) -> None:
        given(*ASKED).when(confirm(reader=BO)).then_refused(NotTheRecipient)

    def test_the_dead_confirm_nothing(self) -> None:
        given(*ASKED, PersonDied(person=ANNA, died_on=TODAY)).when(confirm()).then_refused(MailboxClosed)

    def test_a_letter_that_has_not_arrived_is_not_confirmed(self) -> None:
        given(*HELD_BACK, REQUESTED).when(confirm()).then_refused(NotAvailable)

    @pytest.mark.parametrize("past", [ARRIVED, SUMMONED])
    def test_what_asks_for_no_confirmation_is_not_confirmed(self, past: tuple[Event, ...]) -> None:
        given(*past).when(confirm()).then_refused(NoConfirmationRequested)

    def test_a_summons_that_also_asks_for_confirmation_is_served_by_what_comes_first(self) -> None:
        both = (*SUMMONED, REQUESTED)
        confirmed = given(*both).when(confirm()).facts
        given(*both, *confirmed).when(OPEN).then(*OPENED)
        opened = given(*both).when(OPEN).facts
        assert isinstance(opened[0], ServiceEffected)
        given(*both, *opened).when(confirm()).then_nothing()


class TestOtherMethods:
    def test_a_court_gives_digital_service_up_and_names_its_next_method(self) -> None:
        given(*SUMMONED).when(ABANDON).then(ABANDONED)

    def test_to_give_it_up_again_changes_nothing(self) -> None:
        given(*SUMMONED, ABANDONED).when(ABANDON).then_nothing()

    def test_after_that_no_handling_and_no_confirmation_serves(self) -> None:
        given(*SUMMONED, ABANDONED).when(OPEN).then(*OPENED)
        given(*ASKED, ABANDONED).when(confirm()).then_refused(DigitalServiceAbandoned)

    def test_edge_05_of_who_died_unserved_the_court_gives_service_up_and_no_opening_serves(self) -> None:
        executor = replace(OPEN, reader=BO)
        by_the_estate = READING | {"reader": BO, "mandate": BO_REPRESENTS_ANNAS_ESTATE.entry}
        opened = (MessageOpened(**by_the_estate, recipient=ANNA), ItemOpened(**by_the_estate, recipient=ANNA))
        past = (*SUMMONED, ANNA_DIED, BO_REPRESENTS_ANNAS_ESTATE)
        given(*past).when(executor).then(*opened)
        given(*past).when(ABANDON).then(ABANDONED)
        given(*past, *opened).when(ABANDON).then(ABANDONED)
        given(*past, ABANDONED).when(executor).then(*opened)

    def test_edge_05_service_that_was_given_up_stays_so_when_the_death_was_a_mistake(self) -> None:
        given(*SUMMONED, ANNA_DIED, ABANDONED, DeathCorrected(person=ANNA)).when(OPEN).then(*OPENED)

    def test_what_has_not_arrived_is_recalled_and_not_given_up(self) -> None:
        past = (ANNAS_MAIL, submitted(letter(legal_notification=True)), RECEIVED, SCHEDULED)
        given(*past).when(ABANDON).then_refused(NothingToAbandon)

    @pytest.mark.parametrize("past", [SUMMONED, (*SUMMONED, ABANDONED), ASKED])
    @pytest.mark.parametrize("method", list(OtherMethod))
    def test_a_court_serves_by_another_method_on_the_day_that_it_states(
        self, method: OtherMethod, past: tuple[Event, ...]
    ) -> None:
        command = RecordOtherService(**OF_COURT, method=method, served_on=YESTERDAY)
        given(*past).when(command).then(ServedOtherwise(**OF_COURT, method=method, served_on=YESTERDAY))

    def test_a_document_that_reached_its_addressee_counts_as_served(self) -> None:
        given(*SUMMONED, ABANDONED, *OPENED).when(REACHED).then(
            SummonsReachedAddressee(**OF_COURT, reached_on=YESTERDAY),
        )

    @pytest.mark.parametrize("command", [BY_BAILIFF, REACHED])
    def test_a_summons_that_was_refused_at_its_submission_is_served_by_another_method(
        self, command: AnyCommand
    ) -> None:
        refused = a_day_ago(post().when(letter(legal_notification=True)).facts)
        assert isinstance(given(*refused).when(command).facts[0], SERVING)

    @pytest.mark.parametrize("day", [TOMORROW, TODAY])
    def test_nobody_is_served_on_a_day_to_come_or_after_a_death(self, day: date) -> None:
        past = (*SUMMONED, PersonDied(person=ANNA, died_on=YESTERDAY))
        for command in (
            RecordOtherService(**OF_COURT, method=OtherMethod.POLICE, served_on=day),
            FindServiceValid(**OF_COURT, reached_on=day),
        ):
            given(*(SUMMONED if day == TOMORROW else past)).when(command).then_refused(ServiceDayNotPossible)

    def test_nobody_is_served_before_the_message_was_submitted(self) -> None:
        before = YESTERDAY - timedelta(days=1)
        for command in (
            RecordOtherService(**OF_COURT, method=OtherMethod.POLICE, served_on=before),
            FindServiceValid(**OF_COURT, reached_on=before),
        ):
            given(*SUMMONED).when(command).then_refused(ServiceDayNotPossible)

    def test_who_was_served_while_alive_was_served(self) -> None:
        for died_on in (YESTERDAY, TODAY):
            past = (*SUMMONED, PersonDied(person=ANNA, died_on=died_on))
            served = ServedOtherwise(**OF_COURT, method=OtherMethod.BAILIFF, served_on=YESTERDAY)
            given(*past).when(BY_BAILIFF).then(served)

    @pytest.mark.parametrize("command", [ABANDON, BY_BAILIFF, REACHED], ids=lambda each: type(each).__name__)
    @pytest.mark.parametrize(
        ("past", "other"),
        [(SUMMONED, {"sender": FIRM}), (SUMMONED, {"recipient": BO}), (ARRIVED, {}), ((), {})],
        ids=["of another", "to another", "no summons", "unknown"],
    )
    def test_a_court_acts_upon_its_own_summons_only(
        self, command: Any, past: tuple[Event, ...], other: dict[str, Any]
    ) -> None:
        given(*past).when(type(command)(**vars(command) | other)).then_refused(NoSuchSummons)


class TestOnce:
    @EACH_WAY
    @pytest.mark.parametrize("command", [ABANDON, BY_BAILIFF, REACHED], ids=lambda each: type(each).__name__)
    def test_what_is_served_is_not_served_again(self, served: Event, command: AnyCommand) -> None:
        given(*SUMMONED, REQUESTED, served).when(command).then_refused(AlreadyServed)

    @EACH_WAY
    def test_neither_a_handling_nor_a_confirmation_serves_it_again(self, served: Event) -> None:
        given(*SUMMONED, REQUESTED, served).when(OPEN).then(*OPENED)
        given(*SUMMONED, REQUESTED, served).when(confirm()).then_nothing()

    def test_every_way_of_service_is_tried(self) -> None:
        assert tuple(map(type, SERVED_EACH_WAY)) == SERVING


class TestAnnulled:
    @EACH_WAY
    def test_a_service_that_does_not_hold_is_annulled_and_the_message_is_served_again(self, served: Event) -> None:
        past = (*SUMMONED, REQUESTED, *OPENED, served)
        given(*past).when(ANNUL).then(ANNULLED)
        past = (*past, ANNULLED)
        given(*past).when(ANNUL).then_nothing()
        for command in (BY_BAILIFF, REACHED, ABANDON):
            (again,) = given(*past).when(command).facts
            assert isinstance(again, (*SERVING, ServiceAbandoned))
        for act in (OPEN, confirm()):
            again, receipt, copy, *_ = given(*past).when(act).facts
            assert isinstance(again, SERVING)
            assert isinstance(receipt, ReceiptIssued)
            assert isinstance(copy, ReceiptCopied)
            assert receipt.status is ReceiptStatus.SERVED
            assert receipt.receipt == copy.receipt != RECEIPT_FOR_THE_COURT.receipt
            given(*past, again).when(ABANDON).then_refused(AlreadyServed)
            given(*past, again).when(ANNUL).then(ANNULLED)

    def test_what_is_not_served_is_not_annulled_nor_is_anothers(self) -> None:
        given(*SUMMONED).when(ANNUL).then_refused(NothingServed)
        others = AnnulService(**OF_COURT | {"sender": FIRM}, because=ServiceMistake.READER_NOT_ENTITLED)
        given(*SUMMONED, SERVED_EACH_WAY[0]).when(others).then_refused(NoSuchSummons)

    def test_digital_service_that_was_given_up_is_not_taken_up_again_by_an_annulment(self) -> None:
        past = (*SUMMONED, ABANDONED, SERVED_EACH_WAY[2], ANNULLED)
        given(*past).when(OPEN).then(*OPENED)
        assert given(*past).when(BY_BAILIFF).facts == (SERVED_EACH_WAY[2],)

    def test_an_annulment_takes_the_time_of_the_service_away_and_no_other(self) -> None:
        served = SERVED_EACH_WAY[0]
        records = [recorded(fact, nth) for nth, fact in enumerate((*SUMMONED, served, *OPENED, ANNULLED), 1)]
        before, after = legal_times(records[:-1]), legal_times(records)
        assert before.served_at is not None
        assert after == replace(before, served_at=None)
        again = replace(recorded(served, len(records) + 1), recorded_at=NOW + timedelta(days=3))
        assert legal_times([*records, again]) == replace(before, served_at=again.recorded_at)

    def test_an_annulment_corrects_the_service_that_it_annuls(self) -> None:
        first, second = recorded(SERVED_EACH_WAY[0], 7), recorded(SERVED_EACH_WAY[2], 9)
        earlier = [*(recorded(fact, nth) for nth, fact in enumerate(SUMMONED, 1)), first]
        assert corrected_by(recorded(ANNULLED, 8), earlier) == [first]
        assert corrected_by(recorded(ANNULLED, 10), [*earlier, recorded(ANNULLED, 8), second]) == [second]

    def test_a_service_on_two_people_who_were_taken_for_one_is_annulled(self) -> None:
        both = (PersonRegistered(person=ANNA, birth_date=None), PersonRegistered(person=BO, birth_date=None))
        merged = EntriesMerged(person=ANNA, into=BO)
        by_bo = HandleMessage(**READING | {"reader": BO}, owner=ANNA, handling=Handling.OPENED)
        past = (*both, *SUMMONED, merged)
        past = (*past, *given(*past).when(by_bo).facts, MergeAnnulled(person=ANNA, into=BO))
        assert any(isinstance(fact, ServiceEffected) for fact in past)
        wrong = AnnulService(**OF_COURT, because=ServiceMistake.NOT_THE_ADDRESSEE)
        past = (*past, *given(*past).when(wrong).facts)
        assert isinstance(past[-1], ServiceAnnulled)
        assert isinstance(given(*past).when(OPEN).facts[0], ServiceEffected)

    def test_a_service_on_the_dead_is_annulled_and_nobody_is_served_again(self) -> None:
        past = (*SUMMONED, BO_READS_FOR_ANNA)
        by_bo = HandleMessage(**READING | {"reader": BO}, owner=ANNA, handling=Handling.OPENED)
        past = (*past, *given(*past).when(by_bo).facts, PersonDied(person=ANNA, died_on=YESTERDAY))
        wrong = AnnulService(**OF_COURT, because=ServiceMistake.RECIPIENT_HAD_ENDED)
        past = (*past, *given(*past).when(wrong).facts, BO_REPRESENTS_ANNAS_ESTATE)
        assert not any(isinstance(fact, SERVING) for fact in given(*past).when(by_bo).facts)
