"""Rebuilds registers while writers write and readers read; each act is recorded before it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bin.application.application import Application
from bin.application.operations.record import rebuild_recorder
from projections.declare import Register
from projections.rebuilding.job import Phase
from projections.rebuilding.plan import Plan, plan
from projections.rebuilding.rebuild_all import Result, rebuild_all
from projections.rebuilding.rollback import abort_rebuild, roll_back_swap
from projections.rebuilding.step import Choices, RebuildStep

Report = Callable[[RebuildStep], None]
"""Called with each step, from any thread."""


def plan_rebuild(application: Application, registers: Sequence[Register], *, ready_only: bool) -> list[Plan]:
    """What rebuilding these registers means; with `ready_only` of those alone that only wait for their swap."""
    with application.database.project.connect() as connection:
        plans = plan(connection, registers)
    return [item for item in plans if item.phase is Phase.READY] if ready_only else plans


def rebuild_registers(
    application: Application, registers: Sequence[Register], choices: Choices, report: Report
) -> list[Result]:
    """Rebuild, compare, attest and swap; how it ended for each."""
    return rebuild_all(application.database.project, registers, choices, report, rebuild_recorder(application))


def roll_back(application: Application, register: Register, report: Report) -> int:
    """Make the table that the last swap put aside live again; its position. Raises NothingToRollBack or RebuildBusy."""
    position = 0
    for step in roll_back_swap(application.database.project, register, record=rebuild_recorder(application)):
        report(step)
        time.sleep(step.rest_seconds)
        position = step.position
    return position


def abort(application: Application, register: Register) -> bool:
    """Drop what a rebuild has begun; whether there was anything. Raises RebuildBusy."""
    return abort_rebuild(application.database.project, register, rebuild_recorder(application))
