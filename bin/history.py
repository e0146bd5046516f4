"""`rigsbog history`: everything the book holds about one subject, in the order in which it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bin import exits, output
from bin.options import Authority, Basis, Case, Json, Open, mandate

if TYPE_CHECKING:
    from adapters.entry import Entry
    from bin.reading import Reader


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
    from adapters.entry import Criterion
    from bin.house import open_house
    from bin.reading import Reader
    from domain.subject import subject as read_subject

    try:
        about = read_subject(subject)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    asked = mandate(opened=open_, authority=authority, basis=basis, case=case)
    with open_house() as house:
        entries = house.ledger.entries((Criterion((about,)),), until=until)
        reader = Reader(house, asked)
        reader.allow([entry.sealed for entry in entries], f"history of {about}")
        records = [_row(entry, reader) for entry in entries]
    if json:
        output.print_json({"subject": str(about), "records": records})
    elif records:
        output.print_table(f"What the book holds about {about}", [_short(one) for one in records])
    else:
        output.say(f"The book holds nothing about {about}.")


def _row(entry: Entry, reader: Reader) -> dict[str, Any]:
    from domain.entities import FACTS

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


def _short(record: dict[str, Any]) -> dict[str, Any]:
    facts = ", ".join(
        f"{name}={output.plain(value)}" for name, value in record["fields"].items() if value not in (None, [], False)
    )
    by = " / ".join(filter(None, (record["actor"], record["authority"], record["case"])))
    return {
        "position": record["position"],
        "recorded": record["recorded_at"].strftime("%Y-%m-%d %H:%M:%S"),
        "fact": record["fact"],
        "what": facts,
        "by": by,
        "legal basis": record["legal_basis"],
    }


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(history))
