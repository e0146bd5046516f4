"""Waits until registers have come to a position, so that whoever wrote reads what was written."""

from __future__ import annotations

import time
from collections.abc import Sequence

from psycopg import Connection as Driver
from sqlalchemy import Connection, text

from domain.errors import ErrorKind, RigsbogError
from projections.declare import Register
from projections.engine.follow import CHANNEL, FollowState, Standing, standings


class NotYet(RigsbogError):
    """The registers have not come so far in time. Is `rigsbog run` following? `rigsbog status` says how they stand."""

    kind = ErrorKind.BUSY

    def __init__(self, behind: Sequence[Standing]) -> None:
        self.behind = tuple(behind)
        stand = ", ".join(f"{one.name} {one.state} at {one.position}" for one in behind)
        super().__init__(f"{self.__class__.__doc__} Behind: {stand}.")


def wait_for(connection: Connection, registers: Sequence[Register], position: int, timeout_seconds: float) -> None:
    """Return when all the registers hold everything up to `position`.

    Raises NotYet when the time is over, and at once when a register that is behind has stopped or is stale. The
    connection must not be in a transaction.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, Driver), "the engine is made for psycopg"
    deadline = time.monotonic() + timeout_seconds
    connection.execute(text(f"listen {CHANNEL}"))
    # Listening begins at the commit, and only then do we look: no notice falls in between.
    connection.commit()
    try:
        while True:
            behind = _behind(connection, registers, position)
            if not behind:
                return
            left = deadline - time.monotonic()
            if left <= 0 or any(one.state is not FollowState.FOLLOWING for one in behind):
                raise NotYet(behind)
            for _ in driver.notifies(timeout=left, stop_after=1):
                pass
    finally:
        connection.execute(text(f"unlisten {CHANNEL}"))
        connection.commit()


def _behind(connection: Connection, registers: Sequence[Register], position: int) -> list[Standing]:
    names = {register.name for register in registers}
    found = [one for one in standings(connection) if one.name in names and one.position < position]
    connection.commit()
    return found
