"""`rigsbog receipt`: writes one file that proves to a stranger what was recorded, and what it means in law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.ledger.entry import Entry
from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.application.evidence.files import check_place, put
from bin.application.evidence.inclusion import Prover, prover
from bin.application.evidence.proof_files import Receipt, key_history, of_message, of_record
from bin.application.evidence.scope import UUID_WRITTEN, facts_of
from bin.cli import output
from bin.cli.arguments import read_subject
from bin.cli.options import Authority, Basis, Case, Json, Open, Out, Wait, mandate
from bin.cli.start import open_application
from domain.subject import MessageId

Of = Annotated[
    str,
    typer.Argument(
        metavar="MESSAGE|POSITION",
        help="A message (message:<uuid>, or its messageUUID alone), or the position of any record.",
    ),
]


def receipt(
    of: Of,
    *,
    out: Out,
    wait: Wait = 0,
    open_: Open = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Write a receipt: the record, its place in the sealed ledger, and the signed checkpoint that covers it.

    Of a MESSAGE it holds every fact and the legal clock: when it was submitted, arrived, was opened and was served.
    Whoever has the file and the ledger's public key checks it by `verify_receipt.py`, without Rigsbog and without us.

    Personal data stay sealed in it unless you --open them, which is itself recorded and shown to their subject.

    Exit 65: the book knows nothing of it. Exit 70: a record is not what was sealed. Exit 75: it is not sealed yet.
    """
    check_place(out)
    asked = mandate(opened=open_, authority=authority, basis=basis, case=case)
    about = _read(of)
    with open_application() as application:
        prover, made = _made(application, Reader(application, asked), about, wait)
    digest = put(out, made.written.encode())
    if json:
        told = {"file": str(out), "sha256": digest, "message": None if isinstance(about, int) else str(about)}
        counts = {"position": made.position, "facts": made.facts, "opened": made.opened}
        output.print_json(told | counts | {"origin": prover.checkpoint.origin, "size": prover.checkpoint.size})
    else:
        output.say(
            f"{out} proves {made.facts} {'facts' if made.facts > 1 else 'fact'}, sealed among the first"
            f" {prover.checkpoint.size:,} of {prover.checkpoint.origin}. Check it: python3 verify_receipt.py"
            f" --key VKEY {out}"
        )


def _made(application: Application, reader: Reader, about: MessageId | int, wait: float) -> tuple[Prover, Receipt]:
    if isinstance(about, int):
        entries: Sequence[Entry] = application.ledger.entries(after=about - 1, until=about)
        if not entries:
            # What was given is not repeated: it may be a number of somebody.
            raise typer.BadParameter(f"there is no such position: the newest is {application.ledger.head()}")
    else:
        entries = facts_of(application, about, application.ledger.head()).entries
    # Sealed or not is told before anybody's data are read.
    proving = prover(application, entries[-1].position, wait)
    reader.allow([entry.sealed for entry in entries], f"receipt of {about}")
    keys = key_history(proving)
    if isinstance(about, int):
        (proven,) = proving.proven((about,))
        return proving, of_record(proving, reader, proven, entries[0], keys)
    return proving, of_message(proving, reader, about, entries, keys)


def _read(text: str) -> MessageId | int:
    """A position or a message; a usage error for anything else, which never says what was given."""
    if text.isascii() and text.isdecimal() and len(text) <= len(str(2**53)):
        return int(text)
    if ":" not in text and not UUID_WRITTEN.fullmatch(text):
        raise typer.BadParameter("a receipt is of a message:<uuid>, of its messageUUID, or of a position")
    about = read_subject(text if ":" in text else f"message:{text}")
    if not isinstance(about, MessageId):
        raise typer.BadParameter("a receipt is of a message:<uuid> or of a position; `rigsbog bundle` is of a subject")
    return about
