"""What follows for the letters that wait, when an outage ends earlier than was expected or was none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.fact import Event
from domain.post.outage import OutageAnnulled, OutageEnded
from domain.post.postponement import ReleasePostponed
from domain.post.release_commands import ReleaseMessage
from domain.reaction import Step
from domain.record import Record

ENDS_OF_OUTAGES: tuple[type[Event], ...] = (OutageEnded, OutageAnnulled)


def releases_waiting(event: OutageEnded | OutageAnnulled, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """The letters arrive, or wait less; each in its own case."""
    waits = {
        record.event.message: (record.event, record.context.case)
        for record in past
        if isinstance(record.event, ReleasePostponed)
    }
    for message, (wait, case) in waits.items():
        if isinstance(event, OutageAnnulled) or event.ended_at < wait.release_at:
            release = ReleaseMessage(message=message, sender=wait.sender, recipient=wait.recipient, due=wait.release_at)
            yield Step(release, case=case, about=message)
