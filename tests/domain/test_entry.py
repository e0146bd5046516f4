"""Entries by hypothesis: whatever is entered, ended, reopened and annulled, a plain list of days says the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.command import Refused
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntrySource, Marker
from domain.fact import Event
from domain.matter import Matter
from domain.subject import EntryId, PersonId

SOMEBODY = PersonId(UUID(int=1))
FIRST_DAY = date(2026, 1, 1)
DAYS = 20


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


@dataclass
class PlainEntry:
    track: str
    valid_from: int
    stated_to: int | None


@dataclass
class PlainEntries:
    """The reference: of each track, the entry with the latest beginning before a day holds on it, unless it is over."""

    entries: dict[int, PlainEntry] = field(default_factory=dict)

    def holding(self, track: str, day: int) -> int | None:
        begun = [(entry.valid_from, nth) for nth, entry in self.entries.items() if entry.track == track]
        latest = max((each for each in begun if each[0] <= day), default=None)
        if latest is None:
            return None
        stated_to = self.entries[latest[1]].stated_to
        return latest[1] if stated_to is None or day < stated_to else None

    def next_begins(self, nth: int) -> int | None:
        entry = self.entries[nth]
        later = [e.valid_from for e in self.entries.values() if e.track == entry.track]
        return min((begins for begins in later if begins > entry.valid_from), default=None)


def day(number: int | None) -> date | None:
    return None if number is None else FIRST_DAY + timedelta(days=number)


def entry_id(nth: int) -> EntryId:
    return EntryId(UUID(int=nth + 1))


NUMBERS = st.integers(0, DAYS)
ACTS = st.one_of(
    st.tuples(st.just("enter"), st.sampled_from(["", "contact"]), NUMBERS, st.none() | NUMBERS),
    st.tuples(st.just("end"), st.integers(0, 12), NUMBERS),
    st.tuples(st.just("reopen"), st.integers(0, 12)),
    st.tuples(st.just("annul"), st.integers(0, 12)),
)


def decided(state: Entries, act: tuple[object, ...], nth: int) -> list[Event]:
    match act:
        case ("enter", str(track), int(begins), ends):
            assert ends is None or isinstance(ends, int)
            new = PlaceEntered(
                entry=entry_id(nth),
                party=SOMEBODY,
                valid_from=FIRST_DAY + timedelta(days=begins),
                valid_to=day(ends),
                source=EntrySource.CITIZEN,
                kind=track,
            )
            return list(PLACES.enter(state, new))
        case ("end", int(named), int(ends)):
            return list(PLACES.end(state, entry_id(named), FIRST_DAY + timedelta(days=ends)))
        case ("reopen", int(named)):
            return list(PLACES.reopen(state, entry_id(named)))
        case ("annul", int(named)):
            return list(PLACES.annul(state, entry_id(named), Marker.ANNULLED))
        case _:
            raise AssertionError(act)


def happened(plain: PlainEntries, act: tuple[object, ...], nth: int) -> bool:
    """Do the same to the reference; False when it must be refused."""
    match act:
        case ("enter", str(track), int(begins), ends):
            assert ends is None or isinstance(ends, int)
            taken = any((e.track, e.valid_from) == (track, begins) for e in plain.entries.values())
            if taken or (ends is not None and ends <= begins):
                return False
            plain.entries[nth] = PlainEntry(track, begins, ends)
        case (_, int(named), *_) if named not in plain.entries:
            return False
        case ("end", int(named), int(ends)):
            bound = plain.next_begins(named)
            if ends <= plain.entries[named].valid_from or (bound is not None and bound < ends):
                return False
            plain.entries[named].stated_to = ends
        case ("reopen", int(named)):
            plain.entries[named].stated_to = None
        case ("annul", int(named)):
            del plain.entries[named]
        case _:
            raise AssertionError(act)
    return True


@given(acts=st.lists(ACTS, max_size=12))
@settings(max_examples=500)
def test_on_every_day_after_every_act_the_entry_that_holds_is_the_one_of_a_plain_list(
    acts: list[tuple[object, ...]],
) -> None:
    state, plain = PLACES.entity.opening, PlainEntries()
    for nth, act in enumerate(acts):
        try:
            facts = decided(state, act, nth)
            allowed = True
        except Refused:
            facts, allowed = [], False
        for fact in facts:
            state = state.evolve(fact)

        assert allowed == happened(plain, act, nth)
        for track in ("", "contact"):
            for number in range(-1, DAYS + 2):
                holding = state.on(FIRST_DAY + timedelta(days=number), track)
                expected = plain.holding(track, number)
                assert (holding and holding.entry) == (None if expected is None else entry_id(expected))
        assert all(
            sum(period.holds(FIRST_DAY + timedelta(days=number)) for period in state.periods if period.track == track)
            <= 1
            for track in ("", "contact")
            for number in range(DAYS + 1)
        )
