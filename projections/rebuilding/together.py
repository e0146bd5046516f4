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
from projections.rebuilding.rebuild import Rebuild, Unequal
from projections.rebuilding.shadow import CannotApply
from projections.rebuilding.step import Choices, Did, Step
from projections.rebuilding.turn import Busy

WORKERS_MAX = 8
"""Registers rebuilt at a time: gains flatten well before, for each already uses several of the server's processes."""


class Outcome(StrEnum):
    """How a rebuild ended."""

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


def rebuild_together(
    engine: Engine, registers: Sequence[Register], choices: Choices, report: Callable[[Step], None]
) -> list[Result]:
    """Rebuild the registers, `choices.workers` at a time; each step is reported, from whatever thread takes it.

    What stands in the way of one is its result, and the others go on. An interrupt ends every statement under way and
    is raised again; the same call takes everything up. Raises SQLAlchemy's OperationalError when the database fails.
    """
    stop = threading.Event()
    rebuilds = [Rebuild(engine, register, choices) for register in registers]
    with ThreadPoolExecutor(max_workers=min(choices.workers, WORKERS_MAX)) as pool:
        under_way = [pool.submit(_carry_out, one, report, stop) for one in rebuilds]
        try:
            return [one.result() for one in under_way]
        except BaseException:
            # Also for an interrupt: nobody waits for the end of a statement that nobody wants any more.
            stop.set()
            for one in rebuilds:
                one.cancel()
            raise


def _carry_out(rebuild: Rebuild, report: Callable[[Step], None], stop: threading.Event) -> Result:
    began = time.monotonic()
    name, step, note = rebuild.register.name, None, ""
    outcome, detail = Outcome.INTERRUPTED, ""
    differing: tuple[str, ...] = ()
    steps = rebuild.steps()
    try:
        while not stop.is_set():
            step = next(steps)
            note = step.note if step.did is Did.COMPARED else note
            report(step)
            stop.wait(step.rest_seconds)
    except StopIteration:
        outcome = Outcome.READY if rebuild.choices.postpone_swap else Outcome.SWAPPED
        detail = note
    except Unequal as error:
        outcome, detail, differing = Outcome.UNEQUAL, str(error), error.differing
    except (Busy, CannotApply) as error:
        outcome = Outcome.BUSY if isinstance(error, Busy) else Outcome.CANNOT_APPLY
        detail = str(error)
    except OperationalError:
        if not stop.is_set():
            raise
    finally:
        steps.close()
    position, rate = (0, None) if step is None else (step.position, step.facts_per_second)
    return Result(name, outcome, position, time.monotonic() - began, rate, detail, differing)
