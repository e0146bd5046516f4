"""Entries: whatever holds for a time (an address, a residence, an exemption), with its end and corrections as facts.

One kind of entry is a *matter* (names, addresses, ...). An entry is never changed: an end is a fact, an end can be
corrected, and an entry that never held is annulled. At most one entry of a track of a matter holds on any day: a later
entry ends the one before it, in a fact of its own, and its annulment lets the one before it hold again. An entry that
is recorded late begins on its day and ends where the next one begins. Days are Copenhagen days; `valid_to` is the first
day on which the entry does not hold any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

from domain.command import Refused, State
from domain.fact import Event
from domain.subject import CompanyId, EntryId, PartyId, SubjectId

if TYPE_CHECKING:
    from domain.matter import Matter


class EntrySource(StrEnum):
    """Where the statement came from (*kilde*)."""

    PARTY = "party"
    """The person or company itself (*parten selv*)."""
    MUNICIPALITY = "municipality"
    REGISTER_LOAD = "register_load"
    COURT = "court"
    POLICE = "police"
    FOREIGN = "foreign"
    AUTHORITY = "authority"


class EntryEndCause(StrEnum):
    """Why an entry ended."""

    STATED = "stated"
    """Somebody stated its end."""
    SUCCEEDED = "succeeded"
    """Another entry took its place."""
    GIVER = "giver"
    """Who gave it took it back."""
    HOLDER = "holder"
    """Who held it gave it up."""
    DEATH = "death"
    """Somebody died without whom it does not hold."""
    CESSATION = "cessation"
    """A company ceased without which it does not hold."""
    DEPARTURE = "departure"
    """The person moved away from Denmark."""
    RE_ENTRY = "re_entry"
    """The person moved back to Denmark."""
    CORRECTION = "correction"
    """The death or cessation on which it rested was recorded by mistake."""

    @property
    def is_stated(self) -> bool:
        """Whether somebody stated the end. Any other end follows from something else, and goes when that goes."""
        return self in {EntryEndCause.STATED, EntryEndCause.GIVER, EntryEndCause.HOLDER}


class Marker(StrEnum):
    """What kind of mistake an annulment mends (CPR correction markers A, K and Æ)."""

    ANNULLED = "annulled"
    """It was never so (*annulleret*)."""
    CORRECTED = "corrected"
    """Another entry says it rightly (*rettet*)."""
    TECHNICAL = "technical"
    """Only its form was wrong (*teknisk ændring*)."""


class Entered(Event):
    """An entry begins to hold. The fields that every matter has; `party` is whom it is about."""

    holder = "party"
    once = True
    may_end_at_once: ClassVar[bool] = False
    """True: it may end on the day on which it begins, after it held for a part of it."""

    entry: EntryId
    party: PartyId
    valid_from: date
    valid_to: date | None = None
    uncertain: bool = False
    """The day of the beginning is not certain (*usikkerhedsmarkering*)."""
    source: EntrySource
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""

    @property
    def track(self) -> str:
        """Entries of different tracks hold at the same time, such as a home and a contact address."""
        return ""

    @property
    def named(self) -> Mapping[str, SubjectId]:
        """The fields that every later fact of the entry repeats, so that all whom it is about have it in theirs."""
        return {"entry": self.entry, "party": self.party}

    @property
    def paragraph(self) -> str | None:
        """The paragraph for this entry, where its matter has more than one."""
        return None

    @property
    def began_before(self) -> bool:
        """Whether it began before its day, nobody knows when: its day is that on which its party was registered."""
        return self.uncertain

    def stated_by(self, party: PartyId) -> EntryEndCause:
        """The cause of an end that this party states."""
        return EntryEndCause.STATED


class Ended(Event):
    """An entry ends before it would have. Recorded again with another day, it moves the end."""

    entry: EntryId
    party: PartyId
    valid_to: date
    cause: EntryEndCause
    by: EntryId | None = None
    """The entry that took its place, or from which the end follows, if one did."""


class EndCorrected(Event):
    """An end was a mistake, or what it followed from is no more: the entry ends where it does without that end."""

    entry: EntryId
    party: PartyId
    valid_to: date | None
    """None: no end is known."""
    cause: EntryEndCause | None = None
    """Why it ends then, if a fact of its own says so."""
    corrected: EntryEndCause
    """The cause of the end that is taken back."""


class Annulled(Event):
    """An entry never held: it was a mistake."""

    once = True

    entry: EntryId
    party: PartyId
    marker: Marker


class NoSuchEntry(Refused):
    """There is no such entry of this person or company. List the entries and name one of them."""


@dataclass(frozen=True, slots=True)
class End:
    """An end of an entry."""

    day: date
    """The first day on which the entry does not hold any more."""
    cause: EntryEndCause | None = None
    """None: it was stated when the entry was entered."""
    by: EntryId | None = None
    """The entry that took the place, or from which the end follows."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one entry, with its ends: it ends with the first of them."""

    entered: Entered
    stated: End | None
    """The end that somebody stated."""
    following: End | None = None
    """The end that follows from something else, such as a departure or a death."""
    succeeded: End | None = None
    """Where another entry takes its place; None if it has ended by then."""

    @classmethod
    def of(cls, new: Entered) -> Self:
        return cls(new, stated=None if new.valid_to is None else End(new.valid_to))

    def with_end(self, end: End) -> Self:
        """The period with another end of that kind."""
        assert end.cause is not None, "an end that is recorded by a fact of its own has a cause"
        changed = self._but(end.cause, end)
        return changed if changed.end is changed.succeeded else replace(changed, succeeded=None)

    def without_end(self, cause: EntryEndCause) -> Self:
        """The period without the end of that kind."""
        return self._but(cause, None)

    def _but(self, cause: EntryEndCause, end: End | None) -> Self:
        if cause.is_stated:
            return replace(self, stated=end)
        return replace(self, succeeded=end) if cause is EntryEndCause.SUCCEEDED else replace(self, following=end)

    @property
    def end(self) -> End | None:
        """The first of its ends; of two on one day, the one that was stated."""
        ends = (end for end in (self.stated, self.following, self.succeeded) if end is not None)
        return min(ends, key=lambda end: end.day, default=None)

    @property
    def valid_to(self) -> date | None:
        return self.end.day if self.end else None

    @property
    def stated_to(self) -> date | None:
        return self.stated.day if self.stated else None

    @property
    def entry(self) -> EntryId:
        return self.entered.entry

    @property
    def track(self) -> str:
        return self.entered.track

    @property
    def valid_from(self) -> date:
        return self.entered.valid_from

    @property
    def empty(self) -> bool:
        """Whether it ended on the day on which it began."""
        return not self.holds(self.valid_from)

    @property
    def never_began(self) -> bool:
        """Whether a death, a cessation or a move came before it would have begun: without that it begins."""
        prevented = self.following is not None and self.following.day <= self.valid_from
        return prevented and not self.entered.may_end_at_once

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and self.lasts_until(day)

    def lasts_until(self, day: date) -> bool:
        """Whether it ends after the day, if at all."""
        return self.valid_to is None or day < self.valid_to


