"""The mailbox item: how readers open, move and delete a message that has arrived.

Post has its legal effect read or not (LBK 686/2021 § 10 no. 1), so no fact of the item changes arrival or service.
The first opening and the service of a summons are facts of the message; a reader's act causes them, so they are decided
here, in one decision with the item's own fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.fact import Event
from domain.post.message import ReadersFact
from domain.post.service import NOT_REQUESTED, SERVICE, Service
from domain.post.unavailability import NOTHING_FOUND, UNAVAILABILITY, Unavailability


class Folder(StrEnum):
    """Where in the mailbox an item lies."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    OWN = "own"
    """A folder that the owner made; its name is the owner's and is not recorded."""
    DELETED = "deleted"
    """The bin, from which an item can be moved back."""


class ForwardedTo(StrEnum):
    """To whom a reader forwards a message."""

    AUTHORITY = "authority"
    TRUSTED = "trusted"
    """Somebody whom the reader trusts (*betroet modtager*), within Digital Post."""
    EMAIL = "email"
    """An e-mail address, outside Digital Post."""


class ItemOpened(ReadersFact):
    """A reader opened the item, the first time or again (*læst*); the log of who read what, GDPR art. 5(2)."""


class ItemMarkedRead(ReadersFact):
    """A reader marked the item as read without opening it (*markeret som læst*)."""


class ItemMarkedUnread(ReadersFact):
    """A reader marked the item as unread (*markeret som ulæst*); it remains opened."""


class ItemMoved(ReadersFact):
    """A reader moved the item to another folder (*flyttet*)."""

    folder: Folder


class ItemDeleted(ReadersFact):
    """The owner deleted the item from the mailbox for good (*slettet*), BEK 1553/2013 § 14(1)."""

    once = True


class ItemDownloaded(ReadersFact):
    """A reader downloaded a copy of the item (*hentet*)."""


class ItemForwarded(ReadersFact):
    """A reader forwarded the item (*videresendt*); the item stays where it is, and the copy is a message of its own."""

    to: ForwardedTo


@dataclass(frozen=True, slots=True)
class Item(State):
    """The state of one item; all its readers share its read mark."""

    read: bool = False
    folder: Folder = Folder.INBOX
    deleted: bool = False
    service: Service = NOT_REQUESTED
    """Of its message, which the item's first handling may serve."""
    unavailability: Unavailability = NOTHING_FOUND

    def evolve(self, event: Event) -> Self:
        """The read mark, the folder, whether it is deleted or unavailable, and the service of its message."""
        match event:
            case ItemOpened() | ItemMarkedRead():
                return self.but(read=True)
            case ItemMarkedUnread():
                return self.but(read=False)
            case ItemMoved():
                return self.but(folder=event.folder)
            case ItemDeleted():
                return self.but(deleted=True)
            case _:
                return self.but(service=self.service.evolve(event), unavailability=self.unavailability.evolve(event))


ITEM = Entity(
    "item",
    Item(),
    {
        "ItemOpened": ItemOpened,
        "ItemMarkedRead": ItemMarkedRead,
        "ItemMarkedUnread": ItemMarkedUnread,
        "ItemMoved": ItemMoved,
        "ItemDeleted": ItemDeleted,
        "ItemDownloaded": ItemDownloaded,
        "ItemForwarded": ItemForwarded,
    },
    follows=(*SERVICE.facts(), *UNAVAILABILITY.facts()),
)
