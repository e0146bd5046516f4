"""Builds a register's table: inserts the rows in one parallel statement, then adds its key and indexes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Connection, MetaData, Select, Table, Uuid, func, select, text, union_all
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTableAs, PrimaryKeyConstraint
from sqlalchemy.sql.elements import quoted_name

from domain.stored_names import Names
from projections.declare import SCHEMA, Register
from projections.engine.compile import Range, rows

WORK_MEM = "256MB"
HASH_MEM_MULTIPLIER = "4"
"""PostgreSQL hashes a register's groups within WORK_MEM times this, and spills the rest to disk."""
MAINTENANCE_WORK_MEM = "512MB"
WORKERS_MAX = "2"
MIDDLE = UUID("80000000-0000-0000-0000-000000000000")
"""Half of all uuids are below it."""
STATISTICS_TARGET = "10"
"""A small sample is enough for the planner until autovacuum analyses the table."""


def table_like(register: Register, *, name: str | None = None, schema: str | None = None) -> Table:
    """A table with the register's columns, key and indexes under another name or in another schema."""
    copy = register.table.to_metadata(MetaData(), schema=schema or SCHEMA, name=name or register.name)
    for index in copy.indexes:
        assert index.name is not None, "an index of a register has a name that begins with the register's name"
        index.name = quoted_name(copy.name + str(index.name).removeprefix(register.name), None)
    return copy


def fill(connection: Connection, register: Register, names: Names, until: int, into: Table) -> None:
    """Create the table with the rows of all records up to `until`, without key or indexes; see `finish`."""
    set_bulk_limits(connection)
    chosen = _in_halves(register, rows(register, names, Range(0, until)))
    connection.execute(CreateTableAs(chosen, into.name, schema=into.schema))


def _in_halves(register: Register, chosen: Select[Any]) -> Select[Any] | CompoundSelect[Any]:
    """The same rows by halves of the key, where it is a uuid: PostgreSQL groups the halves in parallel.

    It never groups one relation in two workers, because each of them would see nearly every key.
    """
    if not isinstance(register.table.c[register.key[0]].type, Uuid):
        return chosen
    lower, upper = chosen.subquery("lower_half"), chosen.subquery("upper_half")
    key = register.key[0]
    return union_all(select(lower).where(lower.c[key] < MIDDLE), select(upper).where(upper.c[key] >= MIDDLE))


def finish(connection: Connection, into: Table) -> None:
    """Add the key, the constraints, the indexes and the planner's statistics to a filled table."""
    set_bulk_limits(connection)
    named = connection.dialect.identifier_preparer.format_table(into)
    for column in into.columns:
        if not column.nullable and not column.primary_key:
            quoted = connection.dialect.identifier_preparer.quote(column.name)
            connection.execute(text(f"alter table {named} alter column {quoted} set not null"))
    assert isinstance(into.primary_key, PrimaryKeyConstraint)
    connection.execute(AddConstraint(into.primary_key))
    for index in sorted(into.indexes, key=lambda index: str(index.name)):
        connection.execute(CreateIndex(index))
    connection.execute(text(f"analyze {named}"))


def set_bulk_limits(connection: Connection) -> None:
    """Set the memory and the workers that a whole ledger needs, until the end of the transaction."""
    set_local(
        connection,
        work_mem=WORK_MEM,
        hash_mem_multiplier=HASH_MEM_MULTIPLIER,
        maintenance_work_mem=MAINTENANCE_WORK_MEM,
        max_parallel_workers_per_gather=WORKERS_MAX,
        default_statistics_target=STATISTICS_TARGET,
        jit="off",
    )


def set_local(connection: Connection, **settings: str) -> None:
    """Set PostgreSQL's settings until the end of the transaction."""
    for name, value in settings.items():
        connection.execute(select(func.set_config(name, value, True)))  # noqa: FBT003 - set_config's own signature
