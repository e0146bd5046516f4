"""The legal clock: the law's answer to when a message was sent, arrived, was opened and was served.

One pure function of the message's records. Every hand is a registration time, which is the database's clock and no
sender's, reader's or server's; only `scheduled_for` is an instant that a fact names. Every hand shows the first record
of its fact and is never moved again: not by an exemption, a death, a correction, a deletion or a letter on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.fact import Event
from domain.post.item import ItemDeleted, ItemDownloaded, ItemMoved, ItemOpened
from domain.post.message import (
    MessageMadeAvailable,
    MessageOpened,
    MessageRecalled,
    MessageRejected,
    MessageScheduled,
    MessageSubmitted,
    ReleaseRefused,
    ServiceEffected,
)
from domain.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalTimes:
    """When each thing of law happened to one message; None: it has not. Instants are aware, in UTC."""

    submitted_at: datetime | None = None
    """Handed to the solution (*afsendt*); no arrival yet. LBK 686/2021 § 10 speaks of availability only."""
    rejected_at: datetime | None = None
    """Rejected as INVALID or NOT_ALLOWED (*afvist*): it never arrives."""
    scheduled_for: datetime | None = None
    """The instant at which its value date (*valørdato*) lets it be released; not an arrival, MeMo."""
    recalled_at: datetime | None = None
    """Recalled by its sender before release (*tilbagekaldt*): it never arrives."""
    refused_at: datetime | None = None
    """Refused at its release, because its recipient could no longer be reached, §§ 3 to 5: it never arrives."""
    available_at: datetime | None = None
    """Available to the addressee in the solution (*tilgængelig*), § 10 no. 1."""
    first_opened_at: datetime | None = None
    """First opened by somebody entitled (*først åbnet*): evidence of knowledge; no legal effect of ordinary post."""
    first_handled_at: datetime | None = None
    """First opened, moved, deleted or downloaded (*håndteret*); marking it read or unread is no handling."""
    served_at: datetime | None = None
    """Served (*forkyndt*), retsplejeloven § 155: deadlines that run from service run from here."""

    @property
    def arrived_at(self) -> datetime | None:
        """Arrived (*kommet frem*): when it was made available, read or not, § 10 no. 1."""
        return self.available_at


LEGAL_TIMES: Mapping[type[Event], tuple[str, ...]] = MappingProxyType(
    {
        MessageSubmitted: ("submitted_at",),
        MessageRejected: ("rejected_at",),
        MessageRecalled: ("recalled_at",),
        ReleaseRefused: ("refused_at",),
        MessageMadeAvailable: ("available_at",),
        MessageOpened: ("first_opened_at", "first_handled_at"),
        ServiceEffected: ("served_at", "first_handled_at"),
        ItemOpened: ("first_handled_at",),
        ItemMoved: ("first_handled_at",),
        ItemDeleted: ("first_handled_at",),
        ItemDownloaded: ("first_handled_at",),
    }
)
"""Which hands each fact sets, when its record is the first of its kind."""


def legal_times(records: Iterable[Record]) -> LegalTimes:
    """The clock of one message, from its records in any order; records of other facts change nothing.

    The records are those about one message (its history); those of two messages would be two clocks in one.
    """
    hands: dict[str, datetime] = {}
    for record in sorted(records, key=lambda record: record.position):
        if isinstance(record.event, MessageScheduled):
            hands.setdefault("scheduled_for", record.event.release_at)
        for hand in LEGAL_TIMES.get(type(record.event), ()):
            hands.setdefault(hand, record.recorded_at)
    return LegalTimes(**hands)
