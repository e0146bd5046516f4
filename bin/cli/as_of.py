"""`rigsbog as-of`: what a register said about a subject at any earlier time, from the ledger alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.application.evidence.answers import AnswerProof, prove_answer
from bin.application.evidence.files import check_writable, write_evidence
from bin.application.evidence.inclusion import newest_provable
from bin.application.questions.as_of import AsOf, NoValidity, Picture, whole_picture
from bin.application.questions.as_of import as_of as ask
from bin.application.questions.moments import Moment
from bin.cli import output
from bin.cli.arguments import (
    KnownText,
    SubjectText,
    print_position_note,
    read_day,
    read_moment,
    read_register,
    read_subject,
)
from bin.cli.options import Authority, Basis, Case, Json, Open, Wait, reader
from bin.cli.start import open_application
from domain.subject import SubjectId
from projections.columns import Row
from projections.declare import Register

ALL = "all"
RegisterOrAll = Annotated[
    str,
    typer.Argument(metavar="REGISTER|all", help="One of the registers that `rigsbog status` lists, or all of them."),
]
ValidText = Annotated[str | None, typer.Option(help="Only rows that held on this Danish day (valid_from, valid_to).")]
ProofPath = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Also write the answer with its proof, for `verify_receipt.py`.")
]


def as_of(
    register: RegisterOrAll,
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
    With `all` it is every register, as known at one position, recorded as one answer; one without a validity, as known.
    Exit 70: a record that the answer rests on is not what was sealed; it is named, and there is no answer.
    With --proof, anyone can make the same rows from the facts in the file, and the log's key signs that none is left
    out. Encrypted data stay so. Then exit 65: too many rows, 69: the signer failed, 75: not sealed yet, 78: no key.
    """
    about = read_subject(subject)
    declared = None if register == ALL else read_register(register)
    moment = None if known is None else read_moment(known)
    day = None if valid is None else read_day(valid)
    if declared is None and proof is not None:
        raise typer.BadParameter("a proof is of one register; name it", param_hint="--proof")
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case, opens=open_)
        if declared is None:
            _show_picture(whole_picture(application, about, moment, day), reads, json=json)
            return
        if proof is not None:
            check_writable(proof)
            moment = newest_provable(application) if moment is None else moment
        answer = _ask(application, declared, about, moment, day)
        # It is known to be sealed before anybody's data are read, and recorded as read before anything is written.
        proved = proof and prove_answer(application, answer.question, wait)
        rows = answer.opened(reads)
    _show_answer(answer, rows, {"proof": _write(proved, proof)} if proof and proved else {}, json=json)


def _ask(
    application: Application, register: Register, about: SubjectId, moment: Moment | None, day: date | None
) -> AsOf:
    try:
        return ask(application, register, about, moment, day)
    except NoValidity as error:
        raise typer.BadParameter(str(error), param_hint="--valid") from error


def _document(answer: AsOf, rows: Sequence[Row]) -> dict[str, Any]:
    return answer.question.document() | {"asked": answer.known.asked, "rows": rows, "cut": answer.cut}


def _write(proof: AnswerProof, file: Path) -> dict[str, Any]:
    """Write the answer with its proof, and say so; the file as `--json` names it."""
    digest = write_evidence(file, proof.content)
    output.print_notice(
        f"{file} proves it by {proof.facts} facts. Check it: python3 verify_receipt.py --key VKEY {file}"
    )
    return {"file": str(file), "sha256": digest, "facts": proof.facts, "size": proof.size}


def _show_answer(answer: AsOf, rows: Sequence[Row], written: dict[str, Any], *, json: bool) -> None:
    if json:
        output.print_json(_document(answer, rows) | written)
        return
    print_position_note(answer.known)
    question = answer.question
    held = "" if question.valid is None else f", valid on {question.valid}"
    output.print_line(
        f"What {question.register.name} said about {question.subject}, known at position {question.known}{held}:"
    )
    if not rows:
        output.print_line("Nothing.")
    _print_rows(answer, rows)


def _print_rows(answer: AsOf, rows: Sequence[Row]) -> None:
    for row in rows:
        output.print_table("", [{"column": name, "value": value} for name, value in row.items()])
    if answer.cut:
        output.print_line(f"There are more: only {answer.rows_read:,} rows were looked at.")


def _show_picture(picture: Picture, reads: Reader, *, json: bool) -> None:
    rows = picture.opened(reads)
    if json:
        day = None if picture.valid is None else picture.valid.isoformat()
        answers = [_document(part, shown) for part, shown in zip(picture.parts, rows, strict=True)]
        known = {"known": picture.known.position, "asked": picture.known.asked, "valid": day}
        output.print_json({"subject": str(picture.subject)} | known | {"answers": answers})
        return
    print_position_note(picture.known)
    output.print_line(f"What all registers said about {picture.subject}, known at position {picture.known.position}.")
    for part, shown in zip(picture.parts, rows, strict=True):
        if shown:
            held = part.question.valid
            output.print_line(f"{part.question.register.name}, {'as known' if held is None else f'valid on {held}'}:")
            _print_rows(part, shown)
    empty = [part.question.register.name for part, shown in zip(picture.parts, rows, strict=True) if not shown]
    if empty:
        output.print_line(f"Nothing in: {', '.join(empty)}.")
