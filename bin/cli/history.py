"""`rigsbog history`: everything the book holds about one subject, in the order in which it was recorded."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from adapters.ledger.entry import Criterion, Entry
from adapters.seal.writer.store import SealStore
from bin.application.application import Application
from bin.application.disclosure import Reader
from bin.cli import output
from bin.cli.arguments import read_subject, tell_note
from bin.cli.options import Authority, Basis, Case, Json, Open, mandate
from bin.cli.start import open_application
from domain.entities import FACTS
from domain.subject import THIS_LOG, LogId, SubjectId
from projections.engine.position import Known, known_at


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
    """Show every fact about SUBJECT: when it was recorded, who did it, for which authority, on what legal basis.

    Personal data show as SEALED unless you --open them, which is itself recorded and shown to their subject.
    """
    about = read_subject(subject)
    asked = mandate(opened=open_, authority=authority, basis=basis, case=case)
    with open_application() as application:
        at = None if until is None else _known(application, until)
        criteria = [Criterion((one,)) for one in _names(about, application)]
        entries = application.ledger.entries(criteria, until=None if at is None else at.position)
        reader = Reader(application, asked)
        reader.allow([entry.sealed for entry in entries], f"history of {about}")
        records = [_row(entry, reader) for entry in entries]
    if json:
        until_used = {} if at is None else {"known": at.position, "asked": at.asked}
        output.print_json({"subject": str(about), **until_used, "records": records})
    else:
        if at is not None:
            tell_note(at)
        output.tell(f"The book holds {len(records) or 'nothing'} {'facts ' if records else ''}about {about}.")
        for record in records:
            _tell(record)


def _known(application: Application, position: int) -> Known:
    with application.database.audit.connect() as connection:
        return known_at(connection, position)


def _names(about: SubjectId, application: Application) -> list[SubjectId]:
    """Under what its facts are recorded: the ledger as a whole is also the log that its seal made of it."""
    log = SealStore(application.database.append).log() if about == THIS_LOG else None
    return [about] if log is None else [about, LogId(log.log)]


def _row(entry: Entry, reader: Reader) -> dict[str, Any]:
    context, fields = entry.context, dict(entry.payload)
    if entry.sealed is not None:
        fields |= reader.fields(entry.sealed, entry.subject, {entry.name: FACTS[entry.name]})
    return {
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "fact": entry.name,
        "fields": fields,
        "authority": context.authority,
        "actor": context.actor,
        "legal_basis": context.legal_basis,
        "case": context.case,
        "causation": context.causation,
        "effective_from": context.effective_from,
        "command": context.command,
    }


def _tell(record: dict[str, Any]) -> None:
    """One record in a few lines: when and what, by whom and why, and what it says."""
    by = ", ".join(filter(None, (record["actor"], f"for {record['authority']}", record["case"])))
    output.tell(f"{record['position']}  {record['recorded_at']:%Y-%m-%d %H:%M:%S}  {record['fact']}", style="bold")
    output.tell(f"      by {by}; {record['legal_basis']}")
    for name, value in record["fields"].items():
        if value not in (None, [], False):
            output.tell(f"      {name}: {output.plain(value)}")
