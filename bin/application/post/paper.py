"""Letters on paper: a sender orders one; the print service takes it, and reports it as posted or returned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.disclosure import Reader
from bin.application.post.letter_context import as_submitted
from bin.application.post.open import contents_of
from bin.application.questions.as_of import as_of
from domain.command import Consulted
from domain.danish_time import day_of
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.number import BORNE_NUMBERS, BorneNumbers, NumberOfAnother
from domain.operations.disclosure import QuestionKind
from domain.post.message import MESSAGE, Message
from domain.post.paper import PaperLetterOrdered, PaperReturn
from domain.post.paper_commands import (
    NoSuchPaperLetter,
    NotForPrint,
    PostPaperLetter,
    RecipientIsGone,
    ReturnPaperLetter,
    SendOnPaper,
    address_for_paper,
    addresses_of,
    must_be_printed,
)
from domain.post.paper_correction_commands import AnnulPaperReport
from domain.post.release_commands import NoSuchMessage
from domain.post.unavailability import UNAVAILABILITY, Unavailability
from domain.record import Record
from domain.subject import CompanyId, EntryId, MessageId, PaperLetterId, PartyId, PersonId, SubjectId, subject
from projections.columns import Row
from projections.engine.present import present_rows
from projections.entries import (
    COMPANY_ADDRESS_REGISTER,
    COMPANY_NAME_REGISTER,
    PERSON_ADDRESS_REGISTER,
    PERSON_NAME_REGISTER,
)
from projections.paper_letters import PAPER_LETTERS

PRINT_SERVICE = "system:print-service"
LETTERS_MAX = 1_000
"""Of one list; the oldest come first, and the rest when those are posted."""


@dataclass(frozen=True, slots=True)
class LetterToPrint:
    letter: PaperLetterId
    message: MessageId
    recipient: str
    occasion: str
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """What is printed: to whom, where, and what the letter says; what was erased is None."""

    letter: PaperLetterId
    recipient: PartyId
    name: Any
    address: Any
    address_entry: EntryId | None
    """To be named when the letter is reported as posted; None: the recipient has no address to which it can go."""
    title: str | None
    text: str | None
    files: tuple[str, ...]


def to_print(reader: Reader) -> list[LetterToPrint]:
    """The letters that are to be printed now, the oldest first; the reading is recorded first.

    Left out is what was made unavailable, holds a virus, is to somebody who has died or ceased, or was sent to a number
    that leads to somebody else now. Raises ReadingNeedsBasis.
    """
    known, letters = _to_print(reader.application)
    recipients = [subject(letter.recipient) for letter in letters]
    reader.disclose(QuestionKind.SEARCH, known, recipients, register_name=PAPER_LETTERS.name, rows=len(letters))
    return letters


def _to_print(application: Application) -> tuple[int, list[LetterToPrint]]:
    """The letters that are to be printed, and the position up to which that is known."""
    with application.database.audit.connect() as connection:
        newest, present = present_rows(connection, PAPER_LETTERS)
        column = present.c
        statement = (
            select(column.letter, column.message, column.recipient, column.occasion, column.ordered_at)
            .where(column.posted_on.is_(None))
            .order_by(column.ordered_at, column.letter)
        )
        letters: list[LetterToPrint] = []
        for part in connection.execute(statement).partitions(LETTERS_MAX):
            orders = [LetterToPrint(PaperLetterId(row[0]), MessageId(row[1]), *row[2:]) for row in part]
            letters.extend(_printable(application, orders))
            if len(letters) >= LETTERS_MAX:
                break
        return newest, letters[:LETTERS_MAX]


def printed(application: Application, letter: PaperLetterId, reader: Reader) -> PrintedLetter:
    """A letter with its recipient's name and address, and what it says; each reading is recorded before it is given.

    Raises NoSuchPaperLetter, NotForPrint, RecipientIsGone, NumberOfAnother, and what `contents_of` raises.
    """
    order = _order(application, letter)
    recipient, today = _addressee(application, order.recipient), day_of(application.ledger.now())
    (states,) = _to_check(application, [recipient], [order.message])
    _check(*states)
    contents = contents_of(application, order.message)
    reader.disclose(
        QuestionKind.EXPORT, application.ledger.head(), [recipient], register_name=PAPER_LETTERS.name, rows=1
    )
    person = isinstance(recipient, PersonId)
    names = PERSON_NAME_REGISTER if person else COMPANY_NAME_REGISTER
    addresses = PERSON_ADDRESS_REGISTER if person else COMPANY_ADDRESS_REGISTER
    (entries,) = application.handler.states([addresses_of(recipient).of(recipient)])
    entry = address_for_paper(entries, today)
    name = as_of(application, names, recipient, valid=today).opened(reader)
    address = as_of(application, addresses, recipient, valid=today).opened(reader)
    return PrintedLetter(
        letter=letter,
        recipient=recipient,
        name=next((row["sealed"] for row in name), None),
        address=_of_entry(address, entry),
        address_entry=entry,
        title=contents.title,
        text=contents.text,
        files=contents.files,
    )


def send(
    application: Application, message: MessageId, sender: PartyId, on_behalf: OnBehalf = OPERATOR
) -> tuple[Record, ...]:
    """Order a letter on paper of what could not be delivered. Raises the refusals of SendOnPaper."""
    (state,) = application.handler.states([MESSAGE.of(message)])
    if state.recipient is None:
        raise NoSuchMessage
    command = SendOnPaper(message=message, sender=sender, recipient=state.recipient)
    return application.execute(command, str(sender), as_submitted(application, message, on_behalf))


def report_posted(
    application: Application, letter: PaperLetterId, address: EntryId, on: date | None
) -> tuple[Record, ...]:
    """Report a letter as posted, today by default. Raises the refusals of PostPaperLetter."""
    order = _order(application, letter)
    command = PostPaperLetter(
        letter=letter,
        message=order.message,
        recipient=order.recipient,
        addressee=_addressee(application, order.recipient),
        address=address,
        posted_on=on or day_of(application.ledger.now()),
    )
    return application.execute(command, PRINT_SERVICE, as_submitted(application, order.message))


def report_returned(
    application: Application, letter: PaperLetterId, because: PaperReturn, on: date | None
) -> tuple[Record, ...]:
    """Report that a letter came back, today by default. Raises the refusals of ReturnPaperLetter."""
    order = _order(application, letter)
    command = ReturnPaperLetter(
        letter=letter,
        message=order.message,
        recipient=order.recipient,
        returned_on=on or day_of(application.ledger.now()),
        because=because,
    )
    return application.execute(command, PRINT_SERVICE, as_submitted(application, order.message))


def annul(application: Application, letter: PaperLetterId, mistake: type[AnnulPaperReport]) -> tuple[Record, ...]:
    """Take back that a letter was posted, or that it came back. Raises the refusals of the command."""
    order = _order(application, letter)
    command = mistake(letter=letter, message=order.message, recipient=order.recipient)
    return application.execute(command, PRINT_SERVICE, as_submitted(application, order.message))


def _order(application: Application, letter: PaperLetterId) -> PaperLetterOrdered:
    for record in application.handler.records(letter):
        if isinstance(record.event, PaperLetterOrdered):
            return record.event
    raise NoSuchPaperLetter


def _printable(application: Application, letters: Sequence[LetterToPrint]) -> Iterator[LetterToPrint]:
    addressees = _addressees(application, [subject(letter.recipient) for letter in letters])
    checked = _to_check(application, addressees, [letter.message for letter in letters])
    for letter, states in zip(letters, checked, strict=True):
        with suppress(NotForPrint, RecipientIsGone, NumberOfAnother):
            _check(*states)
            yield letter


def _to_check(
    application: Application, addressees: Sequence[SubjectId], messages: Sequence[MessageId]
) -> Iterator[Any]:
    """For each letter what `_check` needs, all in one snapshot."""
    consulted: list[Consulted[Any]] = []
    for addressee, message in zip(addressees, messages, strict=True):
        consulted += EXISTENCE.of(addressee), BORNE_NUMBERS.of(addressee)
        consulted += MESSAGE.of(message), UNAVAILABILITY.of(message)
    states = application.handler.states(consulted)
    return zip(addressees, states[0::4], states[1::4], states[2::4], states[3::4], strict=True)


def _check(
    addressee: PartyId, existence: Existence, numbers: BorneNumbers, message: Message, earlier: Unavailability
) -> None:
    """Refuse to print: raises NotForPrint, RecipientIsGone and NumberOfAnother."""
    must_be_printed(existence, earlier)
    numbers.must_refer_to(message.recipient_number, addressee)


def _addressee(application: Application, recipient: PartyId) -> PartyId:
    (addressee,) = _addressees(application, [recipient])
    assert isinstance(addressee, PersonId | CompanyId), "a recipient is a person or a company"
    return addressee


def _addressees(application: Application, recipients: list[SubjectId]) -> list[SubjectId]:
    """Each recipient, or the entry that remains after the recipient's was merged."""
    existences = application.handler.states([EXISTENCE.of(recipient) for recipient in recipients])
    remaining = [each.remains or recipient for each, recipient in zip(existences, recipients, strict=True)]
    return recipients if remaining == recipients else _addressees(application, remaining)


def _of_entry(addresses: Sequence[Row], entry: EntryId | None) -> Any:
    return next((row["sealed"] for row in addresses if entry is not None and row["entry"] == entry.uuid), None)
