"""`rigsbog status`: the newest position, the seal, how far behind each register is, and which letters are stuck."""

from __future__ import annotations

import typer

from adapters.seal.writer.lag import Lag
from bin.application.questions.status import status as ask
from bin.cli import exits, output
from bin.cli.options import Json
from bin.cli.seal import lag_form
from bin.cli.start import open_application


def status(*, json: Json = False) -> None:
    """Exit 1 when a register is stopped, stale or missing, a letter waits too long for its final receipt, sealing has
    halted, or the seal is older than it may be.
    """
    with open_application() as application:
        system = ask(application)
    rows = [output.as_row(register) for register in system.registers]
    if json:
        output.print_json(
            {
                "head": system.head,
                "seal": lag_form(system.seal),
                "registers": rows,
                "stuck": [output.as_row(message) for message in system.stuck],
            }
        )
    else:
        output.print_table(f"The newest position is {system.head:,}", rows)
        output.print_line(_sealed(system.seal), style="red" if system.seal.halt or system.seal.too_old else "")
        if system.stuck:
            output.print_line("These letters wait too long for their final receipt: start `rigsbog run`.", style="red")
        for message in system.stuck:
            typer.echo(f"{message.waits_since.isoformat(timespec='seconds')}  {message.message}")
    if not system.ok:
        raise typer.Exit(exits.DIFFERENT)


def _sealed(seal: Lag) -> str:
    if seal.halt is not None:
        return f"Sealing has halted after {seal.halt.size:,} records: {seal.halt.cause}. See `rigsbog seal status`."
    if not seal.size:
        return "Nothing is sealed yet: start `rigsbog run`."
    oldest = f"; the oldest unpublished record is {seal.age.total_seconds():,.0f} s old" if seal.age else ""
    late = " Nothing more is recorded until it is sealed: start `rigsbog run`." if seal.too_old else ""
    return f"Sealed up to position {seal.size:,}, published up to {seal.published:,}{oldest}.{late}"
