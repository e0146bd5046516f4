"""A letter that arrived after a death learned later stays arrived and is flagged, until the day is corrected."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.post.arrival_flag import (
    Arrival,
    ArrivalFlagged,
    ArrivalFlagLifted,
    FlagArrivals,
    flags_late_arrivals,
)
from domain.post.legal_times import legal_times
from domain.post.message import MessageMadeAvailable
from domain.record import Record
from domain.subject import PartyId
from tests.controls import ANNA, ARRIVED, AVAILABLE, FIRM, LETTER
from tests.law import CONTEXT, NOW, given

TODAY = NOW.date()
YESTERDAY, LAST_WEEK = TODAY - timedelta(days=1), TODAY - timedelta(days=7)


def died(day: date) -> PersonDied:
    """Anna died on that day."""
    return PersonDied(person=ANNA, died_on=day)


def flagged(day: date) -> ArrivalFlagged:
    """The letter arrived today, after a death on that day."""
    return ArrivalFlagged(message=LETTER, recipient=ANNA, ended_on=day, arrived_on=TODAY)


LIFTED = ArrivalFlagLifted(message=LETTER, recipient=ANNA)
FLAG = FlagArrivals(recipient=ANNA, arrivals=(Arrival(LETTER, TODAY),))


def records(*facts: Event, at: datetime = NOW) -> list[Record]:
    """The facts as records of that instant."""
    return [
        Record(position=position, recorded_at=at, name=type(fact).__name__, event=fact, context=CONTEXT)
        for position, fact in enumerate(facts, 1)
    ]


def commands(event: Any, *past: Event, at: datetime = NOW) -> list[Any]:
    """What follows from the fact for letters of the past."""
    return [step.command for step in flags_late_arrivals(event, TODAY, records(*past, at=at))]


class TestFlag:
    def test_edge_04_a_letter_that_arrived_after_the_death_is_flagged(self) -> None:
        given(*ARRIVED, died(YESTERDAY)).when(FLAG).then(flagged(YESTERDAY))

    def test_edge_04_its_arrival_remains(self) -> None:
        assert legal_times(records(*ARRIVED, flagged(YESTERDAY))) == legal_times(records(*ARRIVED))

    def test_a_letter_of_the_day_of_the_death_is_not_flagged(self) -> None:
        given(*ARRIVED, died(TODAY)).when(FLAG).then_nothing()

    def test_it_is_flagged_once_for_each_day(self) -> None:
        given(*ARRIVED, died(YESTERDAY), flagged(YESTERDAY)).when(FLAG).then_nothing()
        given(*ARRIVED, died(LAST_WEEK), flagged(YESTERDAY)).when(FLAG).then(flagged(LAST_WEEK))

    @pytest.mark.parametrize("corrected", [died(TODAY), DeathCorrected(person=ANNA)])
    def test_a_corrected_day_and_a_death_by_mistake_lift_it(self, corrected: Event) -> None:
        given(*ARRIVED, died(YESTERDAY), flagged(YESTERDAY), corrected).when(FLAG).then(LIFTED)

    def test_w14_a_late_reaction_to_a_death_by_mistake_flags_nothing(self) -> None:
        given(*ARRIVED, died(YESTERDAY), DeathCorrected(person=ANNA)).when(FLAG).then_nothing()


class TestReaction:
    def test_a_death_looks_at_the_letters_that_arrived_after_it(self) -> None:
        assert commands(died(YESTERDAY), *ARRIVED) == [FLAG]
        assert commands(died(TODAY), *ARRIVED) == []

    def test_letters_that_were_flagged_are_looked_at_again(self) -> None:
        for event in (died(TODAY), DeathCorrected(person=ANNA)):
            assert commands(event, *ARRIVED, flagged(YESTERDAY)) == [FLAG]

    def test_a_death_by_mistake_without_flags_looks_at_nothing(self) -> None:
        assert commands(DeathCorrected(person=ANNA), *ARRIVED) == []

    def test_the_day_of_the_arrival_is_danish(self) -> None:
        late = NOW.replace(hour=23, minute=30)
        (command,) = commands(died(TODAY), *ARRIVED, at=late)
        assert command.arrivals == (Arrival(LETTER, TODAY + timedelta(days=1)),)

    def test_a_letter_to_another_is_not_looked_at(self) -> None:
        to_another = AVAILABLE.model_copy(update={"recipient": FIRM})
        assert commands(died(YESTERDAY), to_another) == []

    def test_a_cessation_flags_like_a_death(self) -> None:
        firm: PartyId = FIRM
        to_firm = MessageMadeAvailable(message=LETTER, recipient=firm)
        (command,) = commands(CompanyCeased(company=FIRM, ceased_on=YESTERDAY), to_firm)
        ceased = CompanyCeased(company=FIRM, ceased_on=YESTERDAY)
        late = ArrivalFlagged(message=LETTER, recipient=FIRM, ended_on=YESTERDAY, arrived_on=TODAY)
        given(to_firm, ceased).when(command).then(late)
        lifted = ArrivalFlagLifted(message=LETTER, recipient=FIRM)
        given(to_firm, ceased, late, CessationCorrected(company=FIRM)).when(command).then(lifted)
