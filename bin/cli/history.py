"""`rigsbog history`: every fact about one subject, in the order in which it was recorded."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.plain import plain
from bin.application.questions.history import HistoryRecord
from bin.application.questions.history import history as ask
from bin.cli import output
from bin.cli.arguments import print_position_note, read_subject
from bin.cli.options import Authority, Basis, Case, Json, Open, reader
from bin.cli.start import open_application

NEWER = " (as stored; only a newer version of Rigsbog knows what it means)"


def history(
    subject: Annotated[str, typer.Argument(help="Whom or what: kind:uuid, e.g. person:... or message:...")],
    *,
    until: Annotated[int | None, typer.Option(help="Only what was known up to this position.")] = None,
    open_: Open = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Personal data show as SEALED unless you --open them, which is itself recorded and shown to their subject.
    The sealed records are compared with the seal. Exit 70: one is not what was sealed; its position is named, and there
    is no answer.
    """
    about = read_subject(subject)
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case, opens=open_)
        answer = ask(application, about, reads, until)
    if json:
        known = {} if answer.known is None else {"known": answer.known.position, "asked": answer.known.asked}
        records = [output.as_row(record) for record in answer.records]
        output.print_json({"subject": str(about), **known, "records": records})
    else:
        print_position_note(answer.known)
        output.print_line(f"Facts about {about}: {len(answer.records) or 'none'}.")
        for record in answer.records:
            _print_record(record)


def _print_record(record: HistoryRecord) -> None:
    by = ", ".join(filter(None, (record.actor, f"for {record.authority}", record.case)))
    output.print_line(f"{record.position}  {record.recorded_at:%Y-%m-%d %H:%M:%S}  {record.fact}", style="bold")
    output.print_line(f"      by {by}; {record.legal_basis}")
    for name, value in record.fields.items():
        if value not in (None, [], False):
            newer = NEWER if name in record.newer else ""
            output.print_line(f"      {name}: {plain(value)}{newer}")
