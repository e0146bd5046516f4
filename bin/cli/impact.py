"""`rigsbog impact`: what rests on a value that was corrected later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bin.application.questions.impact import AffectedLetter, Impact
from bin.application.questions.impact import impact as ask
from bin.cli import exits, output
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.start import open_application
from domain.operations.disclosure import PARTIES_MAX
from domain.record import Record
from projections.engine.impact import RestingCommand

NOT_COMPARED = (
    "What a command read outside the states that it consulted, such as what its caller stated.",
    "What rests on a listed act, and so only indirectly on the value: a correction that follows has its own impact.",
    "Acts that recorded nothing, and refusals beyond the number that is recorded a day.",
    f"Whom a refused answer about more than {PARTIES_MAX} people named after the first {PARTIES_MAX}.",
    "Whether a row of a command was changed: what a command consulted is sealed by nothing.",
    "What was done outside this ledger: payments, paper, telephone, and copies that somebody kept.",
)
"""What the list does not say; the caller has to ask elsewhere."""


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
    state with the wrong fact in it, what has become of their letters, every answer about the same people, and what was
    refused to them. Nothing changes and no legal time moves: people decide what it means for each act. The exit code is
    1 when there are more commands, or later facts about their letters, than are listed.
    """
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case)
        answer = ask(application, position, reads)
    if json:
        output.print_json(_document(answer))
    else:
        _print(answer)
    if answer.cut or answer.later_cut:
        raise typer.Exit(exits.DIFFERENT)


def _document(answer: Impact) -> dict[str, Any]:
    return {
        "correction": _named(answer.correction),
        "corrected": [*map(_named, answer.corrected)],
        "commands": [
            output.as_row(command) | {"facts": [output.as_row(fact) for fact in command.facts]}
            for command in answer.commands
        ],
        "acts": [*map(_named, answer.acts)],
        "letters": [output.as_row(letter) | {"later": [*map(_named, letter.later)]} for letter in answer.letters],
        "readings": [*map(_named, answer.readings)],
        "refusals": [*map(_named, answer.refusals)],
        "of_everybody": [*map(_named, answer.of_everybody)],
        "followed_by": [*map(_named, answer.followed_by)],
        "searched": output.as_row(answer.searched),
        "cut": answer.cut,
        "later_cut": answer.later_cut,
        "not_compared": NOT_COMPARED,
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
    for corrected in answer.corrected:
        output.print_line(
            f"{answer.correction.name} at position {answer.correction.position} corrects {corrected.name} at position"
            f" {corrected.position} ({corrected.recorded_at:%Y-%m-%d %H:%M:%S})."
        )
    _print_records("The correction, and what it corrects", [answer.correction, *answer.corrected])
    output.print_line(f"Commands that rest on it: {len(answer.commands)}{' and more' if answer.cut else ''}.")
    for command in answer.commands:
        _print_command(command)
    _print_records("Facts that name the corrected entry", answer.acts)
    output.print_line(f"Letters that they are about: {len(answer.letters)}.")
    for letter in answer.letters:
        _print_letter(letter)
    if answer.later_cut:
        output.print_line(
            "More was recorded later about the letters than is listed; `rigsbog history` shows it of each."
        )
    _print_records("Answers given meanwhile", answer.readings)
    _print_records("Acts and answers that were refused meanwhile", answer.refusals)
    _print_records("Acts by which somebody may have read about everybody", answer.of_everybody)
    _print_records("Corrections that follow from it, each with an impact of its own", answer.followed_by)
    _print_scope(answer)


def _print_command(command: RestingCommand) -> None:
    names = ", ".join(fact.name for fact in command.facts)
    output.print_line(f"{command.first_position}  {command.recorded_at:%Y-%m-%d %H:%M:%S}  {names}", style="bold")
    output.print_line(f"      by {_by(command)}; {command.legal_basis}")
    output.print_line(f"      consulted {', '.join(command.consulted)}")


def _print_letter(letter: AffectedLetter) -> None:
    seen = "served" if letter.served else "opened" if letter.opened else "not opened"
    later = f"; later {', '.join(f'{each.position} {each.name}' for each in letter.later)}" if letter.later else ""
    output.print_line(f"      {letter.message}: {letter.stage}, {seen}{later}")


def _print_records(title: str, records: Sequence[Record]) -> None:
    output.print_line(f"{title}: {len(records)}.")
    for record in records:
        output.print_line(f"{record.position}  {record.recorded_at:%Y-%m-%d %H:%M:%S}  {record.name}", style="bold")
        output.print_line(f"      by {_by(record.context)}; {record.context.legal_basis}")


def _print_scope(answer: Impact) -> None:
    searched = answer.searched
    output.print_line(
        f"Compared: {searched.commands} commands between positions {searched.after} and {searched.before}, of which"
        f" {searched.without_states} consulted no state."
    )
    output.print_line("Not compared:")
    for sentence in NOT_COMPARED:
        output.print_line(f"      {sentence}")


def _by(context: Any) -> str:
    return ", ".join(filter(None, (context.actor, f"for {context.authority}", context.case)))
