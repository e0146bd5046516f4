"""The agenda: which acts fall due when, by the facts that set their time."""

from __future__ import annotations

import heapq
from datetime import datetime
from itertools import count

from domain.danish_time import start_of_day
from domain.due import Due, DueKind
from domain.fact import Event
from domain.identity.person import NameAndAddressProtected
from domain.nemkonto.designation import ActivationLetterOrdered
from domain.post.mail_registration import MailRegistrationAnnounced
from domain.post.message import MessageScheduled

SETS_A_TIME: tuple[type[Event], ...] = (
    MessageScheduled,
    MailRegistrationAnnounced,
    ActivationLetterOrdered,
    NameAndAddressProtected,
)
"""The facts after which something falls due by itself."""


def due_by(event: Event) -> Due | None:
    """What falls due by a fact, and when; None for a fact that sets no time."""
    match event:
        case MessageScheduled():
            return Due(kind=DueKind.RELEASE, subject=event.message, due_at=event.release_at, also=event.recipient)
        case MailRegistrationAnnounced():
            return Due(kind=DueKind.REGISTRATION, subject=event.recipient, due_at=start_of_day(event.effective_on))
        case ActivationLetterOrdered():
            return Due(
                kind=DueKind.ACTIVATION_EXPIRY,
                subject=event.designation,
                due_at=event.valid_until,
                also=event.payee,
            )
        case NameAndAddressProtected():
            return Due(kind=DueKind.PROTECTION_LAPSE, subject=event.person, due_at=start_of_day(event.until))
        case _:
            return None


class Schedule:
    """What will fall due, in the order of its time."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Due]] = []
        self._numbers = count()

    def add(self, due: Due) -> None:
        """Remember that something will fall due."""
        heapq.heappush(self._waiting, (due.due_at, next(self._numbers), due))

    def take(self, now: datetime, limit: int) -> list[Due]:
        """Take out what has fallen due by now, the earliest first."""
        taken: list[Due] = []
        while self._waiting and self._waiting[0][0] <= now and len(taken) < limit:
            taken.append(heapq.heappop(self._waiting)[2])
        return taken

    @property
    def next_at(self) -> datetime | None:
        """When something falls due next; None when nothing will."""
        return self._waiting[0][0] if self._waiting else None