@dataclass(frozen=True, slots=True)
class Entries(State):
    """The entries of one party in one matter, without the annulled ones, by their first day."""

    matter: Matter
    periods: tuple[Period, ...] = ()

    def evolve(self, event: Event) -> Self:
        if not isinstance(event, self.matter.facts):
            return self
        match event:
            case Entered():
                periods = sorted((*self.periods, Period.of(event)), key=lambda period: period.valid_from)
                return self.but(periods=tuple(periods))
            case Ended():
                end = End(event.valid_to, event.cause, event.by)
                return self._change(event.entry, lambda period: period.with_end(end))
            case EndCorrected(corrected=cause):
                return self._change(event.entry, lambda period: period.without_end(cause))
            case _:
                return self.but(periods=tuple(period for period in self.periods if period.entry != event.own_subject))

    def _change(self, entry: EntryId, change: Callable[[Period], Period]) -> Self:
        return self.but(periods=tuple(change(each) if each.entry == entry else each for each in self.periods))

    def on(self, day: date, track: str = "") -> Period | None:
        """The entry of a track that holds on the day."""
        return next((period for period in self.periods if period.track == track and period.holds(day)), None)

    def period(self, entry: EntryId) -> Period:
        """The entry of that id. Raises NoSuchEntry for one that is unknown or annulled."""
        for period in self.periods:
            if period.entry == entry:
                return period
        raise NoSuchEntry

    def begins_on(self, track: str, day: date) -> Period | None:
        """The entry of a track that begins on the day, and does not end on it too."""
        same = (period for period in self.periods if (period.track, period.valid_from) == (track, day))
        return next((period for period in same if not period.empty), None)

    @property
    def begun(self) -> tuple[Period, ...]:
        """Without those that never began."""
        return tuple(period for period in self.periods if not period.never_began)

    def after(self, track: str, day: date) -> Period | None:
        """The first entry of a track that begins after the day."""
        return next((period for period in self.begun if period.track == track and period.valid_from > day), None)

    def before(self, track: str, day: date) -> Period | None:
        """The last entry of a track that begins before the day."""
        earlier = [period for period in self.begun if period.track == track and period.valid_from < day]
        return earlier[-1] if earlier else None
