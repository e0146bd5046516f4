"""The mandates of an entry that was merged: who held or gave them acts and is acted for as the entry that remains."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid5

from domain.context import Context
from domain.entry import Entries, Marker, Period
from domain.fact import SEALED, Event
from domain.identity.mandate import MANDATES, MandateGranted
from domain.subject import EntryId, PersonId


def follow(context: Context, person: PersonId, into: PersonId, merged: Entries, remaining: Entries) -> Iterator[Event]:
    """Grant the entry that remains what the merged one held or gave and what has not ended, from today.

    What it has already, and what the two entries gave each other, is left out.
    """
    own = remaining
    for period in merged.periods:
        granted = period.entered
        assert isinstance(granted, MandateGranted), "a mandate is entered by its own fact"
        new = _for(context, granted, period, person, into)
        ended = period.valid_to is not None and period.valid_to <= new.valid_from
        if ended or new.party == new.held_by or own.on(new.valid_from, new.track):
            continue
        for fact in MANDATES.enter(remaining, new):
            yield fact
            remaining = remaining.evolve(fact)


def take_back(merged: Entries, remaining: Entries) -> Iterator[Event]:
    """Annul the mandates that the entry that remains has from the merged one: they are two humans."""
    own = {period.entry for period in merged.periods}
    for period in remaining.periods:
        assert isinstance(period.entered, MandateGranted), "a mandate is entered by its own fact"
        if period.entered.follows in own:
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
