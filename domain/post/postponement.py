"""The wait of a message that was due while nothing could arrive."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.fact import Event
from domain.subject import MessageId, OutageId, PartyId


class PostponementCause(StrEnum):
    """Why a message that was due could not arrive."""

    OUTAGE = "outage"
    """Of the whole platform."""
    TRANSITION_PERIOD = "transition_period"


class ReleasePostponed(Event):
    """The message was due and waits, because nothing can arrive now (*udskudt*). LBK 686/2021 §§ 10 and 10 d.

    It is due again at `release_at`, or when the outage ends earlier; it waits again if nothing can arrive then.
    """

    message: MessageId
    sender: PartyId
    recipient: PartyId
    release_at: datetime
    cause: PostponementCause
    outage: OutageId | None
    """The outage that it waits for, which may end earlier or later than `release_at`."""
    rule: str | None
    """The rule and its version by which nothing arrives; None where an outage is the cause."""
