"""Outages: records them as operators' acts, and finds those that belong to the evidence of a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from adapters.ledger.entry import Criterion, Entry, record_of
from bin.application.application import Application
from bin.application.operations.record import operator_request
from domain.entities import FACTS, fact_class
from domain.identity.cvr import CvrNumber
from domain.post.message import MessageMadeAvailable
from domain.post.outage import SYSTEMS, Outages
from domain.post.outage_commands import OutageCommand
from domain.record import Record

AROUND = timedelta(days=7)
"""How long before and after an arrival an outage belongs to its evidence; our decision."""


def record_outage(
    application: Application, command: OutageCommand, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    """Record what an operator reports of an outage. Raises the refusals of the command."""
    handler = application.keyless_handler
    request = operator_request(application, authority=authority.value, case=case)
    return handler.records_of(handler.execute(command, request))


def outages_around_arrival(application: Application, message: Sequence[Entry], known: int) -> list[Entry]:
    """The facts about the outages around the arrival of a message, of which these are the facts, as far as known."""
    arrivals = [entry.recorded_at for entry in message if fact_class(entry.name) is MessageMadeAvailable]
    if not arrivals or arrivals[0] is None:
        return []
    return [entry for system in SYSTEMS for entry in _around(application, Criterion((system,)), arrivals[0], known)]


def _around(application: Application, criterion: Criterion, arrival: datetime, known: int) -> Iterator[Entry]:
    """The facts about one system's outages that overlap the days before and after the arrival."""
    entries = application.ledger.entries((criterion,), until=known)
    outages = Outages()
    for entry in entries:
        outages = outages.evolve(record_of(entry, FACTS).event)
    near = {
        outage.outage
        for outage in outages.known
        if outage.began_at <= arrival + AROUND and not outage.over(arrival - AROUND)
    }
    for entry in entries:
        if entry.subject in near:
            yield entry
