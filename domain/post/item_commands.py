"""The acts of readers: who may handle a message that has arrived, and what follows from it in law.

The first opening and the service of a summons are facts of the message; a reader's act causes them, so they are decided
here, in one decision with the item's own fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from domain.command import Attempt, Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.mandate import REPRESENTATION, MandateScope, Representation
from domain.post.item import (
    ITEM,
    Folder,
    ForwardedTo,
    Item,
    ItemDeleted,
    ItemDownloaded,
    ItemForwarded,
    ItemMarkedRead,
    ItemMarkedUnread,
    ItemMoved,
    ItemOpened,
)
from domain.post.message import MESSAGE, Channel, Handling, Message, MessageOpened, ServiceEffected
from domain.post.receipt import receipts_of_service
from domain.post.unavailability import MessageIsUnavailable
from domain.subject import MessageId, PartyId, PersonId

SERVICE_BASIS = "retsplejeloven § 155(1) no. 3"
"""Simplified digital service (*forenklet digital forkyndelse*): by which the first handling serves a summons."""


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
    """Raise MessageIsUnavailable of a message that was made unavailable, ItemIsDeleted of an item that was deleted."""
    if item.unavailability.unavailable:
        raise MessageIsUnavailable
    if item.deleted:
        raise ItemIsDeleted


class ReadersAct(Command[Message, Item, Representation, Representation, Existence]):
    """The fields of every act of a reader: the message, the reader, the mailbox's owner, and where it was shown."""

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    reader: PartyId
    owner: PartyId
    channel: Channel
    remains: PersonId | None = None
    """The entry that remains, if the owner's was merged with it: who may read its post may read the owner's."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, its item, who may read the post of the owner and of the entry that remains, and the reader."""
        return (
            MESSAGE.of(self.message),
            ITEM.of(self.message),
            REPRESENTATION.of(self.owner),
            REPRESENTATION.of(self.remains or self.owner),
            EXISTENCE.of(self.reader),
        )

    def checked(
        self, today: date, message: Message, owner: Representation, remaining: Representation, reader: Existence
    ) -> Callable[..., Event]:
        """Make the facts of this act. Refuses a reader without access, without showing anything of the message.

        Read access: borger.dk; a deceased's box: BEK 1553/2013 § 14. The post of an entry that was merged with another
        is read by that one, and by who may read for it. What only the owner may do is checked elsewhere.
        """
        mandate = None
        giver, given = self._given(owner, remaining)
        same_human = self.reader == owner.existence.remains and reader.ended_on is None
        if self.reader != self.owner and not same_human:
            granted = given.mandate(giver, self.reader, MandateScope.MAIL, today)
            if granted is None or reader.ended_on is not None:
                raise NotTheRecipient
            mandate = granted.entry
        if message.recipient != self.owner:
            raise NotTheRecipient
        if not message.available:
            raise NotAvailable
        reader.must_not_be_merged()
        if not same_human:
            given.existence.must_not_be_merged()
        if owner.ended and (same_human or self.reader == self.owner):
            raise MailboxClosed

        def fact(kind: Callable[..., Event], **more: Any) -> Event:
            named = {"message": self.message, "recipient": self.owner, "reader": self.reader, "channel": self.channel}
            return kind(**named, mandate=mandate, **more)

        return fact

    def _given(self, owner: Representation, remaining: Representation) -> tuple[PartyId, Representation]:
        """Who gave the mandates by which others read: the owner, or the entry that remains of the owner's."""
        if self.remains is not None and self.remains == owner.existence.remains:
            return self.remains, remaining
        return self.owner, owner

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

    def basis(
        self, message: Message, item: Item, owner: Representation, remaining: Representation, reader: Existence
    ) -> str:
        return SERVICE_BASIS if self.serves(message, item, owner, remaining) else self.legal_basis

    def decide(  # noqa: PLR0917 - one argument for each state that it consults
        self,
        context: Context,
        message: Message,
        item: Item,
        owner: Representation,
        remaining: Representation,
        reader: Existence,
    ) -> Iterator[Event]:
        """Serve it if it is a summons, and handle it; raises what `checked` raises, and the refusals of the item."""
        fact = self.checked(context.today, message, owner, remaining, reader)
        if self._deletes and self.reader != self.owner:
            raise OnlyTheOwnerDeletes
        if self._done(item):
            return
        must_be_there(item)
        if self.serves(message, item, owner, remaining):
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

    def serves(self, message: Message, item: Item, owner: Representation, remaining: Representation) -> bool:
        """Whether handling the message serves it: the first handling of a summons does, § 155(1) no. 3.

        A recipient who is dead or has ceased cannot be served, nor can a message whose digital service was given up.
        """
        _, given = self._given(owner, remaining)
        return message.legal_notification and item.service.open and not owner.ended and not given.ended

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

    def decide(self, context: Context, message: Message, item: Item, *access: Any) -> Iterator[Event]:
        """Mark it unless it is marked so; raises what `checked` and `must_be_there` raise."""
        fact = self.checked(context.today, message, *access)
        must_be_there(item)
        if not item.read:
            yield fact(ItemMarkedRead)


class MarkUnread(ReadersAct):
    """A reader marks the message as unread; it remains opened."""

    def decide(self, context: Context, message: Message, item: Item, *access: Any) -> Iterator[Event]:
        """Mark it unless it is marked so; raises what `checked` and `must_be_there` raise."""
        fact = self.checked(context.today, message, *access)
        must_be_there(item)
        if item.read:
            yield fact(ItemMarkedUnread)
