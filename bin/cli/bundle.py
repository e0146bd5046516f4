"""`rigsbog bundle`: writes evidence for a court, in one file that whoever gets it verifies and reads by themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.application.evidence.bundles import Bundle, composed
from bin.application.evidence.files import check_place, put
from bin.application.evidence.inclusion import prover
from bin.application.evidence.scope import About, facts_of, read_about
from bin.cli import output
from bin.cli.arguments import KNOWN_HELP, read_known, tell_note
from bin.cli.options import Authority, Basis, Case, Json, Open, Out, Wait, mandate
from bin.cli.start import open_application

AboutText = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT|CASE|MESSAGE",
        help="kind:uuid, case:AUTHORITY/CASE (the authority's CVR number), or a messageUUID.",
    ),
]
Known = Annotated[str | None, typer.Option(help=KNOWN_HELP)]


def bundle(
    about: AboutText,
    *,
    out: Out,
    known: Known = None,
    wait: Wait = 0,
    open_: Open = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Write evidence to a zip file: every fact about SUBJECT, CASE or MESSAGE KNOWN then, each with its proof.

    It holds what the registers answered then, with the facts behind each row, the signed checkpoint with the witnesses'
    cosignatures, a page to read in Danish and English, and the verifier. `rigsbog replay` asks it again.

    Personal data stay sealed in it unless you --open them, which is itself recorded and shown to their subject.
    Exit 65: the book knows nothing of it. Exit 70: a record is not what was sealed. Exit 75: it is not sealed yet.
    """
    check_place(out)
    asked, of = mandate(opened=open_, authority=authority, basis=basis, case=case), read_about(about)
    with open_application() as application:
        with application.database.audit.connect() as connection:
            at = read_known(connection, known)
        made = _made(application, Reader(application, asked), of, at.position, wait)
    digest = put(out, made.content)
    if json:
        told = {"file": str(out), "sha256": digest, "about": str(of), "known": at.position, "asked": at.asked}
        output.print_json(told | {"facts": made.facts, "answers": made.answers, "opened": made.opened})
    else:
        tell_note(at)
        output.say(
            f"{out} holds facts: {made.facts:,}, and answers of registers: {made.answers:,}, at position {at.position}."
            f" Check it: python3 verify_receipt.py --key VKEY {out}"
        )


def _made(application: Application, reader: Reader, about: About, known: int, wait: float) -> Bundle:
    matter = facts_of(application, about, known)
    # Sealed or not is told before anybody's data are read.
    proving = prover(application, known, wait, with_stamp=True)
    reader.allow([entry.sealed for entry in matter.entries], f"evidence of {about}")
    return composed(proving, reader, matter)
