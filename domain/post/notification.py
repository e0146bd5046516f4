"""Notifications (*advisering*) of a letter by SMS, e-mail or app: sent or failed, as the gateway reports, also later.

None has a legal effect: a letter arrives when it is available, also if nobody was notified (LBK 686/2021 § 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from domain.command import Command, Consulted, Entity, Refused, State
from domain.context import Context
from domain.fact import Event
from domain.post.dispute_commands import arrived_at
from domain.post.message import MESSAGE, Message
from domain.subject import MessageId, NotificationId, PartyId


class NotificationMeans(StrEnum):
    """How a recipient is notified of a new letter."""

    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"


class FailureCause(StrEnum):
    """Why a recipient was not notified."""

    NO_ADDRESS = "no_address"
    """The recipient has registered no number, e-mail address or device for it."""
    REJECTED = "rejected"
    """The gateway did not accept it."""
    UNDELIVERED = "undelivered"
    """The number, mailbox or device did not accept it, or is no longer in use."""
    EXPIRED = "expired"
    """It was not delivered within the gateway's time."""


class NotificationFact(Event):
    """The fields of each report about a notification."""

    notification: NotificationId
    """One attempt by one means: what is sent and fails later has the same."""
    message: MessageId
    recipient: PartyId
    means: NotificationMeans
    happened_at: datetime
    """When it happened, in UTC, as the gateway states it; the record's registration time says when we learned it."""


class RecipientNotified(NotificationFact):
    """The recipient was notified that a letter has arrived (*adviseret*); it has no legal effect. LBK 686/2021 § 10."""


class NotificationFailed(NotificationFact):
    """The notification of a letter failed (*advisering mislykkedes*); the letter arrived all the same."""

    cause: FailureCause


@dataclass(frozen=True, slots=True)
class Notification(State):
    """What was reported about one notification."""

    reports: tuple[NotificationFact, ...] = ()

    def evolve(self, event: Event) -> Self:
        return self.but(reports=(*self.reports, event)) if isinstance(event, NotificationFact) else self


class ReportedTooEarly(Refused):
    """A notification is reported when it was sent or has failed. Check the time."""


class AnotherNotification(Refused):
    """This notification is of another letter, or by another means. Name the right one, or none for a new one."""


class RecordNotification(Command[Message, Notification]):
    """Record that the recipient was notified of the letter, or that it failed.

    The same report, with the same time, changes nothing.
    """

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    notification: NotificationId
    means: NotificationMeans
    happened_at: datetime | None = None
    """None: now."""
    failed: FailureCause | None = None
    """None: the recipient was notified."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The letter, and what was reported about the notification."""
        return MESSAGE.of(self.message), NOTIFICATION.of(self.notification)

    def decide(self, context: Context, message: Message, notification: Notification) -> Iterator[Event]:
        """Record each attempt; raises NothingArrived, ReportedTooEarly and AnotherNotification."""
        about: dict[str, Any] = {
            "notification": self.notification,
            "message": self.message,
            "recipient": arrived_at(message),
            "means": self.means,
            "happened_at": self.happened_at or context.now,
        }
        if about["happened_at"] > context.now:
            raise ReportedTooEarly
        if any((report.message, report.means) != (self.message, self.means) for report in notification.reports):
            raise AnotherNotification
        report = NotificationFailed(**about, cause=self.failed) if self.failed else RecipientNotified(**about)
        if report not in notification.reports:
            yield report


NOTIFICATION = Entity(
    "notification",
    Notification(),
    {"RecipientNotified": RecipientNotified, "NotificationFailed": NotificationFailed},
)
