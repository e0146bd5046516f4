"""Sending a message on paper: it is ordered, printed and handed to the post, and may come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid5

from domain.command import Attempt, Command, Consulted, InvalidInput, Refused
from domain.context import Context
from domain.entry import Entries
from domain.fact import Event
from domain.identity.company_address import COMPANY_ADDRESSES
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.number import BORNE_NUMBERS, BorneNumbers
from domain.identity.person_address import PERSON_ADDRESSES, AddressEntered, AddressKind
from domain.matter import Matter
from domain.policy import PAPER_ARRIVAL_DAYS
from domain.post.message import MESSAGE, Message
from domain.post.paper import (
    PAPER,
    Paper,
    PaperLetter,
    PaperLetterOrdered,
    PaperLetterPosted,
    PaperLetterReturned,
    PaperOccasion,
    PaperReturn,
    PaperStage,
)
from domain.post.release_commands import NoSuchMessage
from domain.post.unavailability import UNAVAILABILITY, Unavailability
from domain.subject import EntryId, MessageId, PaperLetterId, PartyId, PersonId


class NothingForPaper(InvalidInput):
    """Only what could not be delivered to a recipient who lives goes on paper. Submit it by Digital Post, mend its
    faults, or write to the representative of the recipient.
    """


class NotForPrint(InvalidInput):
    """The message was made unavailable or holds a virus, so it is not printed. Ask its sender for a new one."""


class RecipientIsGone(InvalidInput):
    """The recipient has died or ceased, so nothing goes there on paper. Write to the representative."""


class NoSuchPaperLetter(Refused):
    """There is no such letter on paper to this recipient. List the letters to be printed, and name one of them."""


class NotPosted(Refused):
    """This letter was not handed to the post, so it cannot have come back. Report first that it was."""


class NotTheAddress(Refused):
    """The recipient has no such address on that day. Print the letter again with the present address."""


class PostedInTheFuture(Refused):
    """A letter is reported when it has been posted or returned. Report it on the day, or check the date."""


class ReturnedBeforePosted(Refused):
    """A letter comes back after it was posted. Check the date."""


class SendOnPaper(Command[Message, Paper, Existence, Unavailability, BorneNumbers]):
    """Send on paper what could not be delivered, or came back, as its sender wishes; under way, nothing changes.

    What came back goes again for the same reason.

    The number by which the recipient was found must still lead there, or to the entry that remains after a merging, of
    which the print asks.
    """

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    sender: PartyId
    recipient: PartyId

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.message, self.sender)

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, its paper, whether its recipient lives, whether it may be printed, and the numbers."""
        return (
            MESSAGE.of(self.message),
            PAPER.of(self.message),
            EXISTENCE.of(self.recipient),
            UNAVAILABILITY.of(self.message),
            BORNE_NUMBERS.of(self.recipient),
        )

    def decide(  # noqa: PLR0917 - one argument for each state that it consults
        self,
        context: Context,
        message: Message,
        paper: Paper,
        recipient: Existence,
        earlier: Unavailability,
        numbers: BorneNumbers,
    ) -> Iterator[Event]:
        """Order it once; raises NoSuchMessage, NothingForPaper, NumberOfAnother and what must_be_printed does."""
        if (message.sender, message.recipient) != (self.sender, self.recipient):
            raise NoSuchMessage
        last = paper.last
        if not (paper.undelivered or (last and last.stage is PaperStage.RETURNED)):
            raise NothingForPaper
        must_be_printed(recipient, earlier)
        if recipient.remains is None:
            numbers.must_refer_to(message.recipient_number, self.recipient)
        if not paper.under_way:
            yield ordered(context, self.message, self.recipient, last.occasion if last else PaperOccasion.UNDELIVERED)


