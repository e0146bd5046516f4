"""The arrival of a message in another system, taken over with its own legal time."""

from __future__ import annotations

from datetime import datetime

from domain.fact import Event, Personal, Retention
from domain.subject import MessageId, PartyId


class ArrivalImported(Event):
    """An arrival in another system was taken over (*overtaget ankomst*): the message arrived there at `available_at`.

    LBK 686/2021 § 10 no. 1: an arrival has its effect when it happens, and keeps it when its solution is replaced
    (assumed: no paragraph on the replacement was seen). The record's registration time says when we learned it.
    """

    holder = "recipient"
    retention = Retention.POST
    once = True

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
