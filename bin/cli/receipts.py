"""`rigsbog receipts`: lists the receipts that senders have not acknowledged yet, and acknowledges them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from bin.application.people.find import find_registered
from bin.application.post.receipts import AwaitingReceipt, delivered, listed
from bin.cli import output
from bin.cli.options import Authority, Basis, Case, reader
from bin.cli.standard_input import read_number
from bin.cli.start import open_application

JSON_HELP = "Print one JSON object a line: receipt, message, sender, status, issued_at, position, faults, advice."


def receipts(
    *,
    ack: Annotated[bool, typer.Option("--ack", help="Acknowledge each after it was printed; needs --sender.")] = False,
    sender: Annotated[bool, typer.Option("--sender", help="Only those of the CVR number on standard input.")] = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """If the command ends between printing and acknowledging, the receipts stay in the list: the next call prints them
    again, and none is lost. The list is recorded as an answer about the recipients of the letters.
    """
    if ack and not sender:
        raise typer.BadParameter("--ack needs --sender: only its sender acknowledges a receipt")
    number = read_number() if sender else None
    with open_application() as application:
        party = None if number is None else find_registered(application, number)
        by = reader(application, authority=authority, basis=basis, case=case)
        for page in delivered(by, party) if ack and party is not None else [listed(by, party)]:
            _print(page, json=json)


def _print(page: Sequence[AwaitingReceipt], *, json: bool) -> None:
    """Print receipts, and flush: what is acknowledged next must have left this process."""
    for receipt in page:
        if json:
            output.print_json(asdict(receipt) | {"advice": receipt.advice})
        else:
            codes = " ".join([*(fault["code"] for fault in receipt.faults or ()), receipt.advice or ""])
            issued_at = receipt.issued_at.isoformat(timespec="seconds")
            typer.echo(f"{issued_at}  {receipt.status:<11} {receipt.message}  {codes}".rstrip())
    sys.stdout.flush()
