"""A letter with a virus never arrives, or is made unavailable while its arrival remains, as a wrong dispatch is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.fact import Event
from domain.post.item import ItemOpened
from domain.post.item_commands import HandleMessage, MarkRead
from domain.post.legal_times import LegalTimes, legal_times
from domain.post.message import (
    Channel,
    Handling,
    MessageMadeAvailable,
    MessageOpened,
    MessageRejected,
    Rejection,
    ServiceEffected,
)
from domain.post.receipt import ReceiptIssued, ReceiptStatus
from domain.post.release_commands import AlreadyAvailable, NoSuchMessage, RecallMessage, ReleaseMessage
from domain.post.service import ServiceConfirmationRequested
from domain.post.service_commands import ConfirmService
from domain.post.submission import DocumentKind, LetterFile, MessageSubmitted
from domain.post.unavailability import (
    VIRUS,
    MessageIsUnavailable,
    MessageMadeUnavailable,
    UnavailabilityCause,
    UnavailabilityLifted,
    VirusFindingAnnulled,
    VirusFound,
)
from domain.post.unavailability_commands import (
    AnnulVirusFinding,
    DocumentationNeeded,
    LiftUnavailability,
    MakeUnavailable,
    NoSuchFile,
    NoSuchFinding,
    NotArrived,
    ReportVirus,
    VirusStands,
)
from domain.record import Record
from tests.controls import (
    ANNA,
    ANNAS_MAIL,
    ARRIVED,
    BO,
    BO_READS_FOR_ANNA,
    HELD_BACK,
    LETTER,
    RECEIVED,
    RELEASE_AT,
    SKAT,
    SUMMONED,
    letter,
    letter_receipt,
    post,
    submitted,
)
from tests.law import CONTEXT, NOW, given

FOUND = VirusFound(message=LETTER, recipient=ANNA, scanner="clamdscan")
REJECTED = MessageRejected(message=LETTER, sender=SKAT, recipient=ANNA, status=Rejection.INVALID, faults=(VIRUS,))
REPORT = ReportVirus(message=LETTER, scanner="clamdscan")
WITHDRAW = MakeUnavailable(message=LETTER, legal_basis="GDPR art. 5(1)(f)")
READING: dict[str, Any] = {"message": LETTER, "reader": ANNA, "channel": Channel.APP}
OPENED = (MessageOpened(**READING, recipient=ANNA), ItemOpened(**READING, recipient=ANNA))
OPEN = HandleMessage(**READING, owner=ANNA, handling=Handling.OPENED)


def unavailable(cause: UnavailabilityCause, *, opened: bool = False) -> tuple[Event, ...]:
    """The letter was made unavailable, and its sender was informed."""
    made = MessageMadeUnavailable(message=LETTER, recipient=ANNA, cause=cause, opened=opened)
    return made, letter_receipt(ReceiptStatus.UNAVAILABLE)


def times(*facts: Event) -> LegalTimes:
    """The legal times of the letter after these facts, each a minute after the one before."""
    return legal_times(
        Record(
            position=position,
            recorded_at=NOW + timedelta(minutes=max(0, position - len(ARRIVED))),
            name=type(fact).__name__,
            event=fact,
            context=CONTEXT,
        )
        for position, fact in enumerate(facts, 1)
    )


PAGE = LetterFile(document=DocumentKind.MAIN, document_number=1, media_type="text/plain", language="da", size_bytes=1)
CASE = replace(CONTEXT, case="2026-17")
BY_VIRUS = (FOUND, *unavailable(UnavailabilityCause.VIRUS))


class TestVirus:
    def test_a_virus_that_is_found_at_the_submission_rejects_the_letter(self) -> None:
        command = letter(virus_found_by="clamdscan")
        post(ANNAS_MAIL).when(command).then(
            submitted(command), RECEIVED, FOUND, REJECTED, letter_receipt(ReceiptStatus.INVALID, VIRUS)
        )

    def test_a_virus_in_a_letter_held_back_rejects_it_and_its_release_changes_nothing(self) -> None:
        given(*HELD_BACK).when(REPORT).then(FOUND, REJECTED, letter_receipt(ReceiptStatus.INVALID, VIRUS))
        release = ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT)
        given(*HELD_BACK, FOUND, REJECTED).at(RELEASE_AT).when(release).then_nothing()

    def test_edge_15_a_virus_found_after_the_arrival_makes_the_letter_unavailable_and_informs_its_sender(self) -> None:
        given(*ARRIVED).when(REPORT).then(*BY_VIRUS)

    def test_edge_15_the_arrival_remains(self) -> None:
        assert times(*ARRIVED, *BY_VIRUS) == times(*ARRIVED)
        assert times(*ARRIVED, *BY_VIRUS).available_at == NOW

    def test_a_letter_that_was_rejected_or_is_unavailable_already_keeps_the_finding_only(self) -> None:
        rejected = post(ANNAS_MAIL).when(letter(recipient=None)).facts
        given(*rejected).when(REPORT).then(FOUND.model_copy(update={"recipient": None}))
        given(*ARRIVED, *unavailable(UnavailabilityCause.WRONG_DISPATCH)).when(REPORT).then(FOUND)

    def test_a_virus_is_reported_once_and_of_a_letter_that_was_submitted(self) -> None:
        given(*ARRIVED, *BY_VIRUS).when(REPORT).then_nothing()
        given().when(REPORT).then_refused(NoSuchMessage)

    def test_no_letter_with_a_virus_arrives(self) -> None:
        for command in (letter(virus_found_by="clamdscan"), letter(virus_found_by="x", legal_notification=True)):
            facts = post(ANNAS_MAIL).when(command).facts
            assert not any(isinstance(fact, MessageMadeAvailable) for fact in facts)


class TestWrongDispatch:
    @pytest.mark.parametrize("opened", [False, True])
    def test_edge_07_an_arrived_letter_is_not_recalled_but_made_unavailable_in_a_documented_case(
        self, opened: bool
    ) -> None:
        past = (*ARRIVED, *OPENED) if opened else ARRIVED
        recall = RecallMessage(message=LETTER, sender=SKAT, reason="the wrong Anna")
        refused = given(*past).when(recall)
        refused.then_refused(AlreadyAvailable)
        assert "Ask the administrator to make a wrong dispatch unavailable" in " ".join(str(refused.refusal).split())
        given(*past).by(CASE).when(WITHDRAW).then(*unavailable(UnavailabilityCause.WRONG_DISPATCH, opened=opened))

    def test_without_a_case_nothing_documents_it(self) -> None:
        given(*ARRIVED).by(replace(CONTEXT, case=None)).when(WITHDRAW).then_refused(DocumentationNeeded)

    def test_it_is_made_unavailable_once(self) -> None:
        made, _ = unavailable(UnavailabilityCause.WRONG_DISPATCH)
        given(*ARRIVED, *BY_VIRUS).by(CASE).when(WITHDRAW).then(made)
        given(*ARRIVED, *BY_VIRUS, made).by(CASE).when(WITHDRAW).then_nothing()

    def test_what_has_not_arrived_is_not_made_unavailable(self) -> None:
        given(*HELD_BACK).by(CASE).when(WITHDRAW).then_refused(NotArrived)
        given().by(CASE).when(WITHDRAW).then_refused(NoSuchMessage)


class TestTakenBack:
    AGAIN = letter_receipt(ReceiptStatus.AVAILABLE_AGAIN)

    def test_after_a_false_alarm_the_letter_is_read_again_and_its_arrival_is_as_it_was(self) -> None:
        past = (*ARRIVED, *BY_VIRUS)
        lifted = (
            VirusFindingAnnulled(message=LETTER, recipient=ANNA, file=None),
            UnavailabilityLifted(message=LETTER, recipient=ANNA, cause=UnavailabilityCause.VIRUS),
            self.AGAIN,
        )
        given(*past).by(CASE).when(AnnulVirusFinding(message=LETTER)).then(*lifted)
        given(*past).when(OPEN).then_refused(MessageIsUnavailable)
        assert [type(fact) for fact in given(*past, *lifted).when(OPEN).facts] == [MessageOpened, ItemOpened]
        assert times(*past, *lifted) == times(*ARRIVED)
        second = given(*past, *lifted).when(REPORT).facts
        assert len({fact.receipt for fact in (*past, *second) if isinstance(fact, ReceiptIssued)}) == 4

    def test_a_finding_names_its_file_and_every_file_must_be_cleared(self) -> None:
        first, second = (replace(REPORT, file=number) for number in (1, 2))
        two = tuple(
            fact.model_copy(update={"files": (PAGE, PAGE)}) if isinstance(fact, MessageSubmitted) else fact
            for fact in ARRIVED
        )
        past = (*two, *given(*two).when(first).facts, FOUND.model_copy(update={"file": 2}))
        assert FOUND.model_copy(update={"file": 1}) in past
        given(*past).when(second).then_nothing()
        given(*past).when(replace(REPORT, file=3)).then_refused(NoSuchFile)
        clear = AnnulVirusFinding(message=LETTER, file=1)
        annulled = VirusFindingAnnulled(message=LETTER, recipient=ANNA, file=1)
        given(*past).by(CASE).when(clear).then(annulled)
        given(*past, annulled).by(CASE).when(clear).then_refused(NoSuchFinding)
        facts = given(*past, annulled).by(CASE).when(replace(clear, file=2)).facts
        assert [type(fact) for fact in facts] == [VirusFindingAnnulled, UnavailabilityLifted, ReceiptIssued]

    def test_what_was_no_wrong_dispatch_is_read_again_unless_it_holds_a_virus(self) -> None:
        lift = LiftUnavailability(message=LETTER, legal_basis="GDPR art. 5(1)(d)")
        wrong = unavailable(UnavailabilityCause.WRONG_DISPATCH)
        lifted = UnavailabilityLifted(message=LETTER, recipient=ANNA, cause=UnavailabilityCause.WRONG_DISPATCH)
        given(*ARRIVED, *wrong).by(CASE).when(lift).then(lifted, self.AGAIN)
        given(*ARRIVED, *wrong, FOUND).by(CASE).when(lift).then(unavailable(UnavailabilityCause.VIRUS)[0])
        given(*ARRIVED, *BY_VIRUS).by(CASE).when(lift).then_refused(VirusStands)
        given(*ARRIVED).by(CASE).when(lift).then_nothing()

    def test_it_is_taken_back_in_a_documented_case_only(self) -> None:
        lift = LiftUnavailability(message=LETTER, legal_basis="GDPR art. 5(1)(d)")
        for command in (lift, AnnulVirusFinding(message=LETTER)):
            given(*ARRIVED, *BY_VIRUS).by(replace(CONTEXT, case=None)).when(command).then_refused(DocumentationNeeded)
        given().by(CASE).when(lift).then_refused(NoSuchMessage)


class TestReaders:
    @pytest.mark.parametrize("handling", list(Handling))
    @pytest.mark.parametrize("reader", [ANNA, BO])
    def test_nobody_handles_an_unavailable_letter_and_no_summons_is_served_by_it(
        self, handling: Handling, reader: Any
    ) -> None:
        past = (*SUMMONED, BO_READS_FOR_ANNA, *BY_VIRUS)
        if handling is Handling.DELETED and reader == BO:
            return
        decided = given(*past).when(HandleMessage(**READING | {"reader": reader}, owner=ANNA, handling=handling))
        decided.then_refused(MessageIsUnavailable)

    def test_nobody_marks_or_confirms_it(self) -> None:
        requested = ServiceConfirmationRequested(message=LETTER, recipient=ANNA)
        past = (*ARRIVED, requested, *BY_VIRUS)
        given(*past).when(MarkRead(**READING, owner=ANNA)).then_refused(MessageIsUnavailable)
        confirm = ConfirmService(**READING, owner=ANNA, stated_on=NOW.date(), arrived_on=NOW.date())
        given(*past).when(confirm).then_refused(MessageIsUnavailable)

    def test_what_was_served_before_stays_served(self) -> None:
        served = given(*SUMMONED).when(OPEN).facts
        assert isinstance(served[0], ServiceEffected)
        later = given(*SUMMONED, *served).when(REPORT).facts
        assert [type(fact) for fact in later] == [VirusFound, MessageMadeUnavailable, ReceiptIssued]
