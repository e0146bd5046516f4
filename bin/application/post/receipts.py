"""Receipts that their senders have not acknowledged yet: listing them, and acknowledging those that were delivered."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.application.post.letter_context import submitted_in
from domain.context import Context, Request
from domain.operations.disclosure import QuestionKind
from domain.post.letter_fault import Advice, Fault, advice_on
from domain.post.message import MESSAGE
from domain.post.receipt import AcknowledgeReceipt, ReceiptStatus
from domain.subject import MessageId, PartyId, ReceiptId
from projections.engine.present import present_rows
from projections.receipts import RECEIPTS

PAGE_RECEIPTS_MAX = 500


@dataclass(frozen=True, slots=True)
class AwaitingReceipt:
    receipt: str
    message: str
    sender: str | None
    status: str
    issued_at: datetime
    position: int
    """The position of its record, by which `rigsbog prove` proves it."""
    faults: Any

    @property
    def advice(self) -> Advice | None:
        """What the sender does about the faults."""
        return advice_on(map(Fault.model_validate, self.faults or ()))


def awaiting(application: Application, sender: PartyId | None = None) -> tuple[int, list[AwaitingReceipt]]:
    """Every receipt that awaits acknowledgement now, of one sender or of all, the oldest first; and the position up to
    which that is known.
    """
    with application.database.audit.connect() as connection:
        newest, present = present_rows(connection, RECEIPTS)
        column = present.c
        statement = (
            select(*(column[field.name] for field in fields(AwaitingReceipt)))
            .where(column.acknowledged_at.is_(None))
            .order_by(column.issued_at, column.message, column.status != ReceiptStatus.RECEIVED.value)
        )
        if sender is not None:
            statement = statement.where(column.sender == str(sender))
        return newest, [
            AwaitingReceipt(f"receipt:{row.receipt}", f"message:{row.message}", *row[2:])
            for row in connection.execute(statement)
        ]


def listed(reader: Reader, sender: PartyId | None = None) -> list[AwaitingReceipt]:
    """The receipts that await acknowledgement; the reading is recorded first, about those to whom the letters are.

    A receipt says that its recipient cannot be reached, and why. Raises ReadingNeedsBasis.
    """
    known, receipts = awaiting(reader.application, sender)
    messages = {MessageId.of(receipt.message) for receipt in receipts}
    states = reader.application.handler.states([MESSAGE.of(message) for message in messages])
    recipients = [state.recipient for state in states if state.recipient is not None]
    reader.disclose(QuestionKind.SEARCH, known, recipients, register_name=RECEIPTS.name, rows=len(receipts))
    return receipts


def delivered(reader: Reader, sender: PartyId) -> Generator[Sequence[AwaitingReceipt], None, None]:
    """Yield what `listed` lists of a sender page by page, and acknowledge each when the caller asks for the next one.

    The caller must have delivered a page (printed and flushed, or sent) before it asks on. A page whose delivery fails
    is not acknowledged: it is listed again, and no receipt is lost. Raises ReadingNeedsBasis.
    """
    receipts = listed(reader, sender)
    for start in range(0, len(receipts), PAGE_RECEIPTS_MAX):
        page = receipts[start : start + PAGE_RECEIPTS_MAX]
        yield page
        acknowledge(reader.application, sender, page)


def acknowledge(application: Application, sender: PartyId, page: Sequence[AwaitingReceipt]) -> None:
    """Acknowledge receipts as their sender, each as its letter was submitted; a repeat changes nothing."""
    contexts = submitted_in(application, [MessageId.of(receipt.message) for receipt in page])
    application.handler.execute_many(
        [
            (
                AcknowledgeReceipt(
                    receipt=ReceiptId.of(receipt.receipt), message=MessageId.of(receipt.message), sender=sender
                ),
                _request(application, sender, receipt, contexts),
            )
            for receipt in page
        ]
    )


def _request(
    application: Application, sender: PartyId, receipt: AwaitingReceipt, contexts: Mapping[MessageId, Context]
) -> Request:
    letter = contexts.get(MessageId.of(receipt.message))
    return application.request(
        str(sender),
        authority=None if letter is None else letter.authority,
        case=None if letter is None else letter.case,
        command=application.vault.index("acknowledge", f"{receipt.receipt} {sender}"),
    )
