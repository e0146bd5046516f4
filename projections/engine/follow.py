"""Follows the ledger: applies new records to every register, rows and checkpoint in one transaction.

One error policy: a register that cannot apply a record stops before its command and reports the position, the fact and
the cause. It stays readable, and tries that command again each time until the cause is gone. The others continue. No
record is ever skipped, and no register shows a part of a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.stored_names import Names
from migrations.advisory_locks import AdvisoryLock
from projections.declare import Register
from projections.engine import ledger_tables as ledger
from projections.engine.compile import BOUND, merge
from projections.engine.faults import Failure, failure_at, is_temporary
from projections.engine.ledger_names import read_names
from projections.engine.position import bounds_of_command, head
from projections.engine.register_tables import progress

BATCH_FACTS = 10_000
"""Facts merged in one transaction: enough to be fast, few enough to release the rows' locks often."""
CHANNEL = "rigsbog_register"
"""Notified with `<name> <position>` when a register's position changes."""


class FollowState(StrEnum):
    FOLLOWING = "following"
    STOPPED = "stopped"
    """It cannot apply a record of the command after its position; its error names the record and the cause."""
    STALE = "stale"
    """Its rows were built by another declaration; it must be rebuilt."""


@dataclass(frozen=True, slots=True)
class RegisterProgress:
    """A register's progress: its rows include all records up to and including `position`."""

    name: str
    position: int
    state: FollowState
    error: Failure | None = None


def establish(connection: Connection, registers: Iterable[Register]) -> None:
    """Create the missing tables, empty and at position 0.

    Runs in the caller's transaction. It may run again, and at the same time in several processes.
    """
    # The lock lets only one of several starting processes create a table.
    connection.execute(select(func.pg_advisory_xact_lock(AdvisoryLock.ESTABLISH_REGISTERS)))
    for register in registers:
        named = {"name": register.name, "declaration": register.declaration}
        fresh = insert(progress).values(
            **named, position=0, state=FollowState.FOLLOWING.value, updated_at=func.clock_timestamp()
        )
        created = connection.execute(fresh.on_conflict_do_nothing().returning(progress.c.name)).first()
        if created is not None:
            connection.execute(CreateTable(register.table))
            for index in sorted(register.table.indexes, key=lambda index: str(index.name)):
                connection.execute(CreateIndex(index))


def all_progress(connection: Connection) -> list[RegisterProgress]:
    return [_progress_of(row) for row in connection.execute(select(progress).order_by(progress.c.name)).mappings()]


def follow(connection: Connection, registers: Sequence[Register]) -> list[RegisterProgress]:
    """Bring the registers to the head, batch by batch; return when none can advance.

    The connection must not be in a transaction: each batch is one. A temporary failure (a lock timeout, a lost
    connection) raises SQLAlchemy's OperationalError; earlier batches stay committed.
    """
    reached: list[RegisterProgress] = []
    while True:
        before, reached = reached, advance(connection, registers)
        if reached == before:
            return reached


def advance(connection: Connection, registers: Sequence[Register], limit: int = BATCH_FACTS) -> list[RegisterProgress]:
    """Apply one batch of at most `limit` facts to each register, all in one transaction; return them by name."""
    with connection.begin():
        names, until = read_names(connection), head(connection)
        locked = _locked(connection, registers)
        present = _facts_after(connection, min(before.position for _, before, _ in locked), until, limit)
        reached = [
            _Batch(connection, register, names, before, present).advance(declaration, until, limit)
            for register, before, declaration in locked
        ]
        _store(connection, [after for (_, before, _), after in zip(locked, reached, strict=True) if after != before])
    return reached


def _locked(connection: Connection, registers: Sequence[Register]) -> list[tuple[Register, RegisterProgress, str]]:
    """The registers with their progress and their rows' declaration, locked against other followers.

    They are locked in the order of their names, so that two followers never deadlock.
    """
    known = {register.name: register for register in registers}
    chosen = select(progress).where(progress.c.name.in_(known)).order_by(progress.c.name).with_for_update()
    rows = connection.execute(chosen).mappings().all()
    assert len(rows) == len(known), "registers are established before they follow"
    return [(known[row["name"]], _progress_of(row), row["declaration"]) for row in rows]


