"""Matters: one kind of entry each, with its four facts and the decisions that every matter shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeAlias
from uuid import uuid5

from domain.command import Consulted, Entity, InvalidInput, Refused
from domain.context import Context
from domain.entry import Annulled, End, EndCorrected, Ended, Entered, Entries, EntryEndCause, Marker, Period
from domain.fact import Event
from domain.subject import EntryId, PartyId


class AnotherEntryBegins(InvalidInput):
    """Another entry begins on that day. Annul it first if it is wrong, or give another day."""


class EndsBeforeItBegins(InvalidInput):
    """An entry ends after the day on which it begins. Give a later day, or annul the entry if it never held."""


class EndsWithTheNext(InvalidInput):
    """Another entry takes its place before that day. Annul that entry first, or give an earlier day."""


class EndsForAnotherReason(InvalidInput):
    """The entry ends before that day for another reason. Correct that first, or give an earlier day. The reason is:"""


Limit: TypeAlias = Callable[[Entries, Period], None]
"""Refuses the days of an entry that the others of its party do not allow."""


class Matter:
    """One kind of entry: its four facts, the paragraph for it, and the entity whose state is a party's entries."""

    def __init__(
        self,
        name: str,
        *,
        entered: type[Entered],
        ended: type[Ended],
        end_corrected: type[EndCorrected],
        annulled: type[Annulled],
        legal_basis: str,
        limit: Limit | None = None,
    ) -> None:
        self.name = name
        self.ended = ended
        self.end_corrected = end_corrected
        self.annulled = annulled
        self.facts = (entered, ended, end_corrected, annulled)
        self.legal_basis = legal_basis
        self.limit = limit
        """What holds across the entries of a party: every decision that gives days to an entry keeps it."""
        self.entity = Entity(name, Entries(self), {fact.__name__: fact for fact in self.facts})

    def __repr__(self) -> str:
        return f"Matter({self.name})"

    def new_entry(self, context: Context) -> EntryId:
        """The id of the entry that a command makes in this matter: the same when the command is repeated."""
        return EntryId(uuid5(context.command, self.name))

    def basis(self, entries: Entries, entry: EntryId) -> str:
        """The paragraph for what is done to an entry."""
        paragraphs = (period.entered.paragraph for period in entries.periods if period.entry == entry)
        return next(paragraphs, None) or self.legal_basis

    def of(self, party: PartyId) -> Consulted[Entries]:
        """Consult the entries of a party in this matter."""
        return self.entity.of(party)

    def enter(self, entries: Entries, new: Entered) -> Iterator[Event]:
        """A new entry, which takes the place of the one before it and ends where the next one begins.

        Raises EndsBeforeItBegins, AnotherEntryBegins and what the limit raises.
        """
        return self._within_limit(entries, self._enter(entries, new))

    def enter_or_correct(self, entries: Entries, new: Entered) -> Iterator[Event]:
        """As enter; but an entry of the same track from the same day is annulled: the new one says it rightly."""
        wrong = entries.begins_on(new.track, new.valid_from)
        return self.correct(entries, wrong.entry, new) if wrong else self.enter(entries, new)

    def change(self, entries: Entries, new: Entered, today: date) -> Iterator[Event]:
        """As enter_or_correct; but what holds today since a day that nobody knows gives way to what is said from an
        earlier day: by then it was over.
        """
        present = entries.on(today, new.track)
        if present is not None and present.entered.began_before and new.valid_from < present.valid_from:
            return self.correct(entries, present.entry, new)
        return self.enter_or_correct(entries, new)

    def correct(self, entries: Entries, wrong: EntryId, new: Entered) -> Iterator[Event]:
        """Annul an entry and enter what is right. Raises what annul and enter raise."""
        return self._within_limit(entries, self._correct(entries, wrong, new))

    def end(
        self, entries: Entries, entry: EntryId, valid_to: date, cause: EntryEndCause = EntryEndCause.STATED
    ) -> Iterator[Event]:
        """End an entry as somebody states, or move that end. The same end again changes nothing.

        Raises NoSuchEntry, EndsBeforeItBegins, EndsWithTheNext, EndsForAnotherReason and what the limit raises.
        """
        return self._within_limit(entries, self._end(entries, entry, valid_to, cause))

    def reopen(self, entries: Entries, entry: EntryId) -> Iterator[Event]:
        """Take back the stated end of an entry: it holds on, until the next one begins or it ends for another reason.

        Raises NoSuchEntry, AnotherEntryBegins and what the limit raises.
        """
        return self._within_limit(entries, self._reopen(entries, entry))

    def annul(self, entries: Entries, entry: EntryId, marker: Marker) -> Iterator[Event]:
        """Annul an entry: what it had taken the place of holds again. Raises NoSuchEntry and what the limit raises."""
        return self._within_limit(entries, self._annul(entries, entry, marker))

    def follow(self, entries: Entries, entry: EntryId, end: End | None) -> Iterator[Event]:
        """Let an entry end as follows from something else, such as a death, or not any more: None.

        An end that was stated for that day or before remains, as does the beginning of the next entry.
        """
        period = entries.period(entry)
        if end == period.following:
            return
        next_one = entries.after(period.track, period.valid_from)
        known = (period.stated_to, next_one.valid_from if next_one else None)
        if end is None or any(day is not None and day <= end.day for day in known):
            yield from self.restore(entries, entry)
        else:
            yield self._ended(period, end)

    def prevent(
        self, entries: Entries, entry: EntryId, cause: EntryEndCause, by: EntryId | None = None
    ) -> Iterator[Event]:
        """Let an entry not begin, because of a death or the like before it: what it had taken the place of holds on."""
        period = entries.period(entry)
        prevented = self._ended(period, End(period.valid_from, cause, by))
        yield prevented
        yield from self._restore_before(entry, entries.evolve(prevented))

    def restore(self, entries: Entries, entry: EntryId) -> Iterator[Event]:
        """Take back an end that follows from something else, if there is one: the entry holds, or begins, without it.

        One that had not held is left as it is if another begins on its day by now, or if the limit does not allow it.
        """
        period = entries.period(entry)
        if period.following is None or entries.begins_on(period.track, period.valid_from) not in (None, period):
            return
        facts = self._within_limit(entries, self._restore(entries, period))
        if not period.empty:
            yield from facts
            return
        try:
            yield from tuple(facts)
        except Refused:
            return

    def _enter(self, entries: Entries, new: Entered) -> Iterator[Event]:
        if new.valid_to is not None and new.valid_to <= new.valid_from:
            raise EndsBeforeItBegins
        if entries.begins_on(new.track, new.valid_from):
            raise AnotherEntryBegins
        yield new
        yield from self._succeed(entries, Period.of(new))

    def _correct(self, entries: Entries, wrong: EntryId, new: Entered) -> Iterator[Event]:
        for fact in self._annul(entries, wrong, Marker.CORRECTED):
            yield fact
            entries = entries.evolve(fact)
        yield from self._enter(entries, new)

    def _end(self, entries: Entries, entry: EntryId, valid_to: date, cause: EntryEndCause) -> Iterator[Event]:
        period = entries.period(entry)
        if valid_to < period.valid_from or (valid_to == period.valid_from and not period.entered.may_end_at_once):
            raise EndsBeforeItBegins
        next_one = entries.after(period.track, period.valid_from)
        same_day = entries.begins_on(period.track, period.valid_from)
        if (next_one and next_one.valid_from < valid_to) or (
            same_day not in (None, period) and valid_to != period.valid_from
        ):
            raise EndsWithTheNext
        if period.following is not None and period.following.day < valid_to:
            raise EndsForAnotherReason(period.following.cause)
        if valid_to != period.stated_to:
            yield self._ended(period, End(valid_to, cause))

    def _reopen(self, entries: Entries, entry: EntryId) -> Iterator[Event]:
        period = entries.period(entry)
        if entries.begins_on(period.track, period.valid_from) not in (None, period):
            raise AnotherEntryBegins
        if period.stated is not None:
            yield from self._take_back(entries, period, period.stated.cause or EntryEndCause.STATED)

    def _annul(self, entries: Entries, entry: EntryId, marker: Marker) -> Iterator[Event]:
        annulled = self.annulled(**entries.period(entry).entered.named, marker=marker)
        yield annulled
        yield from self._restore_before(entry, entries.evolve(annulled))

    def _restore(self, entries: Entries, period: Period) -> Iterator[Event]:
        cause = period.following.cause if period.following else None
        assert cause is not None, "an end that follows has a cause"
        left = period.without_end(cause)
        yield self._end_corrected(left, cause)
        yield from self._succeed(entries, left) if period.never_began else self._cut(entries, left)

    def _within_limit(self, entries: Entries, facts: Iterable[Event]) -> Iterator[Event]:
        """The facts, of which none may give days to an entry that the others do not allow."""
        changed: list[EntryId] = []
        for fact in facts:
            yield fact
            entries = entries.evolve(fact)
            if isinstance(fact, Entered | Ended | EndCorrected):
                changed.append(fact.entry)
        for period in entries.periods:
            if self.limit is not None and period.entry in changed and not period.empty:
                self.limit(entries, period)

    def _succeed(self, entries: Entries, new: Period) -> Iterator[Event]:
        """A period takes the place of the one before it, and ends where the next one begins."""
        before = entries.before(new.track, new.valid_from)
        if before and before.lasts_until(new.valid_from):
            yield self._succeeded(before, new.entered)
        yield from self._cut(entries, new)

    def _restore_before(self, entry: EntryId, entries: Entries) -> Iterator[Event]:
        """Without the entry, the one whose place it had taken holds on."""
        for before in entries.periods:
            if before.succeeded is not None and before.succeeded.by == entry:
                yield from self._take_back(entries, before, EntryEndCause.SUCCEEDED)

    def _take_back(self, entries: Entries, period: Period, cause: EntryEndCause) -> Iterator[Event]:
        """Without an end of that kind, a period ends where the next one begins or by another of its ends."""
        left = period.without_end(cause)
        yield self._end_corrected(left, cause)
        yield from self._cut(entries, left)

    def _cut(self, entries: Entries, period: Period) -> Iterator[Event]:
        """The end of a period where the next entry begins, if it would last as long."""
        next_one = entries.after(period.track, period.valid_from)
        if next_one and period.lasts_until(next_one.valid_from):
            yield self._succeeded(period, next_one.entered)

    def _succeeded(self, period: Period, by: Entered) -> Event:
        return self._ended(period, End(by.valid_from, EntryEndCause.SUCCEEDED, by.entry))

    def _ended(self, period: Period, end: End) -> Event:
        return self.ended(**period.entered.named, valid_to=end.day, cause=end.cause, by=end.by)

    def _end_corrected(self, left: Period, corrected: EntryEndCause) -> Event:
        cause = left.end.cause if left.end else None
        return self.end_corrected(**left.entered.named, valid_to=left.valid_to, cause=cause, corrected=corrected)
