"""`rigsbog bundle`: writes evidence for a court, in one file that anyone verifies and reads without Rigsbog."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.evidence.bundles import Asked, make_bundle
from bin.application.evidence.files import check_writable, write_evidence
from bin.application.evidence.language import Language
from bin.cli import output
from bin.cli.arguments import KnownText, print_position_note, read_moment, read_scope
from bin.cli.options import Authority, Basis, Case, Json, Open, Out, Wait, reader
from bin.cli.start import open_application

AboutText = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT|CASE|MESSAGE",
        help="kind:uuid, case:AUTHORITY/CASE (the authority's CVR number), or a messageUUID.",
    ),
]
WithLetter = Annotated[
    bool, typer.Option("--with-letter", help="Enclose the letter itself, as it was received; needs --open.")
]
PageLanguage = Annotated[Language, typer.Option(help="The language of the page.")]


def bundle(
    about: AboutText,
    *,
    out: Out,
    known: KnownText = None,
    wait: Wait = 0,
    open_: Open = False,
    with_letter: WithLetter = False,
    language: PageLanguage = Language.DANISH,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """It holds what the registers answered then, with the facts behind each row, the signed checkpoint with the
    witnesses' cosignatures, a page for a court with a conclusion in sentences, and the verifier, all signed by the
    log's key. `rigsbog replay` asks it again.

    Personal data, and the names of people, stay encrypted in it unless you --open them, which is itself recorded and
    shown to their subject. The names of authorities are always shown.
    Exit 3: the letter cannot be enclosed. Exit 65: nothing is recorded about it. Exit 69: the signing command failed.
    Exit 70: a record, or the letter, is not what was sealed. Exit 75: it is not sealed yet. Exit 78: no key to sign.
    """
    of, moment = read_scope(about), None if known is None else read_moment(known)
    asked = Asked(moment, wait, language, with_letter)
    check_writable(out)
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case, opens=open_)
        made = make_bundle(application, of, reads, asked)
    digest = write_evidence(out, made.content)
    position, position_asked = made.known.position, made.known.asked
    if json:
        form = {"file": str(out), "sha256": digest, "about": str(of), "known": position, "asked": position_asked}
        output.print_json(form | {"facts": made.facts, "answers": made.answers, "opened": made.opened})
    else:
        print_position_note(made.known)
        output.print_notice(
            f"{out} holds facts: {made.facts:,}, and answers of registers: {made.answers:,}, at position {position}."
            f" Check it: python3 verify_receipt.py --key VKEY {out}"
        )
