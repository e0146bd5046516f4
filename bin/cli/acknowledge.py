"""`rigsbog acknowledge`: an operator says that it is known that, and why, a register stopped."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application.application import Application
from bin.application.operations.record import operating, record
from bin.cli import output
from bin.cli.arguments import RegisterName, read_register
from bin.cli.options import Json
from bin.cli.start import open_application
from domain.operations.operation_commands import AcknowledgeRegisterStop
from projections.engine.follow import Standing, State, standings

Reason = Annotated[str, typer.Option(help="Why it stopped, in a few words; no personal data, for it stands open.")]


def acknowledge(name: RegisterName, *, reason: Reason, json: Json = False) -> None:
    """Say that it is known that REGISTER stopped before a record that it cannot apply, and why.

    It mends nothing: a stopped register tries again by itself. It tells whoever looks later that somebody looked.
    """
    register = read_register(name)
    with open_application() as application:
        standing = _stopped(application, register.name)
        command = AcknowledgeRegisterStop(name=register.name, position=standing.position, reason=reason)
        recorded = record(application, command, operating(application, legal_basis="GDPR art. 5(2)"))
    at = None if recorded is None else recorded.first
    if json:
        output.print_json({"register": register.name, "position": standing.position, "recorded_at_position": at})
    elif at is None:
        output.say("It was acknowledged before: nothing was recorded.")
    else:
        output.say(f"{at}  RegisterStopAcknowledged")


def _stopped(application: Application, name: str) -> Standing:
    """How the register stands; a usage error when it has not stopped."""
    with application.database.audit.connect() as connection:
        found = next((one for one in standings(connection) if one.name == name), None)
    if found is None or found.state is not State.STOPPED:
        raise typer.BadParameter(f"{name} has not stopped: there is nothing to acknowledge")
    return found