def _facts_after(connection: Connection, after: int, until: int, limit: int) -> frozenset[int] | None:
    """The facts of the range, since most batches concern few registers; None when the range exceeds `limit`."""
    if until - after > limit:
        return None
    record = ledger.record.c
    chosen = select(record.fact).where(record.position > after, record.position <= until).distinct()
    return frozenset(connection.execute(chosen).scalars())


@dataclass(frozen=True, slots=True)
class _Batch:
    connection: Connection
    register: Register
    names: Names
    before: RegisterProgress
    present: frozenset[int] | None

    def advance(self, declaration: str, until: int, limit: int) -> RegisterProgress:
        if declaration != self.register.declaration:
            return replace(self.before, state=FollowState.STALE, error=None)
        good = self.before.position
        if good < until and self.before.state is FollowState.STOPPED:
            _, end = bounds_of_command(self.connection, good + 1)
            good, failure = self._apply(good, end)
            if failure is not None:
                return replace(self.before, error=failure)
        good, failure = self._apply(good, self._batch_end(good, until, limit))
        state = FollowState.FOLLOWING if failure is None else FollowState.STOPPED
        return replace(self.before, position=good, state=state, error=failure)

    def _batch_end(self, after: int, until: int, limit: int) -> int:
        """The end of the last whole command within `limit` facts, or of the first command when it is longer."""
        if after + limit >= until:
            return until
        whole, end = bounds_of_command(self.connection, after + limit + 1)
        return whole if whole > after else end

    def _apply(self, after: int, until: int) -> tuple[int, Failure | None]:
        """Merge the range, or its whole commands before a fault; return the last good position and the fault."""
        if after >= until or not self._reads:
            return max(after, until), None
        if (error := self._merge(after, until)) is None:
            return until, None
        with self.connection.begin_nested() as trial:
            fault = self._first_fault(after, until, error)
            if fault is None:
                return until, None
            trial.rollback()
        position, error = fault
        whole, _ = bounds_of_command(self.connection, position)
        good = max(after, whole)
        if good > after:
            unmerged = self._merge(after, good)
            assert unmerged is None, "the same records were merged in the trial"
        return good, failure_at(self.connection, self.names, position, error)

    def _first_fault(self, after: int, until: int, error: DBAPIError) -> tuple[int, DBAPIError] | None:
        """Merge the range in halves up to the first record that cannot be applied; None when all can."""
        if until == after + 1:
            return until, error
        middle = (after + until) // 2
        for first, last in ((after, middle), (middle, until)):
            if (half_error := self._merge(first, last)) is not None:
                return self._first_fault(first, last, half_error)
        return None

    def _merge(self, after: int, until: int) -> DBAPIError | None:
        """Merge the range; return the error of a record that cannot be applied. A temporary failure raises."""
        try:
            with self.connection.begin_nested():
                self.connection.execute(_merge(self.register, self.names), {"after": after, "until": until})
        except DBAPIError as error:
            if is_temporary(error):
                raise
            return error
        return None

    @property
    def _reads(self) -> bool:
        return self.present is None or any(self.names.fact(fact) in self.present for fact in self.register.facts)


@lru_cache(maxsize=256)
def _merge(register: Register, names: Names) -> Insert:
    return merge(register, names, BOUND)


def _store(connection: Connection, changed: Sequence[RegisterProgress]) -> None:
    """Store the registers' progress, and notify those who wait for it."""
    if not changed:
        return
    statement = (
        update(progress)
        .where(progress.c.name == bindparam("of"))
        .values(
            position=bindparam("reached"),
            state=bindparam("now"),
            error=bindparam("why"),
            updated_at=func.clock_timestamp(),
        )
    )
    rows = [
        {
            "of": register.name,
            "reached": register.position,
            "now": register.state.value,
            "why": None if register.error is None else asdict(register.error),
        }
        for register in changed
    ]
    connection.execute(statement, rows)
    notices = [func.pg_notify(CHANNEL, f"{register.name} {register.position}") for register in changed]
    connection.execute(select(*notices))


def _progress_of(row: object) -> RegisterProgress:
    fields = dict(row)  # type: ignore[call-overload]  # a row's mapping
    failure = None if fields["error"] is None else Failure(**fields["error"])
    return RegisterProgress(fields["name"], fields["position"], FollowState(fields["state"]), failure)
