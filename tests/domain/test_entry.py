"""Entries by hypothesis: whatever is entered, ended, reopened, annulled and corrected, a plain list of days agrees."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.command import Refused
from domain.entry import Annulled, EndCorrected, Ended, Entered, EntrySource
from domain.matter import Matter
from domain.subject import EntryId, PersonId
from tests.plain_entries import ACTS, CORRECTIONS, DAYS, FIRST_DAY, Act, Acting, PlainEntries, entry_id, happened

SOMEBODY = PersonId(UUID(int=1))


class PlaceEntered(Entered):
    """A matter of this test, in two tracks."""

    kind: str = ""

    @property
    def track(self) -> str:
        return self.kind


class PlaceEnded(Ended):
    """Its end."""


class PlaceEndCorrected(EndCorrected):
    """Its end, corrected."""


class PlaceAnnulled(Annulled):
    """Its annulment."""


PLACES = Matter(
    "place",
    entered=PlaceEntered,
    ended=PlaceEnded,
    end_corrected=PlaceEndCorrected,
    annulled=PlaceAnnulled,
    legal_basis="a paragraph",
)


def place_entered(entry: EntryId, track: str, begins: date, ends: date | None) -> PlaceEntered:
    source = EntrySource.PARTY
    return PlaceEntered(entry=entry, party=SOMEBODY, valid_from=begins, valid_to=ends, source=source, kind=track)


class VisitEntered(PlaceEntered):
    """One of a matter whose entries may end on their first day."""

    may_end_at_once = True


VISITS = Matter(
    "visit",
    entered=VisitEntered,
    ended=PlaceEnded,
    end_corrected=PlaceEndCorrected,
    annulled=PlaceAnnulled,
    legal_basis="a paragraph",
)


def visit_entered(entry: EntryId, track: str, begins: date, ends: date | None) -> VisitEntered:
    return VisitEntered.model_validate(place_entered(entry, track, begins, ends).model_dump())


ACTING = Acting(PLACES, ("", "contact"), place_entered)
VISITING = Acting(VISITS, ("", "contact"), visit_entered)


@pytest.mark.parametrize("acting", [ACTING, VISITING], ids=["ends later", "may end at once"])
@given(acts=st.lists(ACTS | CORRECTIONS, max_size=12))
@settings(max_examples=500)
def test_on_every_day_after_every_act_the_entry_that_holds_is_the_one_of_a_plain_list(
    acting: Acting, acts: list[Act]
) -> None:
    state, plain = acting.matter.entity.opening, PlainEntries(may_end_at_once=acting is VISITING)
    for nth, act in enumerate(acts):
        try:
            facts = acting.decided(state, act, nth)
            allowed = True
        except Refused:
            facts, allowed = [], False
        for fact in facts:
            state = state.evolve(fact)

        assert allowed == happened(plain, act, nth)
        for nth_track, track in enumerate(acting.tracks):
            for number in range(-1, DAYS + 2):
                holding = state.on(FIRST_DAY + timedelta(days=number), track)
                expected = plain.holding(nth_track, number)
                assert (holding and holding.entry) == (None if expected is None else entry_id(expected))
        assert all(
            sum(period.holds(FIRST_DAY + timedelta(days=number)) for period in state.periods if period.track == track)
            <= 1
            for track in acting.tracks
            for number in range(DAYS + 1)
        )
