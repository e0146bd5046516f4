"""Letters on paper: a sender orders one; the print service takes it, and reports it as posted or returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.disclosure import Reader
from bin.application.post.open import contents_of
from bin.application.questions.as_of import as_of
from domain.danish_time import day_of
from domain.operations.disclosure import QuestionKind
from domain.post.paper import PaperLetterOrdered, PaperReturn
from domain.post.paper_commands import (
    NoSuchPaperLetter,
    PostPaperLetter,
    ReturnPaperLetter,
    SendOnPaper,
    address_for_paper,
    addresses_of,
)
from domain.record import Record
from domain.subject import EntryId, MessageId, PaperLetterId, PartyId, PersonId
from projections.columns import Row
from projections.engine.compile import Range, rows
from projections.engine.ledger_names import read_names
from projections.engine.position import head
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


def to_print(application: Application) -> list[LetterToPrint]:
    """The letters that are to be printed now, the oldest first; computed from the ledger, so none is missing."""
    with application.database.audit.connect() as connection:
        known = rows(PAPER_LETTERS, read_names(connection), Range(0, head(connection))).subquery("letters")
        statement = (
            select(known.c.letter, known.c.message, known.c.recipient, known.c.occasion, known.c.ordered_at)
            .where(known.c.posted_on.is_(None))
            .order_by(known.c.ordered_at, known.c.letter)
            .limit(LETTERS_MAX)
        )
        return [
            LetterToPrint(PaperLetterId(row[0]), MessageId(row[1]), *row[2:]) for row in connection.execute(statement)
        ]


def printed(application: Application, letter: PaperLetterId, reader: Reader) -> PrintedLetter:
    """A letter with its recipient's name and address, and what it says; each reading is recorded first.

    Raises NoSuchPaperLetter.
    """
    order = _order(application, letter)
    recipient, today = order.recipient, day_of(application.ledger.now())
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
    contents = contents_of(application, order.message)
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
    """Order a letter on paper of what could not be delivered. Raises NoSuchMessage and NothingForPaper."""
    return application.execute(SendOnPaper(message=message, sender=sender), str(sender), on_behalf)


def report_posted(
    application: Application, letter: PaperLetterId, address: EntryId, on: date | None
) -> tuple[Record, ...]:
    """Report a letter as posted, today by default. Raises the refusals of PostPaperLetter."""
    order = _order(application, letter)
    command = PostPaperLetter(
        letter=letter,
        message=order.message,
        recipient=order.recipient,
        address=address,
        posted_on=on or day_of(application.ledger.now()),
    )
    return application.execute(command, PRINT_SERVICE)


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
    return application.execute(command, PRINT_SERVICE)


def _order(application: Application, letter: PaperLetterId) -> PaperLetterOrdered:
    for record in application.handler.records(letter):
        if isinstance(record.event, PaperLetterOrdered):
            return record.event
    raise NoSuchPaperLetter


def _of_entry(addresses: Sequence[Row], entry: EntryId | None) -> Any:
    return next((row["sealed"] for row in addresses if entry is not None and row["entry"] == entry.uuid), None)
