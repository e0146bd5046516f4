"""Rebuilds registers while writers write and readers read; each act is recorded before it is done.

Meanwhile every sealed record is compared with the seal, once for all registers of a call: nothing is attested, swapped
or rolled back over an altered record.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from adapters.seal.audit.parallel_check import RecordCheck, record_check
from adapters.seal.writer.frontier import SealMismatch
from bin.application.application import Application
from bin.application.errors import RecordAltered
from bin.application.operations.record import rebuild_recorder
from projections.declare import Register
from projections.rebuilding.job import Phase
from projections.rebuilding.plan import Plan, plan
from projections.rebuilding.rebuild_all import Outcome, Result, rebuild_all
from projections.rebuilding.rebuild_lock import RebuildBusy
from projections.rebuilding.recorder import Aborting, Act, Beginning
from projections.rebuilding.rollback import abort_rebuild, roll_back_swap
from projections.rebuilding.step import Choices, RebuildStep

Report = Callable[[RebuildStep], None]
"""Called with each step, from any thread."""
Count = Callable[[int, int], object]
"""Called with how many records are compared with the seal, and of how many."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How it ended for each register, and up to which position every record was compared with the seal."""

    results: Sequence[Result]
    sealed: int | None
    """None when nothing is sealed, or when there was nothing to attest or swap."""


def plan_rebuild(application: Application, registers: Sequence[Register], *, ready_only: bool) -> list[Plan]:
    """What rebuilding these registers means; with `ready_only` of those alone that only wait for their swap."""
    with application.database.project.connect() as connection:
        plans = plan(connection, registers)
    return [item for item in plans if item.phase is Phase.READY] if ready_only else plans


def rebuild_registers(
    application: Application, registers: Sequence[Register], choices: Choices, report: Report, count: Count
) -> Rebuilt:
    """Rebuild, compare, attest and swap.

    Raises RecordAltered; then nothing of it is attested or swapped, and the rebuilt rows are dropped, for no later call
    may go on from rows of altered records.
    """
    engine = application.database.project
    try:
        with _checking(application, count) as check:
            results = rebuild_all(engine, registers, choices, report, check.record, cancel=check.end)
            if any(result.outcome in (Outcome.UNEQUAL, Outcome.CANNOT_APPLY) for result in results):
                # The cause may be an altered record, and not the register.
                check.compare()
            return Rebuilt(results, check.sealed)
    except RecordAltered:
        for register in registers:
            with suppress(RebuildBusy):
                abort(application, register)
        raise


def roll_back(
    application: Application,
    registers: Sequence[Register],
    report: Report,
    count: Count,
    *,
    despite_differences: bool = False,
) -> dict[str, int]:
    """Make the tables that the last swaps set aside live again; the position of each.

    Raises RecordAltered, NothingToRollBack, Mismatch or RebuildBusy.
    """
    positions: dict[str, int] = {}
    with _checking(application, count) as check:
        for register in registers:
            steps = roll_back_swap(
                application.database.project, register, check.record, despite_differences=despite_differences
            )
            for step in steps:
                report(step)
                time.sleep(step.rest_seconds)
                positions[register.name] = step.position
    return positions


def abort(application: Application, register: Register) -> bool:
    """Drop what a rebuild has begun; whether there was anything. Raises RebuildBusy."""
    return abort_rebuild(application.database.project, register, rebuild_recorder(application))


class _CheckedRecorder:
    """Records the acts of a rebuild, those that rest on the ledger's records only once these are compared."""

    def __init__(self, application: Application, check: RecordCheck) -> None:
        self._record, self._check = rebuild_recorder(application), check
        self.end = check.end
        self.sealed: int | None = None

    def record(self, act: Act) -> None:
        if not isinstance(act, Beginning | Aborting):
            self.compare()
        self._record(act)

    def compare(self) -> None:
        try:
            self.sealed = self._check.compared()
        except SealMismatch as error:
            raise RecordAltered(
                f"Nothing is attested, swapped or rolled back: {error}. "
                "Run `rigsbog verify ledger` to see what was changed."
            ) from error


@contextmanager
def _checking(application: Application, count: Count) -> Iterator[_CheckedRecorder]:
    with record_check(application.url, count) as check:
        yield _CheckedRecorder(application, check)
