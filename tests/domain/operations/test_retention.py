"""What keys encrypt is deleted when its term is over: 5 years after a death, 10 after a cessation, unless extended.

Never earlier than half a year after the death or cessation was recorded.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.command import Refused
from domain.danish_time import start_of_day
from domain.due import dues_by
from domain.fact import Event, Retention
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.operations.operation import ErasureOrdered
from domain.operations.retention import DeletionCompleted, DeletionDropped, DeletionFellDue, DeletionPlanned
from domain.operations.retention_commands import (
    CompleteDeletion,
    DeletionNotDueYet,
    EndRetention,
    ExtendRetention,
    NotALaterDay,
    NothingFellDue,
    NothingToExtend,
    OrderDueErasure,
    PlanDeletion,
)
from domain.reactions import fall_due
from domain.record import Record
from domain.subject import PartyId
from tests.controls import ANNA, ANNA_REGISTERED, ANNAS_MAIL, FIRM, LETTER, letter, post
from tests.law import CONTEXT, NOW, given

DIED = PersonDied(person=ANNA, died_on=date(2026, 2, 28))
CEASED = CompanyCeased(company=FIRM, ceased_on=date(2026, 2, 28))
EXTENDED_TO = date(2033, 1, 1)


AFTER_DEATH = "digital_post.content_after_death_years@2014-11-01"
AFTER_CESSATION = "digital_post.content_after_cessation_years@2012-07-01"
AFTER_RECORDING = "digital_post.content_after_recording_days@2012-07-01"


def planned(party: PartyId = ANNA, due_on: date = date(2031, 2, 28), rule: str = AFTER_DEATH) -> DeletionPlanned:
    """The post of the party is to be deleted on the day."""
    return DeletionPlanned(subject=party, retention_class=Retention.POST, due_on=due_on, rule=rule)


EXTENDED = DeletionPlanned(subject=ANNA, retention_class=Retention.POST, due_on=EXTENDED_TO, rule=None)
DROPPED = DeletionDropped(subject=ANNA, retention_class=Retention.POST)
FELL_DUE = DeletionFellDue(subject=ANNA, retention_class=Retention.POST)
EXTEND = ExtendRetention(holder=ANNA, due_on=EXTENDED_TO, legal_basis="BEK 1553/2013 § 14(5)")
END = EndRetention(holder=ANNA)


class TestPlan:
    def test_the_content_is_deleted_five_years_after_a_death(self) -> None:
        given(DIED).when(PlanDeletion(holder=ANNA)).then(planned())

    def test_the_content_is_deleted_ten_years_after_a_cessation(self) -> None:
        given(CEASED).when(PlanDeletion(holder=FIRM)).then(planned(FIRM, date(2036, 2, 28), AFTER_CESSATION))

    def test_it_is_planned_once_and_moved_by_a_corrected_day(self) -> None:
        given(DIED, planned()).when(PlanDeletion(holder=ANNA)).then_nothing()
        corrected = PersonDied(person=ANNA, died_on=date(2026, 1, 1))
        given(DIED, planned(), corrected).when(PlanDeletion(holder=ANNA)).then(planned(due_on=date(2031, 1, 1)))

    @pytest.mark.parametrize("plan", [planned(), EXTENDED])
    def test_a_death_by_mistake_drops_it(self, plan: Event) -> None:
        given(DIED, plan, DeathCorrected(person=ANNA)).when(PlanDeletion(holder=ANNA)).then(DROPPED)

    def test_a_cessation_by_mistake_drops_it(self) -> None:
        past = (CEASED, planned(FIRM, date(2036, 2, 28), AFTER_CESSATION), CessationCorrected(company=FIRM))
        dropped = DeletionDropped(subject=FIRM, retention_class=Retention.POST)
        given(*past).when(PlanDeletion(holder=FIRM)).then(dropped)

    def test_after_a_death_or_cessation_long_ago_it_waits_half_a_year_from_the_day_it_is_recorded(self) -> None:
        died = PersonDied(person=ANNA, died_on=date(2020, 1, 1))
        ceased = CompanyCeased(company=FIRM, ceased_on=date(2015, 1, 1))
        waits = planned(due_on=date(2026, 8, 29), rule=AFTER_RECORDING)
        given(died).when(PlanDeletion(holder=ANNA)).then(waits)
        given(ceased).when(PlanDeletion(holder=FIRM)).then(planned(FIRM, date(2026, 8, 29), AFTER_RECORDING))
        given(DIED, planned(), died).when(PlanDeletion(holder=ANNA)).then(waits)

    def test_a_repeat_or_another_day_long_ago_does_not_move_the_wait(self) -> None:
        died, earlier = (PersonDied(person=ANNA, died_on=date(year, 1, 1)) for year in (2020, 2019))
        waits, later = planned(due_on=date(2026, 8, 29), rule=AFTER_RECORDING), start_of_day(date(2026, 5, 1))
        given(died, waits).at(later).when(PlanDeletion(holder=ANNA)).then_nothing()
        given(died, waits, earlier).at(later).when(PlanDeletion(holder=ANNA)).then_nothing()
        given(died, waits, FELL_DUE).at(start_of_day(date(2026, 9, 1))).when(PlanDeletion(holder=ANNA)).then_nothing()
        given(DIED, planned()).at(start_of_day(date(2031, 2, 27))).when(PlanDeletion(holder=ANNA)).then_nothing()
        past = (died, waits, EXTENDED, earlier)
        given(*past).at(start_of_day(date(2032, 12, 31))).when(PlanDeletion(holder=ANNA)).then_nothing()

    def test_a_day_of_death_that_is_moved_to_a_later_year_ends_the_wait(self) -> None:
        died = PersonDied(person=ANNA, died_on=date(2020, 1, 1))
        waits = planned(due_on=date(2026, 8, 29), rule=AFTER_RECORDING)
        given(died, waits, DIED).when(PlanDeletion(holder=ANNA)).then(planned())

    def test_of_the_living_nothing_is_planned(self) -> None:
        given(DIED, DeathCorrected(person=ANNA)).when(PlanDeletion(holder=ANNA)).then_nothing()


class TestExtension:
    def test_an_authority_lets_a_representative_keep_it_longer(self) -> None:
        given(DIED, planned()).when(EXTEND).then(EXTENDED)
        given(DIED, planned(), EXTENDED).when(PlanDeletion(holder=ANNA)).then_nothing()

    def test_a_later_day_of_death_moves_the_day_beyond_that_of_the_extension_and_not_before_it(self) -> None:
        later = PersonDied(person=ANNA, died_on=date(2029, 3, 1))
        moved = planned(due_on=date(2034, 3, 1))
        past = (DIED, planned(), EXTENDED, later)
        given(*past).when(PlanDeletion(holder=ANNA)).then(moved)
        given(*past, moved).when(PlanDeletion(holder=ANNA)).then_nothing()
        given(*past, moved, DIED).when(PlanDeletion(holder=ANNA)).then(EXTENDED)
        alive = (DeathCorrected(person=ANNA), DROPPED)
        given(*past, moved, *alive, DIED).when(PlanDeletion(holder=ANNA)).then(planned())

    @pytest.mark.parametrize(
        ("past", "refusal"),
        [((), NothingToExtend), ((planned(), DROPPED), NothingToExtend), ((planned(), FELL_DUE), NothingToExtend)],
    )
    def test_what_is_not_planned_is_not_extended(self, past: tuple[Event, ...], refusal: type[Refused]) -> None:
        given(*past).when(EXTEND).then_refused(refusal)

    def test_an_extension_is_to_a_later_day(self) -> None:
        given(planned(due_on=EXTENDED_TO)).when(EXTEND).then_refused(NotALaterDay)


class TestTerm:
    def test_the_deletion_falls_due_at_the_start_of_its_day_in_copenhagen(self) -> None:
        record = Record(position=1, recorded_at=NOW, name="DeletionPlanned", event=planned(), context=CONTEXT)
        (due,) = dues_by(record)
        assert due.due_at == start_of_day(date(2031, 2, 28)) == datetime(2031, 2, 27, 23, tzinfo=UTC)
        assert fall_due(due).command == END

    def test_it_falls_due_anew_after_it_was_dropped_by_mistake(self) -> None:
        first, again = (
            Record(position=position, recorded_at=NOW, name="DeletionPlanned", event=planned(), context=CONTEXT)
            for position in (1, 9)
        )
        (before,), (after,) = dues_by(first), dues_by(again)
        assert fall_due(before).command_id != fall_due(after).command_id
        assert fall_due(before).command_id == fall_due(dues_by(first)[0]).command_id
        given(planned(), FELL_DUE, DROPPED, planned()).at(start_of_day(date(2031, 2, 28))).when(END).then(FELL_DUE)

    def test_it_falls_due_once_and_not_before(self) -> None:
        day = start_of_day(date(2031, 2, 28))
        given(planned()).at(day).when(END).then(FELL_DUE)
        given(planned(), FELL_DUE).at(day).when(END).then_nothing()
        given(planned()).when(END).then_refused(DeletionNotDueYet)

    def test_what_was_dropped_never_falls_due(self) -> None:
        given(planned(), DROPPED).at(start_of_day(date(2031, 2, 28))).when(END).then_nothing()

    def test_after_an_extension_the_first_day_passes(self) -> None:
        given(planned(), EXTENDED).at(start_of_day(date(2031, 2, 28))).when(END).then_refused(DeletionNotDueYet)

    def test_nothing_is_erased_of_who_turned_out_to_live_or_before_it_fell_due(self) -> None:
        order = OrderDueErasure(holder=ANNA, retention_class=Retention.POST, keys=(UUID(int=1),))
        ordered = ErasureOrdered(subject=ANNA, retention_class=Retention.POST, keys=order.keys)
        past = (*ANNA_REGISTERED, DIED, planned(), FELL_DUE)
        given(*past).when(order).then(ordered)
        given(*past, ordered).when(order).then_nothing()
        given(*past, DeathCorrected(person=ANNA)).when(order).then_refused(NothingFellDue)
        given(*past, DROPPED).when(order).then_refused(NothingFellDue)
        given(*past[:-1]).when(order).then_refused(NothingFellDue)
        given(*past).when(replace(order, retention_class=Retention.HEALTH)).then_refused(NothingFellDue)

    def test_it_is_completed_once_and_only_when_it_had_fallen_due(self) -> None:
        completed = DeletionCompleted(subject=ANNA, retention_class=Retention.POST)
        given(planned(), FELL_DUE).when(CompleteDeletion(holder=ANNA)).then(completed)
        given(planned()).when(CompleteDeletion(holder=ANNA)).then_nothing()
        given(planned(), FELL_DUE, completed).when(CompleteDeletion(holder=ANNA)).then_nothing()


class TestRejectedLetters:
    def test_a_letter_to_nobody_registered_is_deleted_after_half_a_year(self) -> None:
        facts = post(ANNAS_MAIL).when(letter(recipient=None)).facts
        assert facts[-1] == DeletionPlanned(
            subject=LETTER,
            retention_class=Retention.REJECTED,
            due_on=date(2026, 8, 29),
            rule="digital_post.rejected_letter_days@2012-07-01",
        )

    def test_a_rejected_letter_to_a_registered_recipient_has_the_term_of_its_mailbox(self) -> None:
        facts = post(ANNAS_MAIL).when(letter(do_not_deliver_until=date(2026, 1, 1))).facts
        assert not any(isinstance(fact, DeletionPlanned) for fact in facts)
