"""The mailbox item: how a reader keeps a message that has arrived (read, moved, deleted), without any legal effect.

Nothing here touches the legal clock. What has legal effect, the first opening and service, is the message's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.command import Entity, State
from domain.fact import Event
from domain.message import Channel
from domain.subject import MessageId, PartyId


class Folder(StrEnum):
    """Where in the mailbox an item lies."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    OWN = "own"
    """A folder that the owner made; its name is the owner's and is not recorded."""
    DELETED = "deleted"
    """The bin, from which an item can be moved back."""


class ItemFact(Event):
    """What every fact of an item names: the message, whose mailbox it lies in, who acted, and where."""

    message: MessageId
    recipient: PartyId
    reader: PartyId
    channel: Channel


class ItemOpened(ItemFact):
    """A reader opened the item, the first time or again (*læst*); the log of who read what, GDPR art. 5(2)."""


class ItemMarkedRead(ItemFact):
    """A reader marked the item as read without opening it (*markeret som læst*)."""


class ItemMarkedUnread(ItemFact):
    """A reader marked the item as unread (*markeret som ulæst*); that it was opened stands."""


class ItemMoved(ItemFact):
    """A reader moved the item to another folder (*flyttet*)."""

    folder: Folder


class ItemDeleted(ItemFact):
    """The owner deleted the item from the mailbox for good (*slettet*), BEK 1553/2013 § 14(1)."""

    once = True


class ItemDownloaded(ItemFact):
    """A reader took a copy of the item home (*hentet*)."""


@dataclass(frozen=True, slots=True)
class Item(State):
    """What a decision must know about one item; its read mark is one for all its readers."""

    read: bool = False
    folder: Folder = Folder.INBOX
    deleted: bool = False

    def evolve(self, event: Event) -> Item:
        """Remember how the item is kept."""
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
                return self


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
    },
)
