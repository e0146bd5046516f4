"""Takes a rebuild back: the table that a swap put aside is live again at once, or what was begun is given up."""

from __future__ import annotations

import time
from collections.abc import Generator

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from projections.declare import Register
from projections.engine.follow import advance as follow_once
from projections.engine.position import head
from projections.rebuilding.job import Phase, forget, read_job
from projections.rebuilding.rebuild_lock import Busy, at_work, in_the_way
from projections.rebuilding.recorder import GivingUp, PuttingBack, Tell, untold
from projections.rebuilding.shadow import drop
from projections.rebuilding.step import PATIENCE_SECONDS, RETRY_SECONDS, Did, Step
from projections.rebuilding.swap import read_previous, swap_back


def put_back(
    engine: Engine, register: Register, patience_seconds: float = PATIENCE_SECONDS, tell: Tell = untold
) -> Generator[Step]:
    """Put the table put aside by the last swap back at once, and then bring it from its own position to the head.

    What was live is put aside in turn, so that a second call goes forth again. Told before it is done. Raises Busy,
    NothingToPutBack or DeclaredOtherwise.
    """
    with at_work(engine, register) as connection:
        with connection.begin():
            read_previous(connection, register)
        tell(PuttingBack(register.name))
        patience = time.monotonic() + patience_seconds
        while (step := _put_back_once(connection, register)).did is Did.WAITED:
            if time.monotonic() > patience:
                raise Busy(
                    f"{register.name}: readers have been at work for {patience_seconds:.0f} seconds. Call again."
                )
            yield step
        yield step
        position = step.position
        while True:
            (standing,) = follow_once(connection, [register])
            if standing.position == position:
                return
            position = standing.position
            yield Step(register.name, Did.FOLLOWED, position, max(step.total, position))


def give_up(engine: Engine, register: Register, tell: Tell = untold) -> bool:
    """Forget a rebuild that was begun, and drop its shadow: whether there was one. Told before it is done.

    Raises Busy.
    """
    with at_work(engine, register) as connection:
        with connection.begin():
            job = read_job(connection, register.name)
        begun = job is not None and job.phase is not Phase.SWAPPED
        if begun:
            tell(GivingUp(register.name))
            with connection.begin():
                drop(connection, register)
                forget(connection, register.name)
        return begun


def _put_back_once(connection: Connection, register: Register) -> Step:
    try:
        with connection.begin():
            position = swap_back(connection, register)
            return Step(register.name, Did.PUT_BACK, position, head(connection))
    except OperationalError as error:
        if not in_the_way(error):
            raise
        return Step(register.name, Did.WAITED, 0, 0, rest_seconds=RETRY_SECONDS, note="readers are at work")
