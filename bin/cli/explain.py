"""`rigsbog explain`: which record set one cell of a register, who acted, and on what legal basis."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.questions.explain import SeveralRows
from bin.application.questions.explain import explain as ask
from bin.cli import exits, output
from bin.cli.arguments import (
    KnownText,
    RegisterName,
    SubjectText,
    print_position_note,
    read_moment,
    read_register,
    read_subject,
)
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.start import open_application


def explain(
    register: RegisterName,
    subject: SubjectText,
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="A column of the register.")],
    *,
    known: KnownText = None,
    row: Annotated[str | None, typer.Option(help="Which row of several: a part of its key.")] = None,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """The sealed records about the row are compared with the seal. Exit 70: one is not what was sealed; its position is
    named, and there is no answer.
    """
    declared, about = read_register(register), read_subject(subject)
    moment = None if known is None else read_moment(known)
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case)
        try:
            explanation = ask(reads, declared, about, column, moment=moment, key_part=row)
        except SeveralRows as error:
            raise typer.BadParameter(str(error), param_hint="--row") from error
    position, causes = explanation.known.position, [output.as_row(cause) for cause in explanation.causes]
    if json:
        question = {"register": register, "subject": str(about), "column": column, "known": position}
        output.print_json(question | {"asked": explanation.known.asked, "causes": causes})
    else:
        print_position_note(explanation.known)
        output.print_blocks(f"What set {column} of {about} in {register}, as known at position {position}", causes)
    if not causes:
        raise typer.Exit(exits.DIFFERENT)
