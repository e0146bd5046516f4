"""Kills a rebuild or a follower before each thing that it does, starts it again, and looks at the rows.

Each thing is a statement that does more than read, or a commit: to die before a statement that only reads is to
die before the next that does more. An attested rebuild also dies before and after each fact that it records. A program
of its own, for it forks: `python -m tests.projections.killing rebuild|attested|follow URL`. It prints how many moments
there were, at how many it was killed, and what was wrong after which of them. In `make test` these are every fifth
moment and the last six, in which the swap is; in `make soak` all.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, event, text

from adapters.postgres.database import engine
from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.operations.record import rebuild_recorder
from projections.catalogue import register
from projections.engine.compile import Range, rows
from projections.engine.diff import differences
from projections.engine.follow import all_progress, establish, follow
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from projections.rebuilding.pace import Pace
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.recorder import Act
from projections.rebuilding.step import Choices
from tests.projections.mailings import mailed
from tests.volume import part_or_whole

MESSAGES = register("messages")
RANGES = 3
STRIDE = 5
LAST = 6
NEVER = -1
"""A moment that does not come: an undisturbed process counts how many there are."""
UNATTESTED = text(
    "select count(*) from ledger.record s join ledger.fact_name n using (fact) where n.name = 'RegisterSwapped'"
    " and not exists (select from ledger.record a join ledger.fact_name f using (fact)"
    " where f.name = 'RebuildAttested' and a.position = (s.payload ->> 'attested')::bigint and a.position < s.position"
    " and a.payload ->> 'position' = s.payload ->> 'position')"
)
TWICE = text(
    "select count(*) - count(distinct payload ->> 'position') from ledger.record join ledger.fact_name using (fact)"
    " where name = 'RebuildAttested'"
)
SWAPS = text(
    "select 'register.messages'::regclass::oid, count(distinct payload ->> 'attested'), count(*)"
    " from ledger.record join ledger.fact_name using (fact) where name = 'RegisterSwapped'"
)


@dataclass(frozen=True)
class Result:
    """How many moments there were, at how many the process was killed, and what was wrong after which of them."""

    moments: int
    kills: int
    wrong: dict[int, str]


class Moments:
    """Counts the moments of this process, and kills it before the chosen one."""

    def __init__(self) -> None:
        self.seen = 0
        self.last: int | None = None

    def pass_one(self) -> None:
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


MOMENTS = Moments()


def rebuild_once(projecting: Engine) -> None:
    """A whole rebuild in several ranges."""
    with projecting.connect() as connection:
        facts = head(connection) // RANGES + 1
    for _ in Rebuild(projecting, MESSAGES, Choices(Pace(range_facts_max=facts))).steps():
        pass


def attested_once(url: str, projecting: Engine) -> None:
    """A whole rebuild that records what it is about to do."""
    application = Application(load_settings({"RIGSBOG_HOME": "/nowhere"}), url)
    record = rebuild_recorder(application)

    def recorded_moment(act: Act) -> None:
        MOMENTS.pass_one()
        record(act)
        MOMENTS.pass_one()

    for _ in Rebuild(projecting, MESSAGES, record=recorded_moment).steps():
        pass
    application.close()


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


def moments(url: str, act: Callable[[Engine], None]) -> int:
    """How many moments an undisturbed process has."""
    reading, writing = os.pipe()

    def counted(projecting: Engine) -> None:
        act(projecting)
        os.write(writing, str(MOMENTS.seen).encode())

    assert child(url, counted, NEVER) == 0
    os.close(writing)
    with os.fdopen(reading) as counter:
        return int(counter.read())


def chosen(total: int) -> list[int]:
    """The moments at which to kill."""
    return [one for one in range(1, total + 1) if part_or_whole(one % STRIDE == 1 or one > total - LAST, whole=True)]


def child(url: str, act: Callable[[Engine], None], moment: int | None) -> int:
    """Act in a new process, which dies at that moment: the signal that killed it, or 0."""
    pid = os.fork()
    if pid == 0:
        try:
            projecting = engine(url, "rigsbog_project")
            if moment is not None:
                MOMENTS.last = moment
                count_moments(projecting)
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


def count_moments(projecting: Engine) -> None:
    """Count each thing that is done by this engine."""

    def executing(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        written = statement.strip().lower()
        if not written.startswith("select") or "for update" in written or "advisory" in written:
            MOMENTS.pass_one()

    event.listen(projecting, "before_cursor_execute", executing)
    event.listen(projecting, "commit", lambda _: MOMENTS.pass_one())


def wrong(url: str, *, behind: bool = False) -> str | None:
    """What differs between the live table and one made of the whole ledger; `behind`: it may be behind the head."""
    owner = engine(url)
    try:
        with owner.connect() as connection:
            newest = head(connection)
            (progress,) = [one for one in all_progress(connection) if one.name == MESSAGES.name]
            expected = rows(MESSAGES, read_names(connection), Range(0, progress.position)).subquery("expected")
            if progress.position != newest and not behind:
                return f"is at {progress.position}, not {newest}"
            live = MESSAGES.table.alias("live")
            return next((str(one) for one in differences(connection, MESSAGES, live, expected, 1)), None)
    finally:
        owner.dispose()


def swaps(url: str) -> tuple[int, int, int]:
    """The live table's identity, and how many attestations were swapped upon, and how many swaps were allowed."""
    owner = engine(url)
    try:
        with owner.connect() as connection:
            assert connection.execute(UNATTESTED).scalar_one() == 0, "each swap follows the attestation that it names"
            assert connection.execute(TWICE).scalar_one() == 0, "what is compared again is attested once"
            oid, attestations, allowed = connection.execute(SWAPS).one()
            return oid, attestations, allowed
    finally:
        owner.dispose()


