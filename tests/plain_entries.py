"""The plain reference for entries: a list of days, and the acts that hypothesis does to it and to a matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain.entry import End, Entered, Entries, EntryEndCause, Marker
from domain.fact import Event
from domain.matter import Matter
from domain.subject import EntryId

FIRST_DAY = date(2026, 1, 1)
DAYS = 20
Act = tuple[Any, ...]
Enter = Callable[[EntryId, str, date, date | None], Entered]
"""Makes the fact that enters an entry: its id, track, first day, and the first day on which it does not hold."""


@dataclass
class PlainEntry:
    track: int
    valid_from: int
    stated_to: int | None
    follows_to: int | None = None
    """The end that follows from something else, such as a departure."""

    @property
    def ends(self) -> int | None:
        return min((end for end in (self.stated_to, self.follows_to) if end is not None), default=None)

    @property
    def empty(self) -> bool:
        """Whether it ended on its first day."""
        return self.ends == self.valid_from


@dataclass
class PlainEntries:
    """The reference: of each track, the entry with the latest beginning before a day holds on it, unless it is over."""

    entries: dict[int, PlainEntry] = field(default_factory=dict)
    may_end_at_once: bool = False

    def holding(self, track: int, day: int) -> int | None:
        begun = [(e.valid_from, not e.empty, nth) for nth, e in self.entries.items() if e.track == track]
        latest = max((each for each in begun if each[0] <= day), default=None)
        if latest is None:
            return None
        ends = self.entries[latest[2]].ends
        return latest[2] if ends is None or day < ends else None

    def begins_on(self, track: int, day: int) -> int | None:
        """The entry that begins on the day, and does not end on it."""
        same = (nth for nth, e in self.entries.items() if (e.track, e.valid_from) == (track, day) and not e.empty)
        return next(same, None)

    def enter(self, nth: int, stated: Sequence[Any], instead_of: int | None = None) -> bool:
        """Enter an entry, in the place of one that was wrong if there is one."""
        track, begins, ends = stated
        if self.begins_on(track, begins) not in (None, instead_of) or (ends is not None and ends <= begins):
            return False
        if instead_of is not None:
            del self.entries[instead_of]
        self.entries[nth] = PlainEntry(track, begins, ends)
        return True

    def end(self, nth: int, ends: int) -> bool:
        """State an end."""
        entry, bound = self.entries[nth], self.next_begins(nth)
        at_once = ends == entry.valid_from
        if ends < entry.valid_from or (at_once and not self.may_end_at_once):
            return False
        if any(end is not None and end < ends for end in (bound, entry.follows_to)):
            return False
        if self.replaced_at_once(nth) and not at_once:
            return False
        entry.stated_to = ends
        return True

    def reopen(self, nth: int) -> bool:
        """Take back a stated end."""
        if self.replaced_at_once(nth):
            return False
        self.entries[nth].stated_to = None
        return True

    def follow(self, nth: int, ends: int) -> bool:
        """Let it end as follows from something else, unless it has ended by then."""
        entry = self.entries[nth]
        if ends < entry.valid_from or (ends == entry.valid_from and not self.may_end_at_once):
            return True
        known = [end for end in (entry.stated_to, self.next_begins(nth)) if end is not None]
        if ends != entry.follows_to and all(ends < end for end in known):
            entry.follows_to = ends
            return True
        return True if ends == entry.follows_to else self.restore(nth)

    def restore(self, nth: int) -> bool:
        """Take back an end that follows, unless another entry begins on the day on which this one ended at once."""
        if not self.replaced_at_once(nth):
            self.entries[nth].follows_to = None
        return True

    def annul(self, nth: int) -> bool:
        """Let an entry never have held."""
        del self.entries[nth]
        return True

    def replaced_at_once(self, nth: int) -> bool:
        """Whether another entry begins on the day on which this one began and ended."""
        entry = self.entries[nth]
        return self.begins_on(entry.track, entry.valid_from) not in (None, nth)

    def next_begins(self, nth: int) -> int | None:
        entry = self.entries[nth]
        later = [e.valid_from for e in self.entries.values() if e.track == entry.track]
        return min((begins for begins in later if begins > entry.valid_from), default=None)


def day(number: int | None) -> date | None:
    return None if number is None else FIRST_DAY + timedelta(days=number)


def entry_id(nth: int) -> EntryId:
    return EntryId(UUID(int=nth + 1))


NUMBERS = st.integers(0, DAYS)
NAMED = st.just(0) | st.integers(0, 3) | st.integers(0, 12)
"""The entry by the number of the act that entered it: mostly one of the first, so that acts meet on one entry."""
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("enter"), st.sampled_from([0, 1]), NUMBERS, st.none() | NUMBERS),
    st.tuples(st.just("end"), NAMED, NUMBERS),
    st.tuples(st.just("reopen"), NAMED),
    st.tuples(st.just("annul"), NAMED),
    st.tuples(st.just("follow"), NAMED, NUMBERS),
    st.tuples(st.just("restore"), NAMED),
)
"""What is stated of entries, and ends that follow from something else."""

CORRECTIONS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.just("enter_or_correct"), st.sampled_from([0, 1]), NUMBERS, st.none() | NUMBERS),
    st.tuples(st.just("correct"), NAMED, st.sampled_from([0, 1]), NUMBERS, st.none() | NUMBERS),
)
"""The acts that annul an entry and enter the right one in its place."""


@dataclass(frozen=True)
class Acting:
    """Does the acts to entries of a matter with two tracks."""

    matter: Matter
    tracks: tuple[str, str]
    enter: Enter

    def decided(self, state: Entries, act: Act, nth: int) -> list[Event]:
        """The facts of the act, or the refusal."""
        return list(self._decided(state, act, nth))

    def _decided(self, state: Entries, act: Act, nth: int) -> Iterable[Event]:
        matter = self.matter
        match act:
            case ("enter", *stated):
                facts = matter.enter(state, self._new(nth, *stated))
            case ("enter_or_correct", *stated):
                facts = matter.enter_or_correct(state, self._new(nth, *stated))
            case ("correct", int(named), *stated):
                facts = matter.correct(state, entry_id(named), self._new(nth, *stated))
            case ("end", int(named), int(ends)):
                facts = matter.end(state, entry_id(named), FIRST_DAY + timedelta(days=ends))
            case ("reopen", int(named)):
                facts = matter.reopen(state, entry_id(named))
            case ("follow", int(named), int(ends)):
                facts = self._followed(state, entry_id(named), FIRST_DAY + timedelta(days=ends), nth)
            case ("restore", int(named)):
                facts = matter.restore(state, entry_id(named))
            case ("annul", int(named)):
                facts = matter.annul(state, entry_id(named), Marker.ANNULLED)
            case _:
                raise AssertionError(act)
        return facts

    def _followed(self, state: Entries, entry: EntryId, ends: date, nth: int) -> Iterator[Event]:
        """An end that follows from something else after the beginning."""
        entered = state.period(entry).entered
        if entered.valid_from < ends or (entered.may_end_at_once and entered.valid_from == ends):
            yield from self.matter.follow(state, entry, End(ends, EntryEndCause.DEPARTURE, entry_id(nth)))

    def _new(self, nth: int, track: Any, begins: Any, ends: Any) -> Entered:
        return self.enter(entry_id(nth), self.tracks[track], FIRST_DAY + timedelta(days=begins), day(ends))


def happened(plain: PlainEntries, act: Act, nth: int) -> bool:
    """Do the same to the reference; False when it must be refused."""
    if act[0] in {"end", "reopen", "annul", "correct", "follow", "restore"} and act[1] not in plain.entries:
        return False
    match act:
        case ("enter", *stated):
            return plain.enter(nth, stated)
        case ("enter_or_correct", track, begins, ends):
            return plain.enter(nth, [track, begins, ends], instead_of=plain.begins_on(track, begins))
        case ("correct", named, *stated):
            return plain.enter(nth, stated, instead_of=named)
        case _:
            acted: bool = getattr(plain, act[0])(*act[1:])
            return acted
