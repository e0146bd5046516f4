"""Follows the ledger: brings every register to the head, rows and checkpoint in one transaction.

One error policy: a register that cannot apply a record stays before its command, says the position, the fact and the
cause, stays readable, and tries that command again each time, so it goes on when the cause is gone. The others move on.
Nothing is ever skipped, and no register shows a part of a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

from domain.stored_names import Names
from migrations.advisory_locks import AdvisoryLock
from projections.declare import Register
from projections.engine import ledger_tables as ledger
from projections.engine.compile import BOUND, merge
from projections.engine.ledger_names import read_names
from projections.engine.position import end_of_command, head, known_at
from projections.engine.register_tables import progress

BATCH_FACTS = 10_000
"""Facts merged in one transaction: enough to be quick, few enough to let others have the rows in between."""
CHANNEL = "rigsbog_register"
"""Notified with `<name> <position>` whenever a register has moved."""


class FollowState(StrEnum):
    FOLLOWING = "following"
    STOPPED = "stopped"
    """It cannot apply a record of the command after its position; its error says which, and why."""
    STALE = "stale"
    """It is declared otherwise than its rows were built; it must be rebuilt."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a register stopped: the record it could not apply, and what PostgreSQL said."""

    position: int
    fact: str
    cause: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a register has come: its rows are those of all records up to and with `position`."""

    name: str
    position: int
    state: FollowState
    error: Failure | None = None


def establish(connection: Connection, registers: Iterable[Register]) -> None:
    """Make the tables that are missing, empty and at position 0, and know which registers are declared anew.

    Within the caller's transaction; safe to repeat, and beside others who do the same.
    """
    # The lock lets one of several starting processes make a table.
    connection.execute(select(func.pg_advisory_xact_lock(AdvisoryLock.ESTABLISH_REGISTERS)))
    for register in registers:
        named = {"name": register.name, "declaration": register.declaration}
        fresh = insert(progress).values(
            **named, position=0, state=FollowState.FOLLOWING.value, updated_at=func.clock_timestamp()
        )
        made = connection.execute(fresh.on_conflict_do_nothing().returning(progress.c.name)).first()
        if made is not None:
            connection.execute(CreateTable(register.table))
            for index in sorted(register.table.indexes, key=lambda one: str(one.name)):
                connection.execute(CreateIndex(index))


def standings(connection: Connection) -> list[Standing]:
    return [_standing(row) for row in connection.execute(select(progress).order_by(progress.c.name)).mappings()]


def follow(connection: Connection, registers: Sequence[Register]) -> list[Standing]:
    """Bring the registers to the head, batch by batch; returns when none can go further.

    The connection must not be in a transaction: each batch is one. A database that fails in passing (a lock not given,
    a lost connection) raises SQLAlchemy's OperationalError, with everything before it kept.
    """
    reached: list[Standing] = []
    while True:
        before, reached = reached, advance(connection, registers)
        if reached == before:
            return reached


def advance(connection: Connection, registers: Sequence[Register], limit: int = BATCH_FACTS) -> list[Standing]:
    """One batch of at most `limit` facts for each register, all in one transaction of its own; by name."""
    with connection.begin():
        names, until = read_names(connection), head(connection)
        locked = _locked(connection, registers)
        present = _facts_after(connection, min(one.position for _, one, _ in locked), until, limit)
        reached = [
            _Batch(connection, register, names, before, present).advance(declaration, until, limit)
            for register, before, declaration in locked
        ]
        _keep(connection, [after for (_, before, _), after in zip(locked, reached, strict=True) if after != before])
    return reached


def _locked(connection: Connection, registers: Sequence[Register]) -> list[tuple[Register, Standing, str]]:
    """The registers with their standing and their rows' declaration, held against other followers.

    Locked in the order of their names, so that two followers never wait for each other.
    """
    known = {register.name: register for register in registers}
    chosen = select(progress).where(progress.c.name.in_(known)).order_by(progress.c.name).with_for_update()
    rows = connection.execute(chosen).mappings().all()
    assert len(rows) == len(known), "registers are established before they follow"
    return [(known[row["name"]], _standing(row), row["declaration"]) for row in rows]


def _facts_after(connection: Connection, after: int, until: int, limit: int) -> frozenset[int] | None:
    """The facts between, for most batches concern few registers; None when there are too many to look through."""
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
    before: Standing
    present: frozenset[int] | None

    def advance(self, declaration: str, until: int, limit: int) -> Standing:
        if declaration != self.register.declaration:
            return replace(self.before, state=FollowState.STALE, error=None)
        good = self.before.position
        if good < until and self.before.state is FollowState.STOPPED:
            good, failure = self._apply(good, end_of_command(self.connection, good + 1))
            if failure is not None:
                return replace(self.before, error=failure)
        good, failure = self._apply(good, self._batch_end(good, until, limit))
        state = FollowState.FOLLOWING if failure is None else FollowState.STOPPED
        return replace(self.before, position=good, state=state, error=failure)

    def _batch_end(self, after: int, until: int, limit: int) -> int:
        """At most `limit` facts further and the end of a command, so that nobody reads half a command; at least one."""
        if after + limit >= until:
            return until
        whole = known_at(self.connection, after + limit).position
        return whole if whole > after else end_of_command(self.connection, after + 1)

    def _apply(self, after: int, until: int) -> tuple[int, Failure | None]:
        """Merge the range, or its whole commands before a fault: the last good position, and the fault."""
        if after >= until or not self._reads:
            return max(after, until), None
        if (error := self._merge(after, until)) is None:
            return until, None
        with self.connection.begin_nested() as trial:
            found = self._first_fault(after, until, error)
            if found is None:
                return until, None
            trial.rollback()
        position, error = found
        good = max(after, known_at(self.connection, position - 1).position)
        if good > after:
            unmerged = self._merge(after, good)
            assert unmerged is None, "the same records were merged in the trial"
        return good, _failure(self.connection, self.names, position, error)

    def _first_fault(self, after: int, until: int, error: DBAPIError) -> tuple[int, DBAPIError] | None:
        """Merge the range in halves up to the first record that cannot be applied; None when the halves can."""
        if until == after + 1:
            return until, error
        middle = (after + until) // 2
        for first, last in ((after, middle), (middle, until)):
            if (of_half := self._merge(first, last)) is not None:
                return self._first_fault(first, last, of_half)
        return None

    def _merge(self, after: int, until: int) -> DBAPIError | None:
        """Merge the range; the error when it cannot be. A database that fails in passing raises."""
        try:
            with self.connection.begin_nested():
                self.connection.execute(_merge(self.register, self.names), {"after": after, "until": until})
        except OperationalError:
            raise
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            return error
        return None

    @property
    def _reads(self) -> bool:
        return self.present is None or any(self.names.fact(fact) in self.present for fact in self.register.facts)


@lru_cache(maxsize=256)
def _merge(register: Register, names: Names) -> Insert:
    return merge(register, names, BOUND)


def _failure(connection: Connection, names: Names, position: int, error: DBAPIError) -> Failure:
    number = connection.execute(select(ledger.record.c.fact).where(ledger.record.c.position == position)).scalar_one()
    cause = getattr(getattr(error.orig, "diag", None), "message_primary", None) or str(error.orig)
    return Failure(position, names.fact_named(number), cause)


def _keep(connection: Connection, changed: Sequence[Standing]) -> None:
    """Write down how the registers stand now, and tell those who wait."""
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
            "of": one.name,
            "reached": one.position,
            "now": one.state.value,
            "why": None if one.error is None else asdict(one.error),
        }
        for one in changed
    ]
    connection.execute(statement, rows)
    notices = [func.pg_notify(CHANNEL, f"{one.name} {one.position}") for one in changed]
    connection.execute(select(*notices))


def _standing(row: object) -> Standing:
    fields = dict(row)  # type: ignore[call-overload]  # a row's mapping
    failure = None if fields["error"] is None else Failure(**fields["error"])
    return Standing(fields["name"], fields["position"], FollowState(fields["state"]), failure)