def attested(url: str) -> Result:
    """Die at moments of an attested rebuild; what was wrong after which of them."""
    faults: dict[int, str] = {}
    rebuild = partial(attested_once, url)
    total = moments(url, rebuild)
    for moment in chosen(total):
        before = swaps(url)
        if child(url, rebuild, moment) != signal.SIGKILL:
            faults[moment] = "was not killed"
        between = swaps(url)
        child(url, rebuild, None)
        after = swaps(url)
        if between[0] != before[0] and between[2] == before[2]:
            faults[moment] = "swapped, and nothing in the ledger says so"
        if after[2] <= before[2]:
            faults[moment] = "finished, and no swap was recorded"
        if after[1] != after[2]:
            faults[moment] = "one attestation was swapped upon twice"
        fault = wrong(url, behind=True)
        if fault is not None:
            faults[moment] = fault
    return Result(total, len(chosen(total)), faults)


def unattested(url: str, act: Callable[[Engine], None], again: Callable[[Engine], None]) -> Result:
    """Die at moments of a rebuild or a follower, and go on; what was wrong after which of them."""
    faults: dict[int, str] = {}
    append(url, 3)
    total = moments(url, act)
    for moment in chosen(total):
        append(url, 3)
        if child(url, act, moment) != signal.SIGKILL:
            faults[moment] = "was not killed"
        child(url, again, None)
        fault = wrong(url)
        if fault is not None:
            faults[moment] = fault
    return Result(total, len(chosen(total)), faults)


def append(url: str, messages: int) -> None:
    """Record messages."""
    owner = engine(url)
    mailed(owner, messages)
    owner.dispose()


def main(what: str, url: str) -> None:
    """Die at the chosen moments in turn."""
    append(url, 30)
    child(url, follow_once, None)
    match what:
        case "attested":
            result = attested(url)
        case "rebuild":
            result = unattested(url, rebuild_once, go_on)
        case _:
            result = unattested(url, follow_once, follow_once)
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
