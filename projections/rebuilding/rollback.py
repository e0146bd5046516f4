"""Rolls back a swap, which makes the previous table live again, and aborts an unfinished rebuild."""

from __future__ import annotations

import time
from collections.abc import Generator

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from projections.declare import Register
from projections.engine.build import table_like
from projections.engine.compile import Range, rows
from projections.engine.follow import advance as follow_once
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from projections.rebuilding.comparison import compare_rows, in_words
from projections.rebuilding.job import Phase, forget, read_job
from projections.rebuilding.mismatch import mismatch_of
from projections.rebuilding.rebuild_lock import RebuildBusy, in_the_way, rebuild_lock
from projections.rebuilding.recorder import Aborting, Recorder, RollingBack, record_nothing
from projections.rebuilding.shadow import drop
from projections.rebuilding.step import PATIENCE_SECONDS, RETRY_SECONDS, RebuildAction, RebuildStep
from projections.rebuilding.swap import PREVIOUS, read_previous, swap_back


def roll_back_swap(
    engine: Engine, register: Register, record: Recorder = record_nothing, *, despite_differences: bool = False
) -> Generator[RebuildStep]:
    """Make the table before the last swap the live one, and then bring it from its own position to the head.

    The table that was live becomes the previous one, so a second call undoes the first. Its rows are first compared
    with those that the ledger gives at its position; when they differ, it becomes live only `despite_differences`.
    Recorded before it is done. Raises RebuildBusy, NothingToRollBack, DeclaredOtherwise or Mismatch.
    """
    with rebuild_lock(engine, register) as connection:
        compared = _compare_previous(connection, register, despite_differences=despite_differences)
        yield compared
        record(RollingBack(register.name, despite_differences=compared.digest is None))
        patience = time.monotonic() + PATIENCE_SECONDS
        while (step := _roll_back_once(connection, register)).did is RebuildAction.WAITED:
            if time.monotonic() > patience:
                raise RebuildBusy(
                    f"{register.name}: readers have been at work for {PATIENCE_SECONDS:.0f} seconds. Call again."
                )
            yield step
        yield step
        position = step.position
        while True:
            (progress,) = follow_once(connection, [register])
            if progress.position == position:
                return
            position = progress.position
            yield RebuildStep(register.name, RebuildAction.FOLLOWED, position, max(step.total, position))


def abort_rebuild(engine: Engine, register: Register, record: Recorder = record_nothing) -> bool:
    """Delete an unfinished rebuild and its shadow; return whether there was one. Recorded before it is done.

    Raises RebuildBusy.
    """
    with rebuild_lock(engine, register) as connection:
        with connection.begin():
            job = read_job(connection, register.name)
        begun = job is not None and job.phase is not Phase.SWAPPED
        if begun:
            record(Aborting(register.name))
            with connection.begin():
                drop(connection, register)
                forget(connection, register.name)
        return begun


def _compare_previous(connection: Connection, register: Register, *, despite_differences: bool) -> RebuildStep:
    """Compare the previous table with the ledger's own answer at its position, in one snapshot."""
    with connection.begin():
        connection.execute(text("set transaction isolation level repeatable read"))
        position = read_previous(connection, register)
        previous = table_like(register, name=register.name + PREVIOUS).alias("previous")
        expected = rows(register, read_names(connection), Range(0, position)).subquery("expected")
        equal, differing = compare_rows(connection, register, position, previous, expected)
        if equal is None and not despite_differences:
            raise mismatch_of(connection, register, position, differing, of="previous", left="were not made live")
        note, total = in_words(register, equal, differing), head(connection)
    return RebuildStep(register.name, RebuildAction.COMPARED, position, total, note=note, digest=equal)


def _roll_back_once(connection: Connection, register: Register) -> RebuildStep:
    try:
        with connection.begin():
            position = swap_back(connection, register)
            return RebuildStep(register.name, RebuildAction.ROLLED_BACK, position, head(connection))
    except OperationalError as error:
        if not in_the_way(error):
            raise
        return RebuildStep(
            register.name, RebuildAction.WAITED, 0, 0, rest_seconds=RETRY_SECONDS, note="readers are at work"
        )
