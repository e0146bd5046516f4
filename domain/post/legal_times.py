"""The legal times of a message: when it was sent, arrived, was opened and was served.

A pure function of the message's records. Every time is the registration time of the first record that sets it, by the
database's clock, with two exceptions: `scheduled_for`, and the arrival of a message that was taken over from another
system, are instants that facts name. A later record never moves a time: not an exemption, a death, a correction, a
deletion or a letter on paper. Two are taken away: a service that a court found not to hold, and the arrival of a
message that was taken over by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.fact import Event
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.item import ItemDeleted, ItemDownloaded, ItemForwarded, ItemMoved, ItemOpened
from domain.post.message import (
    MessageMadeAvailable,
    MessageOpened,
    MessageRecalled,
    MessageRejected,
    MessageScheduled,
    NemSmsSent,
    ReleaseRefused,
    ServiceEffected,
)
from domain.post.service import ServiceAnnulled
from domain.post.submission import MessageSubmitted
from domain.record import Record

EFFECT_ORDER: tuple[type[Event], ...] = (
    MessageMadeAvailable,
    ArrivalImported,
    MessageRejected,
    ReleaseRefused,
    MessageRecalled,
    NemSmsSent,
    MessageSubmitted,
    ArrivalImportAnnulled,
)
"""The facts with legal effect, the greatest effect first: a message is proved by the first that it has.

One that was served is proved by the last fact about its service.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalTimes:
    """The times of one message's legal events, in UTC; None for an event that has not happened."""

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
    """Arrived (*kommet frem*): available to the addressee in the solution, or in the one before it, read or not,
    § 10 no. 1.
    """
    first_opened_at: datetime | None = None
    """First opened by somebody entitled (*først åbnet*): evidence of knowledge; no legal effect of ordinary post."""
    first_handled_at: datetime | None = None
    """First opened, moved, deleted, downloaded or forwarded (*håndteret*); marking it read or unread is no handling."""
    served_at: datetime | None = None
    """Served (*forkyndt*) by the first handling, retsplejeloven § 155(1) no. 3: deadlines that run from service run
    from here. A service by another method is on the day that its fact states; see the register of services. None after
    the court found that the service does not hold, until there is another.
    """


@dataclass(frozen=True, slots=True)
class LegalTime:
    """One of the legal times: its name, and the facts whose first record sets it."""

    name: str
    danish: str
    english: str
    facts: tuple[type[Event], ...]
    field: str | None = None
    """The field of the facts that names the instant; None: the record's registration time."""
    imported: tuple[type[Event], str] | None = None
    """The fact that takes the time over from another system, and its field that names the instant."""
    annulled: type[Event] | None = None
    """The fact after which it has not happened, and may happen again."""

    @property
    def sources(self) -> Mapping[type[Event], str | None]:
        """Every fact that sets it -> the field that names the instant; None: the record's registration time."""
        imported = () if self.imported is None else (self.imported,)
        return dict.fromkeys(self.facts, self.field) | dict(imported)


LEGAL_TIMES = (
    LegalTime("submitted_at", "Afsendt", "Submitted", (MessageSubmitted,)),
    LegalTime("rejected_at", "Afvist", "Rejected", (MessageRejected,)),
    LegalTime("scheduled_for", "Valørdato", "Held back until", (MessageScheduled,), "release_at"),
    LegalTime("recalled_at", "Tilbagekaldt", "Recalled", (MessageRecalled,)),
    LegalTime("refused_at", "Afvist ved frigivelse", "Refused at its release", (ReleaseRefused,)),
    LegalTime(
        "available_at",
        "Kommet frem",
        "Arrived",
        (MessageMadeAvailable,),
        imported=(ArrivalImported, "available_at"),
        annulled=ArrivalImportAnnulled,
    ),
    LegalTime("first_opened_at", "Først åbnet", "First opened", (MessageOpened,)),
    LegalTime(
        "first_handled_at",
        "Først håndteret",
        "First handled",
        (MessageOpened, ServiceEffected, ItemOpened, ItemMoved, ItemDeleted, ItemDownloaded, ItemForwarded),
    ),
    LegalTime("served_at", "Forkyndt", "Served", (ServiceEffected,), annulled=ServiceAnnulled),
)
"""The times in the order of LegalTimes; the register of messages, the pages and the programs are made from this."""


def legal_times(records: Iterable[Record]) -> LegalTimes:
    """The legal times of one message, from its records in any order; records of other facts change nothing."""
    times: dict[str, datetime] = {}
    for record in sorted(records, key=lambda record: record.position):
        for time in LEGAL_TIMES:
            if type(record.event) in time.sources:
                field = time.sources[type(record.event)]
                times.setdefault(time.name, getattr(record.event, field) if field else record.recorded_at)
            elif type(record.event) is time.annulled:
                times.pop(time.name, None)
    return LegalTimes(**times)
