"""The mailbox item: how readers open, move and delete a message that has arrived.

Post has its legal effect read or not (LBK 686/2021 § 10 no. 1), so no fact of the item changes arrival or service.
The first opening and the service of a summons are facts of the message; a reader's act causes them, so they are decided
here, in one decision with the item's own fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from domain.command import Attempt, Command, Consulted, Entity, Refused, State
from domain.context import Context
from domain.fact import Event
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.mandate import REPRESENTATION, MandateScope, Representation
from domain.post.message import MESSAGE, Channel, Handling, Message, MessageOpened, ReadersFact, ServiceEffected
from domain.post.receipt import receipts_of_service
from domain.post.service import NOT_REQUESTED, SERVICE, Service
from domain.post.unavailability import NOTHING_FOUND, UNAVAILABILITY, MessageIsUnavailable, Unavailability
from domain.subject import MessageId, PartyId

SERVICE_BASIS = "retsplejeloven § 155(1) no. 3"
"""Simplified digital service (*forenklet digital forkyndelse*): by which the first handling serves a summons."""


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


class NotTheRecipient(Refused):
    """Only the recipient, and who has a mandate to, may handle this message. Ask the owner for read access."""


class NotAvailable(Refused):
    """The message is not in the mailbox. It can be handled once it has been made available."""


class MailboxClosed(Refused):
    """The owner of this mailbox is dead or has ceased. Grant a mandate to the representative of the estate."""


class ItemIsDeleted(Refused):
    """The owner has deleted this message from the mailbox, and it cannot be brought back. Ask its sender for a copy."""


class OnlyTheOwnerDeletes(Refused):
    """Read access gives no right to delete. Leave the message where it is, or ask the owner to delete it."""


def must_be_there(item: Item) -> None:
    """Refuse an item that was deleted, or whose message was made unavailable."""
    if item.unavailability.unavailable:
        raise MessageIsUnavailable
    if item.deleted:
        raise ItemIsDeleted


def _serves(message: Message, item: Item, owner: Representation) -> bool:
    """Whether handling the message serves it: the first handling of a summons does, § 155(1) no. 3.

    A recipient who is dead or has ceased cannot be served, nor can a message whose digital service was given up.
    """
    return message.legal_notification and item.service.open and not owner.ended


class ReadersAct(Command[Message, Item, Representation, Existence]):
    """The fields of every act of a reader: the message, the reader, the mailbox's owner, and where it was shown."""

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    reader: PartyId
    owner: PartyId
    channel: Channel

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, its item, who may read the owner's post, and whether the reader lives."""
        return (
            MESSAGE.of(self.message),
            ITEM.of(self.message),
            REPRESENTATION.of(self.owner),
            EXISTENCE.of(self.reader),
        )

    def checked(self, today: date, message: Message, owner: Representation, reader: Existence) -> Callable[..., Event]:
        """Make the facts of this act. Refuses a reader without access, without showing anything of the message.

        Read access: borger.dk; a deceased's box: BEK 1553/2013 § 14. The post of an entry that was merged with another
        is read by that one. What only the owner may do is checked elsewhere.
        """
        mandate = None
        same_human = self.reader == owner.existence.merged_into and reader.ended_on is None
        if self.reader != self.owner and not same_human:
            granted = owner.mandate(self.owner, self.reader, MandateScope.MAIL, today)
            if granted is None or reader.ended_on is not None:
                raise NotTheRecipient
            mandate = granted.entry
        if message.recipient != self.owner:
            raise NotTheRecipient
        if not message.available:
            raise NotAvailable
        reader.must_not_be_merged()
        if not same_human:
            owner.existence.must_not_be_merged()
        if owner.ended and (same_human or self.reader == self.owner):
            raise MailboxClosed

        def fact(kind: Callable[..., Event], **more: Any) -> Event:
            named = {"message": self.message, "recipient": self.owner, "reader": self.reader, "channel": self.channel}
            return kind(**named, mandate=mandate, **more)

        return fact

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.message, self.reader)


class HandleMessage(ReadersAct):
    """A reader opens, moves, deletes, downloads or forwards the message; any of them serves a summons.

    `folder` is where a moved message goes, `to` where a forwarded one does. Moving it to where it lies, or deleting it
    again, changes nothing.
    """

    handling: Handling
    folder: Folder = Folder.ARCHIVE
    to: ForwardedTo = ForwardedTo.TRUSTED

    def basis(self, message: Message, item: Item, owner: Representation, reader: Existence) -> str:
        return SERVICE_BASIS if _serves(message, item, owner) else self.legal_basis

    def decide(
        self, context: Context, message: Message, item: Item, owner: Representation, reader: Existence
    ) -> Iterator[Event]:
        """Serve it if it is a summons, and handle it; raises what `checked` raises, and the refusals of the item."""
        fact = self.checked(context.today, message, owner, reader)
        if self._deletes and self.reader != self.owner:
            raise OnlyTheOwnerDeletes
        if self._done(item):
            return
        must_be_there(item)
        if _serves(message, item, owner):
            yield fact(ServiceEffected, handling=self.handling)
            yield from receipts_of_service(self.message, message.sender, self.owner, item.service.nth)
        match self.handling:
            case Handling.OPENED:
                if not message.opened:
                    yield fact(MessageOpened)
                yield fact(ItemOpened)
            case Handling.MOVED:
                yield fact(ItemMoved, folder=self.folder)
            case Handling.DELETED:
                yield fact(ItemDeleted)
            case Handling.DOWNLOADED:
                yield fact(ItemDownloaded)
            case Handling.FORWARDED:
                yield fact(ItemForwarded, to=self.to)

    @property
    def _deletes(self) -> bool:
        binned = self.handling is Handling.MOVED and self.folder is Folder.DELETED
        return binned or self.handling is Handling.DELETED

    def _done(self, item: Item) -> bool:
        if self.handling is Handling.DELETED:
            return item.deleted
        return self.handling is Handling.MOVED and item.folder is self.folder and not item.deleted


class MarkRead(ReadersAct):
    """A reader marks the message as read without opening it; it has no legal effect, not even for a summons."""

    def decide(
        self, context: Context, message: Message, item: Item, owner: Representation, reader: Existence
    ) -> Iterator[Event]:
        """Mark it unless it is marked so; raises what `checked` raises, and ItemIsDeleted."""
        fact = self.checked(context.today, message, owner, reader)
        must_be_there(item)
        if not item.read:
            yield fact(ItemMarkedRead)


class MarkUnread(ReadersAct):
    """A reader marks the message as unread; it remains opened."""

    def decide(
        self, context: Context, message: Message, item: Item, owner: Representation, reader: Existence
    ) -> Iterator[Event]:
        """Mark it unless it is marked so; raises what `checked` raises, and ItemIsDeleted."""
        fact = self.checked(context.today, message, owner, reader)
        must_be_there(item)
        if item.read:
            yield fact(ItemMarkedUnread)


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
