"""The writers, followers and readers during a rebuild: `python -m tests.projections.bystanders ROLE URL`.

Each works until its standard input ends, and then prints what it saw.
"""

from __future__ import annotations

import json
import select
import sys
import time
from collections.abc import Callable

from sqlalchemy import Engine, text

from adapters.postgres.database import engine
from projections.catalogue import register
from projections.engine.follow import follow
from tests.projections.mailings import SUMS, is_of_one_prefix, mailed

MESSAGES = register("messages")
PAUSE_SECONDS = 0.01
LETTERS_AT_ONCE = 7
LOOK_BACK_SECONDS = 0.05


def dismissed() -> bool:
    """Whether the standard input has ended."""
    return bool(select.select([sys.stdin], [], [], PAUSE_SECONDS)[0])


def write(url: str) -> dict[str, object]:
    """Record letters."""
    owner, letters = engine(url), 0
    while not dismissed():
        mailed(owner, LETTERS_AT_ONCE)
        letters += LETTERS_AT_ONCE
    return {"letters": letters}


def follow_on(url: str) -> dict[str, object]:
    """Follow the ledger."""
    projecting, moves = engine(url, "rigsbog_project"), 0
    with projecting.connect() as connection:
        while not dismissed():
            follow(connection, [MESSAGES])
            moves += 1
    return {"moves": moves}


def read(url: str) -> dict[str, object]:
    """Poll the register: every time a whole prefix, never less than before, never long waited for."""
    return _polls(engine(url, "rigsbog_audit"))


def look_back(url: str) -> dict[str, object]:
    """Poll it in transactions that read as of their beginning, and look at the register only at their end."""
    past = engine(url, "rigsbog_audit").execution_options(isolation_level="REPEATABLE READ")
    return _polls(past, LOOK_BACK_SECONDS)


def _polls(reading: Engine, before_seconds: float = 0.0) -> dict[str, object]:
    seen: list[int] = []
    waits: list[float] = []
    wrong: list[str] = []
    while not dismissed():
        with reading.connect() as connection:
            connection.execute(text("select 1"))
            time.sleep(before_seconds)
            began = time.monotonic()
            sums = connection.execute(SUMS).one()
            waits.append(time.monotonic() - began)
        if not is_of_one_prefix(sums) or (seen and sums.letters < seen[-1]):
            wrong.append(f"{sums} after {seen[-1:]}")
        seen.append(sums.letters)
    return {"polls": len(seen), "least": min(seen), "wait_seconds": max(waits), "wrong": wrong[:5]}


ROLES: dict[str, Callable[[str], dict[str, object]]] = {
    "write": write,
    "follow": follow_on,
    "read": read,
    "look-back": look_back,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(ROLES[sys.argv[1]](sys.argv[2])) + "\n")
