"""The routing of a letter (*routning*): to the contact point that it names, else the default one, else the mailbox.

Nothing is handed over to a recipient system, and no legal time depends on it. NgDP contact structure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.entry import Entries
from domain.fact import Event
from domain.identity.contact_point import ContactPointOpened
from domain.subject import CompanyId, EntryId, MessageId


class Route(StrEnum):
    """Where a letter lies."""

    CONTACT_POINT = "contact_point"
    """At the one that it names."""
    DEFAULT = "default"
    """At the recipient's default one, because the one that it names is closed or unknown."""
    MAILBOX = "mailbox"
    """In the mailbox, because no contact point takes it."""


class MessageRouted(Event):
    """Where a letter that names a contact point lies (*routning*), by what was open on the day of its arrival.

    It moves no legal time: what is in the mailbox has arrived. digst.dk, vejledninger.
    """

    once = True

    message: MessageId
    recipient: CompanyId
    contact_point: UUID
    """The one that the letter names."""
    route: Route
    entry: EntryId | None
    """The entry of the contact point that takes it; None of the mailbox."""


@dataclass(frozen=True, slots=True)
class Address:
    """To which contact point a letter is addressed, and the contact points of its recipient."""

    recipient: CompanyId
    contact_point: UUID
    points: Entries

    def routed(self, message: MessageId, day: date) -> Iterator[Event]:
        """The routing of the letter, which arrives on the day."""
        route, entry = self._route(day)
        yield MessageRouted(
            message=message, recipient=self.recipient, contact_point=self.contact_point, route=route, entry=entry
        )

    def _route(self, day: date) -> tuple[Route, EntryId | None]:
        named = self.points.on(day, str(self.contact_point))
        if named is not None:
            return Route.CONTACT_POINT, named.entry
        for period in self.points.periods:
            if period.holds(day) and isinstance(period.entered, ContactPointOpened) and period.entered.default:
                return Route.DEFAULT, period.entry
        return Route.MAILBOX, None
