"""Rebuilds a register in a shadow table while the live one is read and written, and swaps them when they are equal.

It loads the shadow from the whole ledger in ranges, each in one transaction with the job's state, and then indexes it.
It brings the shadow to the live table's position and compares the two in PostgreSQL. One short transaction swaps their
names, and followers continue from there. A killed rebuild resumes where it stopped. It yields a step after each
transaction, which says how long to rest before the next. It executes no reactions, and writes only to the schema of
registers.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace

from psycopg import Connection as Driver
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from domain.stored_names import Names
from projections.declare import Register
from projections.engine.compile import Range
from projections.engine.digest import StateDigest
from projections.engine.follow import advance as follow_once
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from projections.rebuilding.comparison import Comparison, compare, not_compared
from projections.rebuilding.job import Job, Phase, advance, begin, read_job
from projections.rebuilding.mismatch import mismatch_of
from projections.rebuilding.pace import LOOK_SECONDS
from projections.rebuilding.rebuild_lock import (
    RebuildBusy,
    in_the_way,
    mark_as_rebuild,
    open_readings,
    rebuild_lock,
    still_open,
)
from projections.rebuilding.recorder import Beginning, Recorder, record_nothing
from projections.rebuilding.shadow import drop, exists, index, load_first, load_next, shadow
from projections.rebuilding.step import RETRY_SECONDS, Choices, RebuildAction, RebuildStep
from projections.rebuilding.swap import clear_discarded, hold_followers, read_live, swap

NEAR_FACTS = 5_000
"""The comparison and the swap load at most so many facts."""
HOLD_SECONDS = 2.0
"""How long a swap locks out the followers while readers of older snapshots finish: less than their lock timeout."""
LOOK_AGAIN_SECONDS = 0.02


class Rebuild:
    """The rebuild of one register. One thread runs it; another may call `cancel`."""

    def __init__(
        self, engine: Engine, register: Register, choices: Choices | None = None, record: Recorder = record_nothing
    ) -> None:
        """`record` records each act before it is done."""
        self.register = register
        self.choices = choices or Choices()
        self._record = record
        self._engine = engine
        self._driver: Driver | None = None
        self._connection: Connection
        self._names: Names
        self._job: Job

    def steps(self) -> Generator[RebuildStep]:
        """Rebuild from where an earlier rebuild stopped; closing the iterator stops it, and a later call resumes it.

        Raises RebuildBusy, Mismatch, CannotApply, or SQLAlchemy's OperationalError after a temporary failure.
        """
        with rebuild_lock(self._engine, self.register) as self._connection:
            driver = self._connection.connection.dbapi_connection
            assert isinstance(driver, Driver), "the engine is made for psycopg"
            self._driver = driver
            yield self._start()
            yield from self._load()
            yield from self._compare()
            if not self.choices.postpone_swap:
                yield from self._swap()

    def cancel(self) -> None:
        if self._driver is not None:
            self._driver.cancel_safe()

    def _start(self) -> RebuildStep:
        connection, register = self._connection, self.register
        with connection.begin():
            self._names = read_names(connection)
            clear_discarded(connection, register)
            job = read_job(connection, register.name)
            if job is not None and self._resumes(job):
                self._job = job
                return self._step(RebuildAction.RESUMED)
        self._record(Beginning(register.name, register.declaration))
        with connection.begin():
            drop(connection, register)
            self._job = begin(connection, register, head(connection), self.choices.workers)
        return self._step(RebuildAction.BEGAN)

    def _resumes(self, job: Job) -> bool:
        """Whether the job's shadow exists and has the present declaration."""
        if job.phase is Phase.SWAPPED or job.declaration != self.register.declaration:
            return False
        return job.phase is Phase.BEGUN or exists(self._connection, shadow(self.register).name)

    def _load(self) -> Generator[RebuildStep]:
        while self._job.phase is Phase.BEGUN or self._job.position < self._job.total:
            yield from self._range(self._job.total, RebuildAction.LOADED)
        if self._job.phase is Phase.LOADING:
            began = time.monotonic()
            with self._connection.begin():
                index(self._connection, self.register)
                seconds = time.monotonic() - began
                indexed = advance(self._connection, self._job, phase=Phase.CATCHING_UP, seconds=seconds)
            self._job = indexed
            yield self._step(RebuildAction.INDEXED)

    def _range(self, total: int, did: RebuildAction) -> Generator[RebuildStep]:
        """Load the next range towards `total`, its rows and the job's position in one transaction."""
        yield from self._give_way()
        job, connection, pace = self._job, self._connection, self.choices.pace
        until = min(total, job.position + pace.range_facts)
        began = time.monotonic()
        with connection.begin():
            if job.phase is Phase.BEGUN:
                load_first(connection, self.register, self._names, until)
            else:
                load_next(connection, self.register, self._names, Range(job.position, until))
            seconds = time.monotonic() - began
            phase = Phase.LOADING if job.phase is Phase.BEGUN else job.phase
            loaded = advance(connection, job, phase=phase, position=until, seconds=seconds)
        self._job = loaded
        yield self._step(did, total=total, rest=pace.rest(until - job.position, time.monotonic() - began))

    def _give_way(self) -> Generator[RebuildStep]:
        """Rest while the registers that follow the ledger lag too far."""
        while behind := self._overtaxed():
            yield self._step(RebuildAction.GAVE_WAY, rest=LOOK_SECONDS, note=f"{', '.join(behind)} must follow first")

    def _overtaxed(self) -> list[str]:
        with self._connection.begin():
            return self.choices.pace.overtaxed(self._connection)

    def _meet(self) -> Generator[RebuildStep]:
        """Bring the shadow near the live table's position; a live table that is behind follows the ledger first.

        When the live table cannot be compared, bring the shadow near the head.
        """
        while True:
            with self._connection.begin():
                live, goal = read_live(self._connection, self.register), head(self._connection)
            if live.incomparable(self.register) is None:
                goal = live.position
                if goal < self._job.position:
                    follow_once(self._connection, [self.register])
                    yield self._step(RebuildAction.FOLLOWED, note=f"the live table was at {goal}")
                    continue
            if goal - self._job.position <= NEAR_FACTS:
                return
            yield from self._range(goal, RebuildAction.CAUGHT_UP)

    def _compare(self) -> Generator[RebuildStep]:
        """Compare the two at the live table's position, in one snapshot, which blocks nobody.

        The result is recorded before the swap, so a killed rebuild never leaves a swap without it.
        """
        compared = None
        while compared is None:
            yield from self._meet()
            compared = self._compare_once()
        self._record(compared.act(swapping=not self.choices.postpone_swap))
        yield self._step(RebuildAction.COMPARED, note=compared.note, digest=compared.equal)

    def _compare_once(self) -> Comparison | None:
        """None when the live table was rolled back to an earlier position meanwhile."""
        connection, register, job = self._connection, self.register, self._job
        with connection.begin():
            connection.execute(text("set transaction isolation level repeatable read"))
            live = read_live(connection, register)
            reason = live.incomparable(register)
            if reason is not None:
                comparison = not_compared(job, reason)
            elif live.position < job.position:
                return None
            else:
                load_next(connection, register, self._names, Range(job.position, live.position))
                comparison = compare(connection, register, replace(job, position=live.position))
            if comparison.differs and not self.choices.despite_differences:
                raise mismatch_of(connection, register, live.position, comparison.differing)
            ready = advance(connection, job, phase=Phase.READY, position=comparison.job.position)
        self._job = ready
        return comparison

    def _swap(self) -> Generator[RebuildStep]:
        patience = time.monotonic() + self.choices.patience_seconds
        with self._connection.begin():
            readings = open_readings(self._connection)
        yield from self._follow()
        while not (swapped := self._swap_once(readings)):
            if time.monotonic() > patience:
                raise RebuildBusy(
                    f"{self.register.name}: readers have been at work for {self.choices.patience_seconds:.0f} seconds."
                    " The rebuilt table is ready: call again to swap it in."
                )
            yield self._step(RebuildAction.WAITED, rest=RETRY_SECONDS, note="readers are at work")
            yield from self._meet()
        yield swapped

    def _follow(self) -> Generator[RebuildStep]:
        """Bring the live table to the present head, unless a follower does, and then the shadow."""
        with self._connection.begin():
            goal = head(self._connection)
        while True:
            with self._connection.begin():
                live = read_live(self._connection, self.register)
            if live.incomparable(self.register) is not None or live.position >= goal:
                break
            follow_once(self._connection, [self.register])
            yield self._step(RebuildAction.FOLLOWED, note=f"the live table was at {live.position}")
        yield from self._meet()

    def _swap_once(self, readings: frozenset[str]) -> RebuildStep | None:
        """Swap the two at one position; None when a reader holds the table or reads an older snapshot.

        While followers are locked out, the shadow is brought to the live table's position and committed. A later
        snapshot shows the same rows under the name, before the swap and after it.
        """
        if not self._ended(readings, within_seconds=0):
            return None
        try:
            with self._engine.connect() as swapping:
                mark_as_rebuild(swapping)
                live = hold_followers(swapping, self.register)
                goal = head(swapping) if live.incomparable(self.register) else live.position
                if not self._ended(self._bring(max(goal, self._job.position)), HOLD_SECONDS):
                    return None
                swap(swapping, self.register, live, self._job.position)
                swapped = advance(swapping, self._job, phase=Phase.SWAPPED)
                swapping.commit()
        except OperationalError as error:
            if not in_the_way(error):
                raise
            return None
        self._job = swapped
        with self._connection.begin():
            clear_discarded(self._connection, self.register)
        return self._step(RebuildAction.SWAPPED)

    def _bring(self, until: int) -> frozenset[str]:
        """Bring the shadow to that position; return the transactions that read an older snapshot."""
        with self._connection.begin():
            load_next(self._connection, self.register, self._names, Range(self._job.position, until))
            brought = advance(self._connection, self._job, position=until)
        self._job = brought
        with self._connection.begin():
            return open_readings(self._connection)

    def _ended(self, readings: frozenset[str], within_seconds: float) -> bool:
        deadline = time.monotonic() + within_seconds
        while True:
            with self._connection.begin():
                if not still_open(self._connection, readings):
                    return True
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_AGAIN_SECONDS)

    def _step(
        self,
        did: RebuildAction,
        *,
        total: int | None = None,
        rest: float = 0.0,
        note: str = "",
        digest: StateDigest | None = None,
    ) -> RebuildStep:
        job = self._job
        total = max(job.total, job.position) if total is None else total
        return RebuildStep(self.register.name, did, job.position, total, job.facts_per_second, rest, note, digest)
