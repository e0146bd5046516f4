"""`rigsbog receipts`: the receipts that senders have not acknowledged yet, and their acknowledgement."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy import select

from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.post.lookup import bearers, index_of
from bin.cli import output
from bin.cli.find import asked_number
from bin.cli.start import open_application
from domain.post.receipt import AcknowledgeReceipt, ReceiptStatus
from domain.subject import MessageId, PartyId, ReceiptId
from projections.engine.compile import Range, rows
from projections.engine.follow import State, standings
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from projections.receipts import RECEIPTS

ACKNOWLEDGED_TOGETHER_MAX = 500
JSON_HELP = "Print one JSON object a line: receipt, message, sender, status, issued_at, position, faults."


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A receipt that awaits acknowledgement; its fields are those that are printed."""

    receipt: str
    message: str
    sender: str | None
    status: str
    issued_at: datetime
    position: int
    """Of its record, by which `rigsbog receipt` proves it."""
    faults: Any


def receipts(
    *,
    ack: Annotated[bool, typer.Option("--ack", help="Acknowledge each after it was printed.")] = False,
    sender: Annotated[bool, typer.Option("--sender", help="Only those of the CVR number on standard input.")] = False,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """List the receipts that await acknowledgement, oldest first; --ack acknowledges them once they are printed.

    A crash between printing and acknowledging leaves them listed: they are then printed again, and none is lost.
    """
    with open_application() as application:
        whose = _sender(application) if sender else None
        page: list[Awaiting] = []
        for one in awaiting(application):
            if sender and one.sender != str(whose):
                continue
            _print(one, json=json)
            page.append(one)
            if ack and len(page) >= ACKNOWLEDGED_TOGETHER_MAX:
                acknowledge(application, page)
                page = []
        if ack:
            acknowledge(application, page)


def awaiting(application: Application) -> list[Awaiting]:
    """Every receipt that awaits acknowledgement now: from the register, or while that is behind from the ledger.

    The register's rows are the ledger's by one statement, so both are asked in the same way.
    """
    with application.database.audit.connect() as connection:
        newest = head(connection)
        at_head = any(
            one.name == RECEIPTS.name and one.position >= newest and one.state is not State.STALE
            for one in standings(connection)
        )
        told = rows(RECEIPTS, read_names(connection), Range(0, newest)).subquery("receipts")
        column = (RECEIPTS.table if at_head else told).c
        found = connection.execute(
            select(
                column.receipt,
                column.message,
                column.sender,
                column.status,
                column.issued_at,
                column.position,
                column.faults,
            )
            .where(column.acknowledged_at.is_(None))
            .order_by(column.issued_at, column.message, column.status != ReceiptStatus.RECEIVED.value)
        )
        return [Awaiting(f"receipt:{row.receipt}", f"message:{row.message}", *row[2:]) for row in found]


def acknowledge(application: Application, page: list[Awaiting]) -> None:
    """Acknowledge receipts; what has reached the printer's end must have left this process first."""
    sys.stdout.flush()
    application.handler.execute_many(
        [
            (
                AcknowledgeReceipt(receipt=ReceiptId.of(one.receipt), message=MessageId.of(one.message)),
                application.request(one.sender or "system:reception", command=_command_id(application, one)),
            )
            for one in page
        ]
    )


def _command_id(application: Application, one: Awaiting) -> Any:
    return application.vault.index("acknowledge", one.receipt)


def _sender(application: Application) -> PartyId:
    kind, number = asked_number()
    try:
        index = index_of(application, kind, number)
    except ValueError as error:
        raise BadInput(str(error)) from None
    found = bearers(application, [index]).get(index)
    if found is None:
        raise BadInput(f"The book knows nobody by this {kind} number.")
    return found


def _print(one: Awaiting, *, json: bool) -> None:
    if json:
        output.print_json(asdict(one))
    else:
        codes = " ".join(fault["code"] for fault in one.faults or ())
        typer.echo(f"{one.issued_at.isoformat(timespec='seconds')}  {one.status:<11} {one.message}  {codes}".rstrip())
