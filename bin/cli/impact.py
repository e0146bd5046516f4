"""`rigsbog impact`: what rests on a value that was corrected later."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bin.application.questions.impact import Impact
from bin.application.questions.impact import impact as ask
from bin.cli import output
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.start import open_application
from domain.record import Record


def impact(
    position: Annotated[
        int, typer.Argument(min=1, help="The position of the correction, as `rigsbog history` shows it.")
    ],
    *,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """A correction is an annulment, an end that is moved or taken back, a death, birth or cessation corrected, a number
    withdrawn. Listed is what was recorded between the wrong fact and its correction: every command that consulted a
    state with the wrong fact in it, and every answer about the same people. Nothing changes and no legal time moves:
    people decide what it means for each act.
    """
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case)
        answer = ask(application, position, reads)
    if json:
        output.print_json(_document(answer))
    else:
        _print(answer)


def _document(answer: Impact) -> dict[str, Any]:
    return {
        "correction": _named(answer.correction),
        "corrected": _named(answer.corrected),
        "commands": [
            output.as_row(command) | {"facts": [output.as_row(fact) for fact in command.facts]}
            for command in answer.commands
        ],
        "letters": [output.as_row(letter) for letter in answer.letters],
        "readings": [_named(reading) for reading in answer.readings],
        "cut": answer.cut,
    }


def _named(record: Record) -> dict[str, Any]:
    context = record.context
    return {
        "position": record.position,
        "recorded_at": record.recorded_at,
        "fact": record.name,
        "fields": record.event.open_fields(),
        "authority": context.authority,
        "actor": context.actor,
        "legal_basis": context.legal_basis,
        "case": context.case,
    }


def _print(answer: Impact) -> None:
    correction, corrected = answer.correction, answer.corrected
    output.print_line(
        f"{correction.name} at position {correction.position} corrects {corrected.name} at position"
        f" {corrected.position} ({corrected.recorded_at:%Y-%m-%d %H:%M:%S})."
    )
    output.print_line(f"Commands that rest on it: {len(answer.commands)}{' and more' if answer.cut else ''}.")
    for command in answer.commands:
        names = ", ".join(fact.name for fact in command.facts)
        output.print_line(f"{command.first_position}  {command.recorded_at:%Y-%m-%d %H:%M:%S}  {names}", style="bold")
        output.print_line(f"      by {_by(command)}; {command.legal_basis}")
        output.print_line(f"      consulted {', '.join(command.consulted)}")
    if answer.letters:
        output.print_line("What has become of the letters:")
    for letter in answer.letters:
        seen = "served" if letter.served else "opened" if letter.opened else "not opened"
        output.print_line(f"      {letter.message}: {letter.stage}, {seen}")
    output.print_line(f"Answers given meanwhile: {len(answer.readings)}.")
    for reading in answer.readings:
        by = _by(reading.context)
        output.print_line(f"{reading.position}  {reading.recorded_at:%Y-%m-%d %H:%M:%S}  {reading.name}", style="bold")
        output.print_line(f"      by {by}; {reading.context.legal_basis}")


def _by(context: Any) -> str:
    return ", ".join(filter(None, (context.actor, f"for {context.authority}", context.case)))
