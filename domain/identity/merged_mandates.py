"""The mandates of an entry that was merged: who held or gave them acts and is acted for as the entry that remains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import uuid5

from domain.context import Context
from domain.entry import End, Entries, EntryEndCause, Marker, Period
from domain.fact import SEALED, Event
from domain.identity.mandate import MANDATES, MandateGranted, Representation
from domain.subject import EntryId, PersonId


def follow(
    context: Context, person: PersonId, into: PersonId, merged: Representation, remains: Representation
) -> Iterator[Event]:
    """Grant the entry that remains what the merged one held or gave and what has not ended, from today.

    Left out is what it has already, for as long as it has that, and what the two entries gave each other. What ended
    by the death of the merged entry alone goes on as what the death of the other ends: if that was a mistake, the human
    lives, and it holds again.
    """
    remaining, own = remains.mandates, _but_for_death(remains)
    for period in _but_for_death(merged).periods:
        new = _for(context, _granted(period), period, person, into)
        if new.party == new.held_by:
            continue
        for begins in _not_held(own, new, period):
            for fact in MANDATES.enter(remaining, _from(context, new, begins)):
                yield fact
                remaining = remaining.evolve(fact)


def _but_for_death(party: Representation) -> Entries:
    """The mandates of an entry as if they did not end by its own death."""
    died_on, mandates = party.existence.ended_on, party.mandates
    if died_on is None:
        return mandates
    periods = (
        period.without_end(EntryEndCause.DEATH)
        if period.following == End(max(died_on, period.valid_from), EntryEndCause.DEATH)
        else period
        for period in mandates.periods
    )
    return mandates.but(periods=tuple(periods))


def _not_held(own: Entries, new: MandateGranted, period: Period) -> Iterator[date]:
    """Each day, until the mandate ends, from which the entry that remains does not have it of its own."""
    day: date | None = new.valid_from
    while day is not None and period.lasts_until(day):
        held = own.on(day, new.track)
        if held is not None:
            day = held.valid_to
            continue
        yield day
        following = own.after(new.track, day)
        day = following.valid_from if following else None


def _from(context: Context, new: MandateGranted, begins: date) -> MandateGranted:
    """The mandate from that day: an entry of its own if it begins after another one of the entry that remains."""
    if begins == new.valid_from:
        return new
    entry = EntryId(uuid5(context.command, f"{MANDATES.name} {new.follows} {begins}"))
    return new.model_copy(update={"entry": entry, "valid_from": begins})


def end_together(before: Entries, facts: Iterable[Event], entry: EntryId, cause: EntryEndCause) -> Iterator[Event]:
    """Facts by which a mandate ends, or has no end; and the same for what is one mandate with it since a merging.

    It is seen by who was not merged: to that party the two entries are of one human, who holds or gave one mandate.
    """
    entries, old = before, before.period(entry).stated_to
    for fact in facts:
        yield fact
        entries = entries.evolve(fact)
    new = entries.period(entry).stated_to
    for same in [each for each in _one_mandate(entries, entry) if each != entry]:
        for fact in _ended_with(entries, entries.period(same), old, new, cause):
            yield fact
            entries = entries.evolve(fact)


def annul_together(entries: Entries, facts: Iterable[Event], entry: EntryId) -> Iterator[Event]:
    """Facts by which a mandate never held; nor did what follows it since a merging."""
    following = [period.entry for period in entries.periods if entry in _followed(entries, period.entry)]
    for fact in facts:
        yield fact
        entries = entries.evolve(fact)
    for same in following:
        for fact in MANDATES.annul(entries, same, Marker.ANNULLED):
            yield fact
            entries = entries.evolve(fact)


def _ended_with(
    entries: Entries, period: Period, old: date | None, new: date | None, cause: EntryEndCause
) -> Iterator[Event]:
    """One that ended as the other did ends as that does now; one that would last longer ends with it."""
    if entries.begins_on(period.track, period.valid_from) not in (None, period):
        return iter(())
    as_the_other = old is not None and period.stated_to == max(old, period.valid_from)
    following = entries.after(period.track, period.valid_from)
    if new is None or (following and following.valid_from < new):
        return MANDATES.reopen(entries, period.entry) if as_the_other else iter(())
    day = max(new, period.valid_from)
    return MANDATES.end(entries, period.entry, day, cause) if as_the_other or period.lasts_until(day) else iter(())


def _one_mandate(entries: Entries, entry: EntryId) -> list[EntryId]:
    """The entries that are one mandate with that one: what it follows, and what follows the same."""
    first = (_followed(entries, entry) or [entry])[-1]
    return [each.entry for each in entries.periods if first in {each.entry, *_followed(entries, each.entry)}]


def _followed(entries: Entries, entry: EntryId) -> list[EntryId]:
    """The entries that the one follows, from one merging to the one before."""
    follows = {each.entry: _granted(each).follows for each in entries.periods}
    followed: list[EntryId] = []
    while (entry_before := follows.get(entry)) is not None and entry_before in follows:
        followed.append(entry := entry_before)
    return followed


def take_back(merged: Entries, remaining: Entries) -> Iterator[Event]:
    """Annul the mandates that the entry that remains has from the merged one: they are two humans."""
    own = {period.entry for period in merged.periods}
    for period in remaining.periods:
        if _granted(period).follows in own:
            for fact in MANDATES.annul(remaining, period.entry, Marker.ANNULLED):
                yield fact
                remaining = remaining.evolve(fact)


def _for(context: Context, granted: MandateGranted, period: Period, person: PersonId, into: PersonId) -> MandateGranted:
    """The same mandate, of the entry that remains."""
    return granted.model_copy(
        update={
            "entry": EntryId(uuid5(context.command, f"{MANDATES.name} {granted.entry}")),
            "party": into if granted.party == person else granted.party,
            "held_by": into if granted.held_by == person else granted.held_by,
            "valid_from": max(granted.valid_from, context.today),
            "valid_to": period.stated_to,
            "document": None if granted.document is SEALED else granted.document,
            "follows": granted.entry,
        }
    )


def _granted(period: Period) -> MandateGranted:
    assert isinstance(period.entered, MandateGranted), "a mandate is entered by its own fact"
    return period.entered
