"""`rigsbog status`: the newest position, the seal, how far behind each register is, and what is late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.seal.writer.lag import Lag
from bin.application.operations.overdue_checks import written
from bin.application.questions.status import SystemStatus
from bin.application.questions.status import status as ask
from bin.application.questions.stuck import StuckLetter, list_stuck_letters
from bin.cli import exits, output
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.seal import lag_form, print_waiting
from bin.cli.start import open_application


def status(
    *,
    letters: Annotated[
        bool, typer.Option("--letters", help="Name the stuck letters; the reading is recorded.")
    ] = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Exit 1 when a register is stopped, stale or missing, a letter waits too long for its final receipt, something is
    overdue, sealing has halted, the seal is older than it may be, or a stored name was changed. Looked at is what fell
    due within 100 days, and not on a day that is personal, such as a birthday; `rigsbog verify ledger` looks at
    everything.
    """
    with open_application(only_looks=not letters) as application:
        system = ask(application)
        by = reader(application, authority=authority, basis=basis, case=case)
        stuck = list_stuck_letters(by) if letters and system.stuck.letters else ()
    _print(system, stuck, json=json)
    if not system.ok:
        raise typer.Exit(exits.DIFFERENT)


def _print(system: SystemStatus, stuck: Sequence[StuckLetter], *, json: bool) -> None:
    rows = [output.as_row(register) for register in system.registers]
    if json:
        output.print_json(
            {
                "head": system.head,
                "seal": lag_form(system.seal, system.home),
                "record_check": output.as_row(system.record_check),
                "altered_names": system.altered_names,
                "registers": rows,
                "stuck": output.as_row(system.stuck) | {"named": [output.as_row(letter) for letter in stuck]},
                "overdue": system.overdue and [output.as_row(acts) for acts in system.overdue.late],
                "missed": system.overdue and [output.as_row(acts) for acts in system.overdue.missed],
            }
        )
    else:
        output.print_table(f"The newest position is {system.head:,}", rows)
        print_altered(system.altered_names)
        output.print_line(_sealed(system.seal), style="red" if system.seal.halt or system.seal.too_old else "")
        print_waiting(system.seal, system.home)
        output.print_line(_compared(system))
        if system.stuck.waits_since:
            output.print_line(
                f"Letters that wait too long for their final receipt: {system.stuck.letters}, the oldest since"
                f" {system.stuck.waits_since.isoformat(timespec='seconds')}. Start `rigsbog run`; `rigsbog status"
                " --letters` names them.",
                style="red",
            )
        for letter in stuck:
            typer.echo(f"{letter.waits_since.isoformat(timespec='seconds')}  {letter.message}")
        if system.overdue is not None:
            for acts in system.overdue.late:
                output.print_line(f"Overdue, {written(acts)}. Start `rigsbog run`.", style="red")
            for acts in system.overdue.missed:
                output.print_line(f"Missed, and not asked for any more, {written(acts)}.")


def print_altered(names: Sequence[str]) -> None:
    if names:
        output.print_line(f"Stored names were changed: {'; '.join(names)}. See `rigsbog verify`.", style="red")


def _sealed(seal: Lag) -> str:
    if seal.halt is not None:
        return f"Sealing has halted after {seal.halt.size:,} records: {seal.halt.cause}. See `rigsbog seal status`."
    if not seal.size:
        return "Nothing is sealed yet: start `rigsbog run`."
    oldest = f"; the oldest unpublished record is {seal.age.total_seconds():,.0f} s old" if seal.age else ""
    late = " Nothing more is recorded until it is sealed: start `rigsbog run`." if seal.too_old else ""
    return f"Sealed up to position {seal.size:,}, published up to {seal.published:,}{oldest}.{late}"


def _compared(system: SystemStatus) -> str:
    check = system.record_check
    if check.last_ended_at is None:
        last = "Not all sealed records have been compared with the seal again yet"
    else:
        ended = check.last_ended_at.isoformat(timespec="seconds")
        last = f"The first {check.last_size:,} records were last compared with the seal again at {ended}"
    present = f"; the present round has compared {check.compared:,} of {system.seal.size:,}" if check.compared else ""
    return f"{last}{present}."
