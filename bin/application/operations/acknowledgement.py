"""Acknowledges that a register stopped at a record that it cannot apply."""

from __future__ import annotations

from dataclasses import dataclass

from bin.application.application import Application
from bin.application.operations.record import record
from domain.errors import ErrorKind, RigsbogError
from domain.operations.operation_commands import AcknowledgeRegisterStop
from projections.engine.follow import FollowState, all_progress


class RegisterNotStopped(RigsbogError):
    """The register has not stopped, so nothing is to be acknowledged: see `rigsbog status`."""

    kind = ErrorKind.REFUSED


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Where the register stopped, and where that is acknowledged; None if it was acknowledged before."""

    position: int
    recorded_at_position: int | None


def acknowledge_stop(application: Application, register: str, reason: str) -> Acknowledged:
    """Record that an operator knows that the register stopped. Raises RegisterNotStopped."""
    with application.database.audit.connect() as connection:
        position = next(
            (
                row.position
                for row in all_progress(connection)
                if row.name == register and row.state is FollowState.STOPPED
            ),
            None,
        )
    if position is None:
        raise RegisterNotStopped(f"The register {register} has not stopped: there is nothing to acknowledge.")
    command = AcknowledgeRegisterStop(name=register, position=position, reason=reason)
    return Acknowledged(position, record(application, command))
