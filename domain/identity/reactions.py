"""What follows for mandates from a death, a cessation, or the correction of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.identity.mandate import MandateEndCorrected, MandateEnded, MandateGranted
from domain.identity.mandate_commands import FollowPartiesOfMandate
from domain.reaction import Step
from domain.record import Record


def follows_parties(day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Every mandate of one who died or ceased ends or begins to hold, and holds as before after a correction."""
    for granted in (record.event for record in past):
        if isinstance(granted, MandateGranted):
            yield _follows(granted, day)


def follows_merging(event: MandateGranted, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """A mandate that an entry has by a merging ends no later than its giver and its holder.

    One of them may have died before, when the mandate that it follows had not ended yet.
    """
    if event.follows is not None:
        yield _follows(event, day)


def follows_change(event: MandateEnded | MandateEndCorrected, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """A mandate whose end was moved ends no later than its giver and its holder."""
    yield _follows(event, day)


def _follows(event: MandateGranted | MandateEnded | MandateEndCorrected, day: date) -> Step:
    command = FollowPartiesOfMandate(entry=event.entry, giver=event.party, held_by=event.held_by, on=day)
    return Step(command, about=event.entry)
