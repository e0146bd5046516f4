"""Entries: whatever holds for a time (an address, a residence, an exemption), with its end and corrections as facts.

One kind of entry is a *matter* (names, addresses, ...). An entry is never changed: an end is a fact, an end can be
corrected, and an entry that never held is annulled. At most one entry of a track of a matter holds on any day: a later
entry ends the one before it, in a fact of its own, and its annulment lets the one before it hold again. An entry that
is recorded late begins on its day and ends where the next one begins.

Days are Copenhagen days; `valid_to` is the first day on which the entry does not hold any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from domain.command import Misstated, Refused, State
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
    """An authority decided it."""


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

    def stated_by(self, party: PartyId) -> EntryEndCause:
        """The cause of an end that this party states."""
        return EntryEndCause.STATED


class Ended(Event):
    """An entry ends. Recorded again with another day, it moves the end."""

    entry: EntryId
    party: PartyId
    valid_to: date
    cause: EntryEndCause
    by: EntryId | None = None
    """The entry that took its place, or from which the end follows, if one did."""


class EndCorrected(Event):
    """An end was a mistake, or fell with the entry that had taken the place: the entry holds longer than recorded."""

    entry: EntryId
    party: PartyId
    valid_to: date | None
    """None: no end is known."""


class Annulled(Event):
    """An entry never held: it was a mistake."""

    once = True

    entry: EntryId
    party: PartyId
    marker: Marker


class NoSuchEntry(Refused):
    """There is no such entry of this person or company. List the entries and name one of them."""


class AnotherEntryBegins(Misstated):
    """Another entry begins on that day. Annul it first if it is wrong, or give another day."""


class EndsBeforeItBegins(Misstated):
    """An entry ends after the day on which it begins. Give a later day, or annul the entry if it never held."""


class EndsWithTheNext(Misstated):
    """Another entry takes its place before that day. Annul that entry first, or give an earlier day."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one entry, as they are recorded."""

    entered: Entered
    valid_to: date | None
    """Where it ends: at the stated end, or before it where another entry takes its place."""
    stated_to: date | None
    """The end that was stated."""
    cause: EntryEndCause | None = None
    """Why it ends, if a fact of its own says so."""
    by: EntryId | None = None
    """The entry by which it ended."""

    @classmethod
    def of(cls, new: Entered) -> Self:
        return cls(new, valid_to=new.valid_to, stated_to=new.valid_to)

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
        return self.valid_to is not None and self.valid_to <= self.valid_from

    @property
    def never_began(self) -> bool:
        """Whether the person had died, or moved back, before it would have begun: it comes back with the correction."""
        fell = self.cause in {EntryEndCause.DEATH, EntryEndCause.RE_ENTRY}
        return self.empty and fell and not self.entered.may_end_at_once

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def outlasts(self, day: date) -> bool:
        """Whether it would hold on the day if no other entry took its place."""
        return self.stated_to is None or day < self.stated_to


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
            case Ended(valid_to=valid_to, cause=cause) if cause.is_stated:
                return self._change(event.entry, valid_to=valid_to, stated_to=valid_to, cause=cause, by=event.by)
            case Ended():
                return self._change(event.entry, valid_to=event.valid_to, cause=event.cause, by=event.by)
            case EndCorrected(valid_to=valid_to):
                return self._change(event.entry, valid_to=valid_to, stated_to=valid_to, cause=None, by=None)
            case _:
                return self.but(periods=tuple(period for period in self.periods if period.entry != event.own_subject))

    def _change(self, entry: EntryId, **changes: Any) -> Self:
        periods = (replace(period, **changes) if period.entry == entry else period for period in self.periods)
        return self.but(periods=tuple(periods))

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
