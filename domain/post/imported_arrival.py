"""The arrival of a message in another system, taken over with its own legal time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.fact import Event, Personal, Retention
from domain.record import Record
from domain.subject import MessageId, PartyId


class ArrivalImported(Event):
    """An arrival in another system was taken over (*overtaget ankomst*): the message arrived there at `available_at`.

    LBK 686/2021 § 10 no. 1: an arrival has its effect when it happens, and keeps it when its solution is replaced
    (assumed: no paragraph on the replacement was seen). The record's registration time says when we learned it.
    """

    holder = "recipient"
    retention = Retention.POST

    message: MessageId
    sender: PartyId | None
    """None when nobody such is registered."""
    recipient: PartyId
    available_at: datetime
    """When it was available to its addressee there, in UTC."""
    system: str
    """The system from which it was taken over."""
    evidence_sha256: Personal[str]
    """In hexadecimal, of the evidence of the arrival, which is kept outside the ledger."""


class ArrivalImportAnnulled(Event):
    """What was taken over is wrong (*overtaget ankomst annulleret*): the message did not arrive there then.

    The right arrival may be taken over in its place. LBK 686/2021 § 10 no. 1.
    """

    message: MessageId
    sender: PartyId | None
    recipient: PartyId


def without_annulled_imports(records: Iterable[Record]) -> list[Record]:
    """The records, without the arrivals that were taken over by mistake."""
    known = list(records)
    annulled = {each.event.message: each.position for each in known if isinstance(each.event, ArrivalImportAnnulled)}
    return [
        each
        for each in known
        if not isinstance(each.event, ArrivalImported) or each.position > annulled.get(each.event.message, 0)
    ]
