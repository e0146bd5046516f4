"""Kills a rebuild or a follower before each thing that it does, starts it again, and looks at the rows.

Each thing is a statement that does more than read, or a commit: to die before a statement that only reads is to
die before the next that does more. A program of its own, for it forks:
`python -m tests.projections.killing rebuild|follow URL`. It prints how many moments there were, and what was wrong
after which of them.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from adapters.postgres import engine
from projections.catalogue import register
from projections.engine.build import head
from projections.engine.compile import Range, rows
from projections.engine.diff import differences
from projections.engine.follow import establish, follow, standings
from projections.engine.ledger_names import read_names
from projections.rebuilding.pace import Pace
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.step import Choices
from tests.projections.mailings import mailed

MESSAGES = register("messages")
RANGES = 3
MOMENTS_MAX = 400


def rebuild_once(projecting: Engine) -> None:
    """A whole rebuild in several ranges."""
    with projecting.connect() as connection:
        facts = head(connection) // RANGES + 1
    for _ in Rebuild(projecting, MESSAGES, Choices(Pace(range_facts_max=facts))).steps():
        pass


def go_on(projecting: Engine) -> None:
    """What is done after a rebuild was killed: others follow, and the same call is made again."""
    follow_once(projecting)
    rebuild_once(projecting)


def follow_once(projecting: Engine) -> None:
    """Follow to the head."""
    with projecting.connect() as connection:
        establish(connection, [MESSAGES])
        connection.commit()
        follow(connection, [MESSAGES])


def child(url: str, act: Callable[[Engine], None], moment: int | None) -> int:
    """Act in a process of its own, which dies at that moment: the signal that killed it, or 0."""
    pid = os.fork()
    if pid == 0:
        try:
            projecting = engine(url, "rigsbog_project")
            if moment is not None:
                die_at(projecting, moment)
            act(projecting)
        except BaseException:  # noqa: BLE001 - a forked child must never run on in its parent's place
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) == 0, f"failed at moment {moment}"
    return 0


def die_at(projecting: Engine, moment: int) -> None:
    """Kill this very process before the nth thing that it does."""
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def executing(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        written = statement.strip().lower()
        if not written.startswith("select") or "for update" in written or "advisory" in written:
            count()

    event.listen(projecting, "before_cursor_execute", executing)
    event.listen(projecting, "commit", lambda _: count())


def wrong(url: str) -> str | None:
    """What is wrong with the live table, beside one made of the whole ledger at once."""
    owner = engine(url)
    try:
        with owner.connect() as connection:
            newest = head(connection)
            told = rows(MESSAGES, read_names(connection), Range(0, newest)).subquery("told")
            (standing,) = [one for one in standings(connection) if one.name == MESSAGES.name]
            if standing.position != newest:
                return f"stands at {standing.position}, not {newest}"
            live = MESSAGES.table.alias("live")
            return next((str(one) for one in differences(connection, MESSAGES, live, told, 1)), None)
    finally:
        owner.dispose()


def main(what: str, url: str) -> None:
    """Die at every moment in turn, until one is never reached."""
    owner = engine(url)
    mailed(owner, 30)
    owner.dispose()
    child(url, follow_once, None)
    found: dict[int, str] = {}
    moment = 0
    died = True
    while died and moment < MOMENTS_MAX:
        moment += 1
        owner = engine(url)
        mailed(owner, 3)
        owner.dispose()
        if what == "rebuild":
            died = child(url, rebuild_once, moment) == signal.SIGKILL
            child(url, go_on, None)
        else:
            died = child(url, follow_once, moment) == signal.SIGKILL
            child(url, follow_once, None)
        told = wrong(url)
        if told is not None:
            found[moment] = told
    sys.stdout.write(json.dumps({"moments": moment - 1, "wrong": found}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
