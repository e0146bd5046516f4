"""An outage of a view client moves no arrival; while the platform is out, or moves to another, nothing arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand, Refused
from domain.fact import Event
from domain.post.message import Channel, MessageMadeAvailable, NemSmsSent
from domain.post.outage import OutageAnnulled, OutageEnded, OutageRecorded, system_of
from domain.post.outage_commands import (
    AnnulOutage,
    EndOutage,
    ExpectedEndNeeded,
    NoSuchOutage,
    OutageEndsBeforeItBegins,
    RecordOutage,
)
from domain.post.postponement import PostponementCause, ReleasePostponed
from domain.post.release_commands import NotDueYet, RecallMessage, ReleaseMessage
from domain.reactions import react
from domain.subject import OutageId
from tests.controls import (
    ANNA,
    ANNAS_MAIL,
    AVAILABLE,
    COMPLETED,
    HELD_BACK,
    LETTER,
    RECEIVED,
    RELEASE_AT,
    SKAT,
    SKAT_SENDS,
    letter,
    post,
    submitted,
)
from tests.domain.test_reactions import recorded
from tests.law import CONTEXT, NOW, given

OUTAGE = OutageId(UUID(int=7))
HOUR = timedelta(hours=1)

NAMED: dict[str, Any] = {"outage": OUTAGE, "client": None}


def out(client: Channel | None = None, began_at: datetime = NOW, ended_at: datetime | None = NOW + HOUR) -> Event:
    """The platform, or a view client, is out."""
    system = system_of(client)
    return OutageRecorded(outage=OUTAGE, system=system, client=client, began_at=began_at, ended_at=ended_at)


def waits(until: datetime, cause: PostponementCause = PostponementCause.OUTAGE) -> ReleasePostponed:
    """The letter waits."""
    outage, rule = (OUTAGE, None) if cause is PostponementCause.OUTAGE else (None, TRANSITION)
    return ReleasePostponed(
        message=LETTER, sender=SKAT, recipient=ANNA, release_at=until, cause=cause, outage=outage, rule=rule
    )


def release(due: datetime) -> ReleaseMessage:
    """The release that falls due then."""
    return ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=due)


BEFORE_THE_MOVE = datetime(2022, 3, 19, 12, tzinfo=UTC)
TRANSITION = "digital_post.transition_period@2022-03-18"
AFTER_THE_MOVE = datetime(2022, 3, 20, 23, tzinfo=UTC)
"""The first instant of 21 March 2022 in Copenhagen."""


class TestWhatArrives:
    @pytest.mark.parametrize("client", list(Channel))
    def test_edge_19_an_outage_of_a_view_client_moves_no_arrival(self, client: Channel) -> None:
        post(ANNAS_MAIL, out(client, NOW - HOUR, None)).when(letter()).then(
            submitted(letter()), RECEIVED, AVAILABLE, COMPLETED
        )

    def test_edge_20_while_the_platform_is_out_a_letter_waits_until_it_is_expected_back(self) -> None:
        post(ANNAS_MAIL, out()).when(letter()).then(submitted(letter()), RECEIVED, waits(NOW + HOUR))

    @pytest.mark.parametrize(("began_at", "ended_at"), [(NOW - HOUR, NOW), (NOW + HOUR, NOW + 2 * HOUR)])
    def test_before_and_after_an_outage_letters_arrive(self, began_at: datetime, ended_at: datetime) -> None:
        past = (ANNAS_MAIL, out(None, began_at, ended_at))
        post(*past).when(letter()).then(submitted(letter()), RECEIVED, AVAILABLE, COMPLETED)

    def test_edge_20_a_letter_held_back_that_falls_due_in_an_outage_waits_too(self) -> None:
        past = (*HELD_BACK, out(None, RELEASE_AT - HOUR, RELEASE_AT + HOUR))
        given(*past).at(RELEASE_AT).when(release(RELEASE_AT)).then(waits(RELEASE_AT + HOUR))

    def test_edge_20_in_the_transition_period_nothing_arrives(self) -> None:
        until = waits(AFTER_THE_MOVE, PostponementCause.TRANSITION_PERIOD)
        decided = post(ANNAS_MAIL).at(BEFORE_THE_MOVE).when(letter())
        assert decided.facts[-1] == until
        past = (*HELD_BACK[:-1], until)
        given(*past).at(AFTER_THE_MOVE - timedelta(seconds=1)).when(release(AFTER_THE_MOVE)).then_refused(NotDueYet)
        given(*past).at(AFTER_THE_MOVE).when(release(AFTER_THE_MOVE)).then(AVAILABLE, COMPLETED)

    def test_before_the_transition_period_letters_arrived(self) -> None:
        decided = post(ANNAS_MAIL).at(datetime(2022, 3, 17, 22, 59, tzinfo=UTC)).when(letter())
        assert any(isinstance(fact, MessageMadeAvailable) for fact in decided.facts)


class TestWaiting:
    PAST = (*SKAT_SENDS, ANNAS_MAIL, submitted(letter()), RECEIVED, out(), waits(NOW + HOUR))

    def test_the_letter_arrives_when_the_platform_is_back(self) -> None:
        given(*self.PAST).at(NOW + HOUR).when(release(NOW + HOUR)).then(AVAILABLE, COMPLETED)

    def test_it_waits_again_when_the_outage_goes_on(self) -> None:
        prolonged = OutageEnded(outage=OUTAGE, system=system_of(None), ended_at=NOW + 3 * HOUR)
        given(*self.PAST, prolonged).at(NOW + HOUR).when(release(NOW + HOUR)).then(waits(NOW + 3 * HOUR))

    @pytest.mark.parametrize(
        "earlier",
        [
            OutageEnded(outage=OUTAGE, system=system_of(None), ended_at=NOW + HOUR / 2),
            OutageAnnulled(outage=OUTAGE, system=system_of(None)),
        ],
    )
    def test_edge_20_it_arrives_when_the_outage_ends_earlier_or_was_none(self, earlier: Event) -> None:
        records = [recorded(fact) for fact in (out(), waits(NOW + HOUR))]
        (reaction,) = react(recorded(earlier), records)
        assert reaction.command == release(NOW + HOUR)
        given(*self.PAST, earlier).at(NOW + HOUR / 2).when(release(NOW + HOUR)).then(AVAILABLE, COMPLETED)

    def test_edge_20_it_waits_less_when_an_earlier_end_is_expected(self) -> None:
        earlier = OutageEnded(outage=OUTAGE, system=system_of(None), ended_at=NOW + HOUR / 2)
        given(*self.PAST, earlier).when(release(NOW + HOUR)).then(waits(NOW + HOUR / 2))
        shorter = (*self.PAST, earlier, waits(NOW + HOUR / 2))
        given(*shorter).when(release(NOW + HOUR / 2)).then_refused(NotDueYet)

    def test_an_outage_that_lasts_longer_releases_nothing(self) -> None:
        longer = OutageEnded(outage=OUTAGE, system=system_of(None), ended_at=NOW + 2 * HOUR)
        assert react(recorded(longer), [recorded(waits(NOW + HOUR))]) == ()
        given(*self.PAST, longer).when(release(NOW + HOUR)).then_refused(NotDueYet)

    def test_while_another_outage_goes_on_it_waits_for_that_one(self) -> None:
        other = OutageId(UUID(int=8))
        second = OutageRecorded(
            outage=other, system=system_of(None), client=None, began_at=NOW, ended_at=NOW + HOUR / 2
        )
        annulled = OutageAnnulled(outage=OUTAGE, system=system_of(None))
        given(*self.PAST, second, annulled).when(release(NOW + HOUR)).then(
            waits(NOW + HOUR / 2).model_copy(update={"outage": other})
        )

    @pytest.mark.parametrize("hours", [2, 0.5])
    def test_of_two_outages_at_once_it_waits_for_the_one_that_ends_last(self, hours: float) -> None:
        second = OutageRecorded(
            outage=OutageId(UUID(int=8)), system=system_of(None), client=None, began_at=NOW, ended_at=NOW + hours * HOUR
        )
        ends_last = second if hours > 1 else out()
        assert isinstance(ends_last, OutageRecorded)
        for past in ((out(), second), (second, out())):
            postponed = post(ANNAS_MAIL, *past).when(letter()).facts[-1]
            assert isinstance(postponed, ReleasePostponed)
            assert (postponed.release_at, postponed.outage) == (ends_last.ended_at, ends_last.outage)

    def test_the_release_after_an_outage_is_in_the_case_of_its_letter(self) -> None:
        ended = OutageEnded(outage=OUTAGE, system=system_of(None), ended_at=NOW + HOUR / 2)
        waiting = replace(recorded(waits(NOW + HOUR)), context=replace(CONTEXT, case="2026-77"))
        (reaction,) = react(recorded(ended), [recorded(out()), waiting])
        assert reaction.request.case == "2026-77"

    def test_it_can_be_recalled_for_it_has_not_arrived(self) -> None:
        recall = RecallMessage(message=LETTER, sender=SKAT, reason="a mistake")
        assert given(*self.PAST).when(recall).facts

    def test_a_nemsms_does_not_wait(self) -> None:
        decided = post(ANNAS_MAIL, out()).when(letter(message_type="NEMSMS"))
        assert any(isinstance(fact, NemSmsSent) for fact in decided.facts)


class TestRecording:
    def test_an_outage_is_recorded_once(self) -> None:
        record = RecordOutage(**NAMED, began_at=NOW, ended_at=NOW + HOUR)
        given().when(record).then(out())
        given(out()).when(record).then_nothing()

    def test_its_end_becomes_known_and_is_corrected(self) -> None:
        end = EndOutage(**NAMED, ended_at=NOW + 2 * HOUR)
        ended = OutageEnded(outage=OUTAGE, system=system_of(None), ended_at=NOW + 2 * HOUR)
        given(out()).when(end).then(ended)
        given(out(), ended).when(end).then_nothing()

    def test_an_annulled_outage_hinders_no_arrival(self) -> None:
        annulled = OutageAnnulled(outage=OUTAGE, system=system_of(None))
        given(out()).when(AnnulOutage(**NAMED)).then(annulled)
        given(out(), annulled).when(AnnulOutage(**NAMED)).then_nothing()
        given(out(), annulled).when(RecordOutage(**NAMED, began_at=NOW, ended_at=NOW + HOUR)).then_nothing()
        post(ANNAS_MAIL, out(), annulled).when(letter()).then(submitted(letter()), RECEIVED, AVAILABLE, COMPLETED)

    @pytest.mark.parametrize(
        ("past", "command", "refusal"),
        [
            ((), RecordOutage(**NAMED, began_at=NOW, ended_at=None), ExpectedEndNeeded),
            ((), RecordOutage(**NAMED, began_at=NOW, ended_at=NOW), OutageEndsBeforeItBegins),
            ((out(),), EndOutage(**NAMED, ended_at=NOW), OutageEndsBeforeItBegins),
            ((), EndOutage(**NAMED, ended_at=NOW), NoSuchOutage),
            ((), AnnulOutage(**NAMED), NoSuchOutage),
            ((out(),), AnnulOutage(outage=OUTAGE, client=Channel.APP), NoSuchOutage),
        ],
    )
    def test_what_cannot_be(self, past: tuple[Event, ...], command: AnyCommand, refusal: type[Refused]) -> None:
        given(*past).when(command).then_refused(refusal)
