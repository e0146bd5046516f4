"""Asks how far the ledger is sealed, and how far behind it each register is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.seal.writer.lag import Lag, lag
from bin.application.application import Application
from projections.catalogue import REGISTERS
from projections.engine.follow import FollowState, RegisterProgress, all_progress
from projections.engine.position import head

MISSING = "missing"
"""The state of a register whose table was never made."""


@dataclass(frozen=True, slots=True)
class RegisterStatus:
    name: str
    position: int
    lag: int
    state: str
    error: str | None


@dataclass(frozen=True, slots=True)
class SystemStatus:
    head: int
    seal: Lag
    registers: Sequence[RegisterStatus]

    @property
    def ok(self) -> bool:
        """Whether sealing goes on in time and every register follows."""
        following = all(register.state == FollowState.FOLLOWING.value for register in self.registers)
        return following and self.seal.halt is None and not self.seal.too_old


def status(application: Application) -> SystemStatus:
    """Read from the primary: a replica would report its own delay as that of the registers."""
    with application.database.audit.connect() as connection:
        seal, newest = lag(application.database.append), head(connection)
        by_name = {progress.name: progress for progress in all_progress(connection)}
    return SystemStatus(
        newest, seal, [_register_status(register.name, by_name.get(register.name), newest) for register in REGISTERS]
    )


def _register_status(name: str, progress: RegisterProgress | None, newest: int) -> RegisterStatus:
    if progress is None:
        return RegisterStatus(name, 0, newest, MISSING, None)
    fault = progress.error
    error = None if fault is None else f"{fault.fact} at {fault.position}: {fault.cause}"
    return RegisterStatus(name, progress.position, newest - progress.position, progress.state.value, error)
