"""What follows for the post of one who became exempt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.danish_time import day_of, months_before
from domain.policy import RESEND_WINDOW_MONTHS
from domain.post.exemption import ExemptionEntered
from domain.post.item import ItemDeleted
from domain.post.message import MessageMadeAvailable, MessageOpened
from domain.post.paper_commands import UNOPENED_MAX, SendUnopenedOnPaper
from domain.post.unavailability import MessageMadeUnavailable
from domain.reaction import Step
from domain.record import Record


def resends_unopened(event: ExemptionEntered, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Unopened post of the last months goes on paper, if the exempt wish it; its arrival does not move."""
    if not event.resend_unopened:
        return
    since = months_before(day, RESEND_WINDOW_MONTHS.on(day).value)
    gone = MessageOpened | ItemDeleted | MessageMadeUnavailable
    seen = {record.event.message for record in past if isinstance(record.event, gone)}
    unopened = [
        record.event.message
        for record in past
        if isinstance(record.event, MessageMadeAvailable)
        and record.event.recipient == event.party
        and day_of(record.recorded_at) >= since
        and record.event.message not in seen
    ]
    if unopened:
        newest = tuple(unopened[-UNOPENED_MAX:])
        yield Step(SendUnopenedOnPaper(recipient=event.party, exemption=event.entry, messages=newest))
