"""`rigsbog as-of`: what a register said about a subject at any earlier time, from the ledger alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.application.evidence.answers import Question, answered, proved, rows_known
from bin.application.evidence.files import check_place, put
from bin.application.evidence.inclusion import prover
from bin.application.evidence.proof_files import key_history
from bin.cli import output
from bin.cli.arguments import (
    KNOWN_HELP,
    RegisterName,
    SubjectText,
    check_askable,
    read_day,
    read_known,
    read_register,
    read_subject,
    tell_note,
)
from bin.cli.options import Authority, Basis, Case, Json, Open, Wait, mandate
from bin.cli.start import open_application
from projections.catalogue import REGISTERS
from projections.declare import Register
from projections.engine.as_of import ROWS_MAX

Known = Annotated[str | None, typer.Option(help=KNOWN_HELP)]
Valid = Annotated[str | None, typer.Option(help="Only rows that held on this Danish day (valid_from, valid_to).")]
Proof = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Also write the answer with its proof, for `verify_receipt.py`.")
]


def as_of(
    register: RegisterName,
    subject: SubjectText,
    *,
    known: Known = None,
    valid: Valid = None,
    open_: Open = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    proof: Proof = None,
    wait: Wait = 0,
    json: Json = False,
) -> None:
    """Show REGISTER's rows about SUBJECT as they were KNOWN then, and, where rows have a validity, as they were VALID.

    A row is about SUBJECT when its key names it, or a fact that set it: a payee's accounts, a recipient's messages.
    Registration time (what the book knew) and effective time (what held in the world) are asked for separately.
    With --proof a stranger can make the same rows of the facts in the file; what is sealed stays so in it.
    Then exit 65: there are too many rows. Exit 70: a record is not what was sealed. Exit 75: it is not sealed yet.
    """
    asked = mandate(opened=open_, authority=authority, basis=basis, case=case)
    declared, about = read_register(register), read_subject(subject)
    check_askable(declared, about)
    with open_application() as application:
        with application.database.audit.connect() as connection:
            at = read_known(connection, known)
            question = Question(declared, about, at.position, _read_valid(valid, declared))
            known_then, cut = rows_known(connection, question)
        rows = [row for row in known_then if question.holds(row)]
        proved = {} if proof is None else {"proof": _proved(application, proof, question, wait)}
        shown = Reader(application, asked).rows(declared, rows, f"{register} of {about}")
    if json:
        asked_for = {"register": register, "subject": str(about), "known": question.known, "valid": question.valid}
        output.print_json(asked_for | {"asked": at.asked, "rows": shown, "cut": cut} | proved)
    else:
        tell_note(at)
        _tell(question, shown, cut=cut)


def _tell(asked: Question, rows: list[dict[str, Any]], *, cut: bool) -> None:
    held = "" if asked.valid is None else f", valid on {asked.valid}"
    output.tell(f"What {asked.register.name} said about {asked.subject}, known at position {asked.known}{held}:")
    for row in rows:
        output.print_table("", [{"column": name, "value": value} for name, value in row.items()])
    if not rows:
        output.tell("Nothing.")
    if cut:
        output.tell(f"There are more: only {ROWS_MAX:,} rows were looked at.")


def _read_valid(text: str | None, declared: Register) -> date | None:
    """The day of validity; a usage error when it cannot be read, or the register's rows have no validity."""
    if text is None:
        return None
    dated = [one.name for one in REGISTERS if "valid_from" in one.table.columns]
    if declared.name not in dated:
        raise typer.BadParameter(f"rows of {declared.name} have no validity; --valid is for {', '.join(dated)}")
    return read_day(text)


def _proved(application: Application, file: Path, question: Question, wait: float) -> dict[str, Any]:
    """Write the answer with its proof; what `--json` tells of the file."""
    check_place(file)
    proving = prover(application, question.known, wait)
    with application.database.audit.connect() as connection:
        answer = answered(connection, question)
    digest, facts = put(file, proved(proving, answer, key_history(proving))), len(answer.positions)
    output.say(f"{file} proves it by {facts} facts. Check it: python3 verify_receipt.py --key VKEY {file}")
    return {"file": str(file), "sha256": digest, "facts": facts, "size": proving.checkpoint.size}