class PostPaperLetter(Command[Paper, Entries, Existence, Existence]):
    """Report that a letter was handed to the post, with the address that was printed; again, nothing changes.

    What happened is recorded, also if the letter would not be printed any more: if a virus was found since, it was made
    unavailable, its recipient's number leads elsewhere now, or the recipient has died since.
    """

    legal_basis = "LBK 686/2021 § 10"

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId
    addressee: PartyId
    """Whose address was printed: the recipient's, or that of the entry with which the recipient's was merged."""
    address: EntryId
    posted_on: date

    def consults(self) -> tuple[Consulted[Any], ...]:
        """Its paper, the addresses, and whether the recipient's entry was merged and the addressee lives."""
        return (
            PAPER.of(self.message),
            addresses_of(self.addressee).of(self.addressee),
            EXISTENCE.of(self.recipient),
            EXISTENCE.of(self.addressee),
        )

    def decide(
        self, context: Context, paper: Paper, addresses: Entries, recipient: Existence, addressee: Existence
    ) -> Iterator[Event]:
        """Report it. Raises NoSuchPaperLetter, PostedInTheFuture, NoSuchEntry, NotTheAddress and RecipientIsGone."""
        if letter_of(paper, self.letter).stage is not PaperStage.ORDERED:
            return
        if self.posted_on > context.today:
            raise PostedInTheFuture
        if (recipient.remains or self.recipient) != (addressee.remains or self.addressee):
            raise NotTheAddress
        _must_have_lived(addressee, self.posted_on)
        period = addresses.period(self.address)
        if not period.holds(self.posted_on) or _is_none(period.entered):
            raise NotTheAddress
        days = PAPER_ARRIVAL_DAYS.on(self.posted_on)
        yield PaperLetterPosted(
            letter=self.letter,
            message=self.message,
            recipient=self.recipient,
            address=self.address,
            posted_on=self.posted_on,
            arrives_on=self.posted_on + timedelta(days=days.value),
            rule=str(days),
        )


class ReturnPaperLetter(Command[Paper]):
    """Report that a letter came back; again, nothing changes. It can then be sent again."""

    legal_basis = "LBK 686/2021 § 10"

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId
    returned_on: date
    because: PaperReturn

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (PAPER.of(self.message),)

    def decide(self, context: Context, paper: Paper) -> Iterator[Event]:
        """Report it. Raises NoSuchPaperLetter, NotPosted, PostedInTheFuture and ReturnedBeforePosted."""
        letter = letter_of(paper, self.letter)
        if letter.stage is PaperStage.RETURNED:
            return
        if letter.posted_on is None:
            raise NotPosted
        if self.returned_on > context.today:
            raise PostedInTheFuture
        if self.returned_on < letter.posted_on:
            raise ReturnedBeforePosted
        yield PaperLetterReturned(
            letter=self.letter,
            message=self.message,
            recipient=self.recipient,
            returned_on=self.returned_on,
            because=self.because,
        )


def letter_of(paper: Paper, letter: PaperLetterId) -> PaperLetter:
    """One letter of the message; raises NoSuchPaperLetter."""
    if letter not in paper.letters:
        raise NoSuchPaperLetter
    return paper.letters[letter]


def must_be_printed(recipient: Existence, earlier: Unavailability) -> None:
    """Refuse what was made unavailable or holds a virus, and what goes to the dead or ceased."""
    if earlier.barred:
        raise NotForPrint
    _must_have_lived(recipient, date.max)


def _must_have_lived(recipient: Existence, day: date) -> None:
    if recipient.ended_on is not None and day > recipient.ended_on:
        raise RecipientIsGone


def ordered(
    context: Context, message: MessageId, recipient: PartyId, occasion: PaperOccasion = PaperOccasion.UNDELIVERED
) -> PaperLetterOrdered:
    """The order to print a message; also for a command that submits one which is refused in the same decision."""
    letter = PaperLetterId(uuid5(context.command, f"paper {message}"))
    return PaperLetterOrdered(letter=letter, message=message, recipient=recipient, occasion=occasion)


def addresses_of(recipient: PartyId) -> Matter:
    """The matter of the recipient's addresses."""
    return PERSON_ADDRESSES if isinstance(recipient, PersonId) else COMPANY_ADDRESSES


def address_for_paper(addresses: Entries, day: date) -> EntryId | None:
    """The address to print on the day: a contact address before the home; None without a fixed address."""
    for track in (AddressKind.CONTACT.value, ""):
        period = addresses.on(day, track)
        if period is not None and not _is_none(period.entered):
            return period.entry
    return None


def _is_none(entered: Event) -> bool:
    return isinstance(entered, AddressEntered) and entered.kind is AddressKind.NONE
