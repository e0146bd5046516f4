"""Rebuilds several registers in parallel, and returns how each ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from projections.declare import Register
from projections.engine.digest import StateDigest
from projections.rebuilding.mismatch import Explained, Mismatch
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.rebuild_lock import RebuildBusy
from projections.rebuilding.recorder import Recorder, record_nothing
from projections.rebuilding.shadow import CannotApply
from projections.rebuilding.step import Choices, RebuildAction, RebuildStep

WORKERS_MAX = 8
"""Registers rebuilt at a time: more gain nothing, because each uses several of the server's processes."""


class Outcome(StrEnum):
    SWAPPED = "swapped"
    READY = "ready"
    """The tables are equal or cannot be compared; the swap was postponed."""
    UNEQUAL = "unequal"
    CANNOT_APPLY = "cannot apply"
    BUSY = "busy"
    INTERRUPTED = "interrupted"
    """The next call resumes it."""


@dataclass(frozen=True, slots=True)
class Result:
    """How the rebuild of one register ended; `detail` is a sentence, or empty."""

    register: str
    outcome: Outcome
    position: int
    seconds: float
    facts_per_second: float | None = None
    detail: str = ""
    differing: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()
    """For each differing row or column the fact that sets it in the ledger."""
    attested: StateDigest | None = None
    """The digest of both tables when they were equal."""


def rebuild_all(
    engine: Engine,
    registers: Sequence[Register],
    choices: Choices,
    report: Callable[[RebuildStep], None],
    record: Recorder = record_nothing,
    *,
    cancel: Callable[[], object] = lambda: None,
) -> list[Result]:
    """Rebuild the registers, `choices.workers` at a time.

    `report` is called after each step and `record` before each act, from the thread of that rebuild. When one rebuild
    fails, its result says why, and the others continue. An interrupt cancels every running statement and calls
    `cancel`, which ends what `record` may wait for; it is raised again, and the same call resumes all rebuilds. Raises
    what `record` raises, and SQLAlchemy's OperationalError when the database fails.
    """
    stop = threading.Event()
    rebuilds = [Rebuild(engine, register, choices, record) for register in registers]
    with ThreadPoolExecutor(max_workers=min(choices.workers, WORKERS_MAX)) as pool:
        futures = [pool.submit(_run, rebuild, report, stop) for rebuild in rebuilds]
        try:
            return [future.result() for future in futures]
        except BaseException:
            # Also for an interrupt, which must not wait for the running statements.
            stop.set()
            cancel()
            for rebuild in rebuilds:
                rebuild.cancel()
            raise


def _run(rebuild: Rebuild, report: Callable[[RebuildStep], None], stop: threading.Event) -> Result:
    began = time.monotonic()
    name, step, note = rebuild.register.name, None, ""
    outcome, detail = Outcome.INTERRUPTED, ""
    mismatch: Mismatch | None = None
    attested: StateDigest | None = None
    steps = rebuild.steps()
    try:
        while not stop.is_set():
            step = next(steps)
            if step.did is RebuildAction.COMPARED:
                note, attested = step.note, step.digest
            report(step)
            stop.wait(step.rest_seconds)
    except StopIteration:
        outcome = Outcome.READY if rebuild.choices.postpone_swap else Outcome.SWAPPED
        detail = note
    except Mismatch as error:
        outcome, detail, mismatch = Outcome.UNEQUAL, str(error), error
    except (RebuildBusy, CannotApply) as error:
        outcome = Outcome.BUSY if isinstance(error, RebuildBusy) else Outcome.CANNOT_APPLY
        detail = str(error)
    except OperationalError:
        if not stop.is_set():
            raise
    finally:
        steps.close()
    position, rate = (0, None) if step is None else (step.position, step.facts_per_second)
    differing, explained = ((), ()) if mismatch is None else (mismatch.differing, mismatch.explained)
    seconds = time.monotonic() - began
    return Result(name, outcome, position, seconds, rate, detail, differing, explained, attested)
