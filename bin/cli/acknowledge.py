"""`rigsbog acknowledge`: an operator acknowledges that a register stopped, and says why."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.operations.acknowledgement import acknowledge_stop
from bin.cli import output
from bin.cli.arguments import RegisterName, read_register
from bin.cli.options import Json
from bin.cli.start import open_application

Reason = Annotated[
    str, typer.Option(help="Why it stopped, in a few words; no personal data, for it is stored unencrypted.")
]


def acknowledge(name: RegisterName, *, reason: Reason, json: Json = False) -> None:
    """It repairs nothing: a stopped register tries again on its own. It shows a later reader that somebody looked."""
    register = read_register(name).name
    with open_application() as application:
        acknowledged = acknowledge_stop(application, register, reason)
    at = acknowledged.recorded_at_position
    if json:
        output.print_json({"register": register, "position": acknowledged.position, "recorded_at_position": at})
    elif at is None:
        output.print_notice("No change: it was acknowledged before, and nothing was recorded.")
    else:
        output.print_notice(f"{at}  RegisterStopAcknowledged")
