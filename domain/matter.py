"""Matters: one kind of entry each, with its four facts and the decisions that every matter shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import uuid5

from domain.command import Consulted, Entity
from domain.context import Context
from domain.entry import (
    Annulled,
    AnotherEntryBegins,
    EndCorrected,
    Ended,
    EndsBeforeItBegins,
    EndsWithTheNext,
    Entered,
    Entries,
    EntryEndCause,
    Marker,
    Period,
)
from domain.fact import Event
from domain.subject import EntryId, PartyId


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
    ) -> None:
        self.name = name
        self.ended = ended
        self.end_corrected = end_corrected
        self.annulled = annulled
        self.facts = (entered, ended, end_corrected, annulled)
        self.legal_basis = legal_basis
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

        Raises EndsBeforeItBegins and AnotherEntryBegins.
        """
        if new.valid_to is not None and new.valid_to <= new.valid_from:
            raise EndsBeforeItBegins
        if entries.begins_on(new.track, new.valid_from):
            raise AnotherEntryBegins
        yield new
        yield from self._succeed(Period.of(new), entries)

    def enter_or_correct(self, entries: Entries, new: Entered) -> Iterator[Event]:
        """As enter; but an entry of the same track from the same day is annulled: the new one says it rightly."""
        wrong = entries.begins_on(new.track, new.valid_from)
        yield from self.correct(entries, wrong.entry, new) if wrong else self.enter(entries, new)

    def correct(self, entries: Entries, wrong: EntryId, new: Entered) -> Iterator[Event]:
        """Annul an entry and enter what is right. Raises what annul and enter raise."""
        for fact in self.annul(entries, wrong, Marker.CORRECTED):
            yield fact
            entries = entries.evolve(fact)
        yield from self.enter(entries, new)

    def end(
        self, entries: Entries, entry: EntryId, valid_to: date, cause: EntryEndCause = EntryEndCause.STATED
    ) -> Iterator[Event]:
        """End an entry as somebody states, or move its end. The same end again changes nothing.

        Raises NoSuchEntry, EndsBeforeItBegins and EndsWithTheNext.
        """
        period = entries.period(entry)
        if valid_to < period.valid_from or (valid_to == period.valid_from and not period.entered.may_end_at_once):
            raise EndsBeforeItBegins
        following = entries.after(period.track, period.valid_from)
        same_day = entries.begins_on(period.track, period.valid_from)
        if (following and following.valid_from < valid_to) or (
            same_day not in (None, period) and valid_to != period.valid_from
        ):
            raise EndsWithTheNext
        if valid_to != period.stated_to:
            yield self.ended(**period.entered.named, valid_to=valid_to, cause=cause)

    def reopen(self, entries: Entries, entry: EntryId) -> Iterator[Event]:
        """Take back the stated end of an entry: it holds on, until the next one begins.

        Raises NoSuchEntry and AnotherEntryBegins.
        """
        period = entries.period(entry)
        if entries.begins_on(period.track, period.valid_from) not in (None, period):
            raise AnotherEntryBegins
        if period.stated_to is not None:
            yield self.end_corrected(**period.entered.named, valid_to=None)
            yield from self._cut(replace(period, stated_to=None), entries)

    def annul(self, entries: Entries, entry: EntryId, marker: Marker) -> Iterator[Event]:
        """Annul an entry: what it had taken the place of holds again. Raises NoSuchEntry."""
        period = entries.period(entry)
        annulled = self.annulled(**period.entered.named, marker=marker)
        yield annulled
        yield from self._restore_before(period, entries.evolve(annulled))

    def fall(
        self,
        entries: Entries,
        period: Period,
        cause: EntryEndCause = EntryEndCause.DEATH,
        by: EntryId | None = None,
    ) -> Iterator[Event]:
        """An entry that would have begun after a death, or a return, does not: what it had replaced holds on."""
        fallen = self.ended(**period.entered.named, valid_to=period.valid_from, cause=cause, by=by)
        yield fallen
        yield from self._restore_before(period, entries.evolve(fallen))

    def come_back(self, entries: Entries, period: Period) -> Iterator[Event]:
        """An entry that fell holds as before, unless another begins on its day by now."""
        if entries.begins_on(period.track, period.valid_from) is None:
            yield self.end_corrected(**period.entered.named, valid_to=period.stated_to)
            yield from self._succeed(period, entries)

    def restore(self, period: Period, entries: Entries) -> Iterator[Event]:
        """Take back an end that nobody stated: the entry holds as was stated, or until the next one begins."""
        yield self.end_corrected(**period.entered.named, valid_to=period.stated_to)
        yield from self._cut(period, entries)

    def _succeed(self, new: Period, entries: Entries) -> Iterator[Event]:
        """A period takes the place of the one before it, and ends where the next one begins."""
        before = entries.before(new.track, new.valid_from)
        if before and (before.valid_to is None or new.valid_from < before.valid_to):
            yield self._succeeded(before, new.entered)
        yield from self._cut(new, entries)

    def _restore_before(self, period: Period, entries: Entries) -> Iterator[Event]:
        """Without the period, the one before it holds on if the period had taken its place."""
        before = entries.before(period.track, period.valid_from)
        if before and before.cause is EntryEndCause.SUCCEEDED and before.valid_to == period.valid_from:
            yield from self.restore(before, entries)

    def _cut(self, period: Period, entries: Entries) -> Iterator[Event]:
        """The end of a period where the next entry begins, if it would last as long."""
        following = entries.after(period.track, period.valid_from)
        if following and period.outlasts(following.valid_from):
            yield self._succeeded(period, following.entered)

    def _succeeded(self, period: Period, by: Entered) -> Event:
        return self.end_with(period, by.valid_from, EntryEndCause.SUCCEEDED, by.entry)

    def end_with(self, period: Period, valid_to: date, cause: EntryEndCause, by: EntryId) -> Event:
        """The end of an entry that follows from another entry, also of another matter."""
        return self.ended(**period.entered.named, valid_to=valid_to, cause=cause, by=by)
