"""The shadow table of a rebuild: loaded range by range, and indexed after the load."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, DropTable

from domain.errors import ErrorKind, RigsbogError
from domain.stored_names import Names
from projections.declare import SCHEMA, Register
from projections.engine.build import fill, finish, set_bulk_limits, table_like
from projections.engine.compile import Range, merge
from projections.engine.faults import Failure, failure_at, first_unreadable, is_temporary

SHADOW = "__shadow"


class CannotApply(RigsbogError):
    """A record cannot be applied to the register, and the rebuild stopped before it: correct the cause and rebuild."""

    kind = ErrorKind.CORRUPT

    def __init__(self, register: Register, failure: Failure) -> None:
        self.register = register
        self.failure = failure
        super().__init__(
            f"{register.name}: the record at position {failure.position}, {failure.fact}, cannot be applied:"
            f" {failure.cause}"
        )


def shadow(register: Register) -> Table:
    """The shadow, with the columns, key and indexes of the live table under its own names."""
    return table_like(register, name=register.name + SHADOW)


def exists(connection: Connection, name: str) -> bool:
    """Whether the schema of registers holds a table of that name."""
    found: bool = connection.execute(select(func.to_regclass(f"{SCHEMA}.{name}").is_not(None))).scalar_one()
    return found


def drop(connection: Connection, register: Register) -> None:
    connection.execute(DropTable(shadow(register), if_exists=True))


def load_first(connection: Connection, register: Register, names: Names, until: int) -> None:
    """Create the shadow with the rows of all records up to `until`, and the key by which later ranges merge."""
    into = shadow(register)
    into.indexes.clear()
    try:
        with connection.begin_nested():
            fill(connection, register, names, until, into)
    except DBAPIError as error:
        raise _explained(connection, register, names, Range(0, until), error) from error
    finish(connection, into)


def load_next(connection: Connection, register: Register, names: Names, bounds: Range) -> None:
    """Merge a later range into the shadow, whose rows must be those of all positions up to it."""
    if bounds.after == bounds.until:
        return
    set_bulk_limits(connection)
    try:
        with connection.begin_nested():
            connection.execute(merge(register, names, bounds, into=shadow(register)))
    except DBAPIError as error:
        raise _explained(connection, register, names, bounds, error) from error


def index(connection: Connection, register: Register) -> None:
    """Add the other indexes and the planner's statistics to the loaded shadow."""
    into = shadow(register)
    set_bulk_limits(connection)
    for added in sorted(into.indexes, key=lambda index: str(index.name)):
        connection.execute(CreateIndex(added))
    connection.execute(text(f"analyze {connection.dialect.identifier_preparer.format_table(into)}"))


def _explained(
    connection: Connection, register: Register, names: Names, bounds: Range, error: DBAPIError
) -> CannotApply | DBAPIError:
    """The first record that cannot be applied; the error itself when it is temporary or has another cause."""
    if is_temporary(error):
        return error
    position = first_unreadable(connection, register, names, bounds)
    return error if position is None else CannotApply(register, failure_at(connection, names, position, error))
