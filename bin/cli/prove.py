"""`rigsbog prove`: writes one file that proves to anyone what was recorded, and its effect in law."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.evidence.files import check_writable, write_evidence
from bin.application.evidence.prove import prove as make_proof
from bin.cli import output
from bin.cli.arguments import UUID_WRITTEN, read_subject
from bin.cli.options import Authority, Basis, Case, Json, Open, Out, Wait, reader
from bin.cli.start import open_application
from domain.subject import MessageId

POSITION_DIGITS_MAX = len(str(2**53))

Of = Annotated[
    str,
    typer.Argument(
        metavar="MESSAGE|POSITION",
        help="A message (message:<uuid>, or its messageUUID alone), or the position of any record.",
    ),
]


def prove(
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
    """The proof of a MESSAGE holds all its facts and its legal times: submitted, arrived, opened, served.
    Anyone who has the file and the ledger's public key checks it by `verify_receipt.py`, without Rigsbog.

    Personal data stay encrypted in it unless you --open them, which is itself recorded and shown to their subject.

    Exit 65: nothing is recorded about MESSAGE; a POSITION that does not exist is a usage error. Exit 70: a record is
    not what was sealed. Exit 75: it is not sealed yet.
    """
    about = _read(of)
    check_writable(out)
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case, opens=open_)
        proof, checkpoint = make_proof(application, about, reads, wait)
    digest = write_evidence(out, proof.content.encode())
    if json:
        form = {"file": str(out), "sha256": digest, "message": None if isinstance(about, int) else str(about)}
        counts = {"position": proof.position, "facts": proof.facts, "opened": proof.opened}
        output.print_json(form | counts | {"origin": checkpoint.origin, "size": checkpoint.size})
    else:
        output.print_notice(
            f"{out} proves {proof.facts} {'facts' if proof.facts > 1 else 'fact'}, sealed among the first"
            f" {checkpoint.size:,} of {checkpoint.origin}. Check it: python3 verify_receipt.py --key VKEY {out}"
        )


def _read(text: str) -> MessageId | int:
    """A position or a message; a usage error for anything else, which never repeats the text."""
    if text.isascii() and text.isdecimal() and len(text) <= POSITION_DIGITS_MAX:
        return int(text)
    if ":" not in text and not UUID_WRITTEN.fullmatch(text):
        raise typer.BadParameter("a proof is of a message:<uuid>, of its messageUUID, or of a position")
    about = read_subject(text if ":" in text else f"message:{text}")
    if not isinstance(about, MessageId):
        raise typer.BadParameter("a proof is of a message:<uuid> or of a position; `rigsbog bundle` is of a subject")
    return about
