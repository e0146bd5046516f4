"""The plain reference for entries: a list of days, and the acts that hypothesis does to it and to a matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.entry import Entered, Entries, Marker
from domain.fact import Event
from domain.matter import Matter
from domain.subject import EntryId

FIRST_DAY = date(2026, 1, 1)
DAYS = 20
Act = tuple[object, ...]
Enter = Callable[[EntryId, str, date, date | None], Entered]
"""Makes the fact that enters an entry: its id, track, first day, and the first day on which it does not hold."""


@dataclass
class PlainEntry:
    track: int
    valid_from: int
    stated_to: int | None


@dataclass
class PlainEntries:
    """The reference: of each track, the entry with the latest beginning before a day holds on it, unless it is over."""

    entries: dict[int, PlainEntry] = field(default_factory=dict)

    def holding(self, track: int, day: int) -> int | None:
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
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("enter"), st.sampled_from([0, 1]), NUMBERS, st.none() | NUMBERS),
    st.tuples(st.just("end"), st.integers(0, 12), NUMBERS),
    st.tuples(st.just("reopen"), st.integers(0, 12)),
    st.tuples(st.just("annul"), st.integers(0, 12)),
)


@dataclass(frozen=True)
class Acting:
    """Does the acts to entries of a matter with two tracks."""

    matter: Matter
    tracks: tuple[str, str]
    enter: Enter

    def decided(self, state: Entries, act: Act, nth: int) -> list[Event]:
        """The facts of the act, or the refusal."""
        matter = self.matter
        match act:
            case ("enter", int(track), int(begins), ends):
                assert ends is None or isinstance(ends, int)
                first = FIRST_DAY + timedelta(days=begins)
                return list(matter.enter(state, self.enter(entry_id(nth), self.tracks[track], first, day(ends))))
            case ("end", int(named), int(ends)):
                return list(matter.end(state, entry_id(named), FIRST_DAY + timedelta(days=ends)))
            case ("reopen", int(named)):
                return list(matter.reopen(state, entry_id(named)))
            case ("annul", int(named)):
                return list(matter.annul(state, entry_id(named), Marker.ANNULLED))
            case _:
                raise AssertionError(act)


def happened(plain: PlainEntries, act: Act, nth: int) -> bool:
    """Do the same to the reference; False when it must be refused."""
    match act:
        case ("enter", int(track), int(begins), ends):
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
