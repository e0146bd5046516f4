"""Swaps a rebuilt table with the live one, or rolls back the last swap, in one short transaction.

No table is dropped: the live table is renamed, keeps its position, and a rollback makes it live again at once. Indexes
and constraints contain their table's name and are renamed with it. A new reader waits at most LOCK_MILLISECONDS and the
time of the renaming: when a reader holds the table for longer, the swap is cancelled and tried again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.schema import DropTable

from domain.errors import ErrorKind, RigsbogError, sentence
from projections.declare import SCHEMA, Register
from projections.engine.build import set_local
from projections.engine.follow import CHANNEL, FollowState
from projections.engine.register_tables import previous, progress
from projections.rebuilding.shadow import SHADOW, exists

LOCK_MILLISECONDS = 250
"""How long a swap waits for readers to finish, and so the longest time that later readers wait."""
FOLLOWER_LOCK_MILLISECONDS = 10_000
"""How long a swap waits for the lock of a follower; readers do not wait meanwhile."""
PREVIOUS = "__previous"
DISCARDED = "__discarded"
ASIDE = "__aside"


class NothingToRollBack(RigsbogError):
    """The register was never swapped, so there is no table to roll back to: build it again by `rigsbog rebuild`."""

    kind = ErrorKind.REFUSED


class DeclaredOtherwise(RigsbogError):
    """The previous table has another declaration: roll back with the version of Rigsbog that declared it."""

    kind = ErrorKind.CONFIGURATION


@dataclass(frozen=True, slots=True)
class Live:
    """The state of the table that readers see; None for what is not known."""

    exists: bool
    declaration: str | None = None
    position: int = 0
    state: str | None = None

    def incomparable(self, register: Register) -> str | None:
        """Why the live table cannot be compared with a new one; None when it can and must be."""
        if not self.exists or self.declaration is None:
            return "missing"
        if self.state == FollowState.STOPPED:
            return "stopped"
        if self.declaration != register.declaration or self.state == FollowState.STALE:
            return "declared otherwise"
        return "not yet followed" if self.position == 0 else None


def read_live(connection: Connection, register: Register) -> Live:
    row = connection.execute(select(progress).where(progress.c.name == register.name)).mappings().one_or_none()
    is_there = exists(connection, register.name)
    return Live(is_there) if row is None else Live(is_there, row["declaration"], row["position"], row["state"])


def hold_followers(connection: Connection, register: Register) -> Live:
    """Lock followers out of the register until the end of the transaction; return the state of the live table."""
    set_local(connection, lock_timeout=str(FOLLOWER_LOCK_MILLISECONDS))
    # A register that was never followed gets its row here, so that a follower that starts now waits too.
    unknown = {"name": register.name, "declaration": "", "position": 0, "state": FollowState.STALE.value}
    connection.execute(insert(progress).values(**unknown, updated_at=func.clock_timestamp()).on_conflict_do_nothing())
    connection.execute(select(progress.c.name).where(progress.c.name == register.name).with_for_update())
    return read_live(connection, register)


def swap(connection: Connection, register: Register, live: Live, position: int) -> None:
    """Make the shadow, whose rows are those up to `position`, the live table; call `hold_followers` first.

    Raises SQLAlchemy's OperationalError when a reader holds the table; the transaction must then be rolled back.
    """
    name = register.name
    if live.exists:
        _grant_alike(connection, name, name + SHADOW)
        set_local(connection, lock_timeout=str(LOCK_MILLISECONDS))
        _lock(connection, name)
        if exists(connection, name + PREVIOUS):
            _rename(connection, name + PREVIOUS, name + DISCARDED)
        _rename(connection, name, name + PREVIOUS)
        _remember(connection, register, live)
    _rename(connection, name + SHADOW, name)
    _store_progress(connection, register, position)


def swap_back(connection: Connection, register: Register) -> int:
    """Make the previous table the live one again, and return its position.

    The table that was live becomes the previous one. Raises NothingToRollBack, DeclaredOtherwise, or OperationalError
    as `swap` does.
    """
    name, live = register.name, hold_followers(connection, register)
    position = read_previous(connection, register)
    set_local(connection, lock_timeout=str(LOCK_MILLISECONDS))
    if live.exists:
        _lock(connection, name)
        _rename(connection, name, name + ASIDE)
    _rename(connection, name + PREVIOUS, name)
    if live.exists:
        _rename(connection, name + ASIDE, name + PREVIOUS)
        _remember(connection, register, live)
    else:
        connection.execute(delete(previous).where(previous.c.name == name))
    _store_progress(connection, register, position)
    return position


def read_previous(connection: Connection, register: Register) -> int:
    """The position of the previous table. Raises NothingToRollBack or DeclaredOtherwise."""
    name = register.name
    before = connection.execute(select(previous).where(previous.c.name == name)).mappings().one_or_none()
    if before is None or not exists(connection, name + PREVIOUS):
        raise NothingToRollBack(f"{name}: {sentence(NothingToRollBack)}")
    if before["declaration"] != register.declaration:
        raise DeclaredOtherwise(f"{name}: {sentence(DeclaredOtherwise)}")
    position: int = before["position"]
    return position


def clear_discarded(connection: Connection, register: Register) -> None:
    """Drop the table that was the previous one before the last swap; readers never see it."""
    discarded = Table(register.name + DISCARDED, MetaData(schema=SCHEMA))
    connection.execute(DropTable(discarded, if_exists=True))


def _remember(connection: Connection, register: Register, live: Live) -> None:
    """Store the state of the table that becomes the previous one."""
    state = {
        "declaration": live.declaration or "",
        "position": live.position,
        "state": live.state or FollowState.STALE.value,
        "swapped_at": func.clock_timestamp(),
    }
    statement = insert(previous).values(name=register.name, **state)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=state))


def _store_progress(connection: Connection, register: Register, position: int) -> None:
    """Store the position from which followers continue, and notify those who wait for the register."""
    connection.execute(
        progress.update()
        .where(progress.c.name == register.name)
        .values(
            declaration=register.declaration,
            position=position,
            state=FollowState.FOLLOWING.value,
            error=None,
            updated_at=func.clock_timestamp(),
        )
    )
    connection.execute(select(func.pg_notify(CHANNEL, f"{register.name} {position}")))


def _lock(connection: Connection, name: str) -> None:
    connection.execute(text(f"lock table {_quoted(connection, name)} in access exclusive mode"))


def _grant_alike(connection: Connection, model: str, name: str) -> None:
    """Grant the model table's privileges on the other table."""
    granted = text(
        "select coalesce(quote_ident(r.rolname), 'public'), g.privilege_type from pg_class c,"
        " aclexplode(c.relacl) g left join pg_roles r on r.oid = g.grantee"
        " where c.oid = to_regclass(:model) and g.grantee <> c.relowner"
    )
    for grantee, privilege in connection.execute(granted, {"model": f"{SCHEMA}.{model}"}).all():
        connection.execute(text(f"grant {privilege} on {_quoted(connection, name)} to {grantee}"))


def _rename(connection: Connection, before: str, after: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    indexes = text(
        "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where i.indrelid = to_regclass(:name) and starts_with(c.relname, :before)"
    )
    constraints = text(
        "select conname from pg_constraint"
        " where conrelid = to_regclass(:name) and conindid = 0 and starts_with(conname, :before)"
    )
    named = {"name": f"{SCHEMA}.{before}", "before": before}
    owned_indexes = connection.execute(indexes, named).scalars().all()
    owned_constraints = connection.execute(constraints, named).scalars().all()
    connection.execute(text(f"alter table {_quoted(connection, before)} rename to {quote(after)}"))
    for index in owned_indexes:
        changed = quote(after + index.removeprefix(before))
        connection.execute(text(f"alter index {_quoted(connection, index)} rename to {changed}"))
    for constraint in owned_constraints:
        changed = quote(after + constraint.removeprefix(before))
        connection.execute(
            text(f"alter table {_quoted(connection, after)} rename constraint {quote(constraint)} to {changed}")
        )


def _quoted(connection: Connection, name: str) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return f"{quote(SCHEMA)}.{quote(name)}"
