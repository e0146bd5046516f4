"""Asks how far the ledger is sealed, how far behind it each register is, and which letters and acts are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.keys.key_file import NoKey
from adapters.keys.vault import WrongKey
from adapters.seal.audit.check_round import RoundProgress, round_progress
from adapters.seal.writer.consistency import Comparison
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.lag import Lag, lag
from bin.application.application import Application
from bin.application.operations.seal_acknowledgement import compare_home
from bin.application.questions.overdue import Overdue, overdue
from bin.application.questions.stuck import StuckLetters, stuck_letters
from projections.catalogue import REGISTERS
from projections.engine.follow import FollowState, RegisterProgress, all_progress
from projections.engine.position import head
from projections.messages import MESSAGES

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
    home: Comparison
    """The database as this home remembers it."""
    record_check: RoundProgress
    registers: Sequence[RegisterStatus]
    stuck: StuckLetters
    overdue: Overdue | None
    """Of the last 100 days, and not of personal days; None without the key-encryption key, by which the law decides,
    and when a stored name was changed."""
    altered_names: Sequence[str]
    """The stored names that somebody changed, so that nothing that rests on them is what it was."""

    @property
    def ok(self) -> bool:
        """Whether sealing goes on in time, registers follow, nothing is stuck or overdue, and no name was changed.

        A home that remembers nothing, such as that of somebody who only looks, is no fault of the system.
        """
        following = all(register.state == FollowState.FOLLOWING.value for register in self.registers)
        sealing = self.seal.halt is None and not self.seal.too_old and not isinstance(self.home.error, SealMismatch)
        waiting = self.stuck.letters or (self.overdue and self.overdue.late)
        return following and not waiting and sealing and not self.altered_names


def status(application: Application) -> SystemStatus:
    """Read from the primary: a replica would report its own delay as that of the registers. Raises TablesAreGone."""
    altered = application.altered_names()
    with application.database.audit.connect() as connection:
        seal, newest = lag(application.database.append), head(connection)
        by_name = {progress.name: progress for progress in all_progress(connection)}
        registers = [_register_status(register.name, by_name.get(register.name), newest) for register in REGISTERS]
        messages = by_name.get(MESSAGES.name)
        readable = messages is not None and messages.state is not FollowState.STALE
        stuck = stuck_letters(connection, application.ledger.now()) if readable else StuckLetters(0, None)
    late = None if altered else _overdue(application)
    home, check = compare_home(application), round_progress(application.database.append)
    return SystemStatus(newest, seal, home, check, registers, stuck, late, altered)


def _overdue(application: Application) -> Overdue | None:
    try:
        return overdue(application)
    except (NoKey, WrongKey):
        return None


def _register_status(name: str, progress: RegisterProgress | None, newest: int) -> RegisterStatus:
    if progress is None:
        return RegisterStatus(name, 0, newest, MISSING, None)
    fault = progress.error
    error = None if fault is None else f"{fault.fact} at {fault.position}: {fault.cause}"
    return RegisterStatus(name, progress.position, newest - progress.position, progress.state.value, error)
