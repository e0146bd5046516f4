"""Rebuilds several registers, some at a time, and says of each how it ended."""

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
"""Registers rebuilt at a time: gains flatten well before, for each already uses several of the server's processes."""


class Outcome(StrEnum):
    SWAPPED = "swapped"
    READY = "ready"
    """Equal, or not to be compared; the swap was postponed."""
    UNEQUAL = "unequal"
    CANNOT_APPLY = "cannot apply"
    BUSY = "busy"
    INTERRUPTED = "interrupted"
    """It is taken up again by the next call."""


@dataclass(frozen=True, slots=True)
class Result:
    """How the rebuild of one register ended; `detail` is a sentence when something is to be said."""

    register: str
    outcome: Outcome
    position: int
    seconds: float
    facts_per_second: float | None = None
    detail: str = ""
    differing: tuple[str, ...] = ()
    explained: tuple[Explained, ...] = ()
    """For each differing row or column the fact that says what it should be."""
    attested: StateDigest | None = None
    """What both tables were when they were found equal."""


def rebuild_all(
    engine: Engine,
    registers: Sequence[Register],
    choices: Choices,
    report: Callable[[RebuildStep], None],
    record: Recorder = record_nothing,
) -> list[Result]:
    """Rebuild the registers, `choices.workers` at a time; each step is reported, from whatever thread takes it.

    `record` is called before each act, from the thread that does it.

    What stands in the way of one is its result, and the others go on. An interrupt ends every statement under way and
    is raised again; the same call takes everything up. Raises SQLAlchemy's OperationalError when the database fails.
    """
    stop = threading.Event()
    rebuilds = [Rebuild(engine, register, choices, record) for register in registers]
    with ThreadPoolExecutor(max_workers=min(choices.workers, WORKERS_MAX)) as pool:
        under_way = [pool.submit(_run, one, report, stop) for one in rebuilds]
        try:
            return [one.result() for one in under_way]
        except BaseException:
            # Also for an interrupt: nobody waits for the end of a statement that nobody wants any more.
            stop.set()
            for one in rebuilds:
                one.cancel()
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
