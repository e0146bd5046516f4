"""Follows the ledger: brings every register to the head, rows and checkpoint in one transaction.

One error policy: a register that cannot apply a record stays at its last good position, says the position, the fact and
the cause, stays readable, and tries that record again each time, so it goes on by itself when the cause is gone. The
others move on. Nothing is ever skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

from projections import ledger_tables as ledger
from projections.build import head
from projections.compile import BOUND, merge
from projections.declare import Register
from projections.ledger_names import Names, read_names
from projections.register_tables import progress

BATCH_FACTS = 10_000
"""Facts merged in one transaction: enough to be quick, few enough to let others have the rows in between."""
CHANNEL = "rigsbog_register"
"""Notified with `<name> <position>` whenever a register has moved."""


class State(StrEnum):
    """How a register stands."""

    FOLLOWING = "following"
    STOPPED = "stopped"
    """It cannot apply the record after its position; its error says why."""
    STALE = "stale"
    """It is declared otherwise than its rows were built; it must be rebuilt."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a register stopped: the record it could not apply, and what PostgreSQL said."""

    position: int
    fact: str
    cause: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a register has come: its rows are those of all records up to and with `position`."""

    name: str
    position: int
    state: State
    error: Fault | None = None


def establish(connection: Connection, registers: Iterable[Register]) -> None:
    """Make the tables that are missing, empty and at position 0, and know which registers are declared anew.

    Within the caller's transaction; safe to repeat, and beside others who do the same.
    """
    # The lock lets one of several starting processes make a table.
    connection.execute(select(func.pg_advisory_xact_lock(7236554)))
    for register in registers:
        named = {"name": register.name, "declaration": register.declaration}
        fresh = insert(progress).values(
            **named, position=0, state=State.FOLLOWING.value, updated_at=func.clock_timestamp()
        )
        made = connection.execute(fresh.on_conflict_do_nothing().returning(progress.c.name)).first()
        if made is not None:
            connection.execute(CreateTable(register.table))
            for index in sorted(register.table.indexes, key=lambda one: str(one.name)):
                connection.execute(CreateIndex(index))


def standings(connection: Connection) -> list[Standing]:
    """How every register stands, by name."""
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
    """One batch of at most `limit` facts for each register, all in one transaction of its own."""
    with connection.begin():
        names, until = read_names(connection), head(connection)
        # Always in the order of their names, so that two followers never wait for each other.
        return [
            _advance_one(connection, register, names, until, limit)
            for register in sorted(registers, key=lambda one: one.name)
        ]


def _advance_one(connection: Connection, register: Register, names: Names, until: int, limit: int) -> Standing:
    row = (
        connection.execute(select(progress).where(progress.c.name == register.name).with_for_update()).mappings().one()
    )
    before = _standing(row)
    if row["declaration"] != register.declaration:
        return _keep(connection, before, replace(before, state=State.STALE, error=None))
    if before.position >= until:
        return _keep(connection, before, replace(before, state=State.FOLLOWING, error=None))
    good = before.position
    if before.state is State.STOPPED:
        good, fault = _apply(connection, register, names, good, good + 1)
        if fault is not None:
            return _keep(connection, before, replace(before, error=fault))
    good, fault = _apply(connection, register, names, good, min(until, good + limit))
    state = State.FOLLOWING if fault is None else State.STOPPED
    return _keep(connection, before, replace(before, position=good, state=state, error=fault))


def _apply(
    connection: Connection, register: Register, names: Names, after: int, until: int
) -> tuple[int, Fault | None]:
    """Merge the range, or as much of it as goes: the last good position, and what stands in the way of the next."""
    if after >= until or not _reads(connection, register, names, after, until):
        return until, None
    try:
        with connection.begin_nested():
            connection.execute(_merge(register, names), {"after": after, "until": until})
    except OperationalError:
        raise
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        if until == after + 1:
            return after, _fault(connection, names, until, error)
        middle = (after + until) // 2
        good, fault = _apply(connection, register, names, after, middle)
        return (good, fault) if fault is not None else _apply(connection, register, names, middle, until)
    return until, None


def _reads(connection: Connection, register: Register, names: Names, after: int, until: int) -> bool:
    """Whether the range holds any fact of the register's: most batches concern few registers."""
    record = ledger.record.c
    numbers = sorted(names.fact(fact) for fact in register.facts)
    found = select(record.position).where(record.position > after, record.position <= until, record.fact.in_(numbers))
    return connection.execute(found.limit(1)).first() is not None


@lru_cache(maxsize=256)
def _merge(register: Register, names: Names) -> Insert:
    return merge(register, names, BOUND)


def _fault(connection: Connection, names: Names, position: int, error: DBAPIError) -> Fault:
    number = connection.execute(select(ledger.record.c.fact).where(ledger.record.c.position == position)).scalar_one()
    cause = getattr(getattr(error.orig, "diag", None), "message_primary", None) or str(error.orig)
    return Fault(position, names.fact_named(number), cause)


def _keep(connection: Connection, before: Standing, after: Standing) -> Standing:
    """Write down how the register stands now, and tell those who wait."""
    if after != before:
        connection.execute(
            update(progress)
            .where(progress.c.name == after.name)
            .values(
                position=after.position,
                state=after.state.value,
                error=None if after.error is None else asdict(after.error),
                updated_at=func.clock_timestamp(),
            )
        )
        connection.execute(select(func.pg_notify(CHANNEL, f"{after.name} {after.position}")))
    return after


def _standing(row: object) -> Standing:
    fields = dict(row)  # type: ignore[call-overload]  # a row's mapping
    fault = None if fields["error"] is None else Fault(**fields["error"])
    return Standing(fields["name"], fields["position"], State(fields["state"]), fault)
