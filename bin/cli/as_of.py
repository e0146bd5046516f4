"""`rigsbog as-of`: what a register said about a subject at any earlier time, from the ledger alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bin.application.evidence.answers import AnswerProof, prove_answer
from bin.application.evidence.files import check_writable, write_evidence
from bin.application.evidence.inclusion import newest_provable
from bin.application.questions.as_of import AsOf, NoValidity
from bin.application.questions.as_of import as_of as ask
from bin.cli import output
from bin.cli.arguments import (
    KnownText,
    RegisterName,
    SubjectText,
    print_position_note,
    read_day,
    read_moment,
    read_register,
    read_subject,
)
from bin.cli.options import Authority, Basis, Case, Json, Open, Wait, reader
from bin.cli.start import open_application
from projections.columns import Row

ValidText = Annotated[str | None, typer.Option(help="Only rows that held on this Danish day (valid_from, valid_to).")]
ProofPath = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Also write the answer with its proof, for `verify_receipt.py`.")
]


def as_of(
    register: RegisterName,
    subject: SubjectText,
    *,
    known: KnownText = None,
    valid: ValidText = None,
    open_: Open = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    proof: ProofPath = None,
    wait: Wait = 0,
    json: Json = False,
) -> None:
    """A row is about SUBJECT when its key names it, or a fact that set it: a payee's accounts, a recipient's messages.
    Registration time (what was recorded) and effective time (what held in the world) are asked for separately.
    With --proof, anyone can make the same rows from the facts in the file. Encrypted data stay encrypted in it.
    Then exit 65: there are too many rows. Exit 70: a record is not what was sealed. Exit 75: it is not sealed yet.
    """
    declared, about = read_register(register), read_subject(subject)
    moment = None if known is None else read_moment(known)
    day = None if valid is None else read_day(valid)
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case, opens=open_)
        if proof is not None:
            check_writable(proof)
            moment = newest_provable(application) if moment is None else moment
        try:
            answer = ask(application, declared, about, moment, day)
        except NoValidity as error:
            raise typer.BadParameter(str(error), param_hint="--valid") from error
        # It is known to be sealed before anybody's data are read, and recorded as read before anything is written.
        proved = proof and prove_answer(application, answer.question, wait)
        rows = answer.opened(reads)
    written = {"proof": _write(proved, proof)} if proof and proved else {}
    if json:
        known_then = {"asked": answer.known.asked, "rows": rows, "cut": answer.cut}
        output.print_json(answer.question.document() | known_then | written)
    else:
        _print_answer(answer, rows)


def _write(proof: AnswerProof, file: Path) -> dict[str, Any]:
    """Write the answer with its proof, and say so; the file as `--json` names it."""
    digest = write_evidence(file, proof.content)
    output.print_notice(
        f"{file} proves it by {proof.facts} facts. Check it: python3 verify_receipt.py --key VKEY {file}"
    )
    return {"file": str(file), "sha256": digest, "facts": proof.facts, "size": proof.size}


def _print_answer(answer: AsOf, rows: Sequence[Row]) -> None:
    print_position_note(answer.known)
    question = answer.question
    held = "" if question.valid is None else f", valid on {question.valid}"
    output.print_line(
        f"What {question.register.name} said about {question.subject}, known at position {question.known}{held}:"
    )
    for row in rows:
        output.print_table("", [{"column": name, "value": value} for name, value in row.items()])
    if not rows:
        output.print_line("Nothing.")
    if answer.cut:
        output.print_line(f"There are more: only {answer.rows_read:,} rows were looked at.")
