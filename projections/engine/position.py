"""Positions of the ledger: the newest, the one at a time, and the last at which every command is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, bindparam, func, literal_column, select, text

from migrations.positions import CLOCK, HEAD
from projections.engine.ledger_tables import command, record

_LAST_RECORD = (
    select(record.c.command)
    .where(record.c.position <= bindparam("asked", type_=BigInteger()))
    .order_by(record.c.position.desc())
    .limit(1)
    .scalar_subquery()
)
_BEFORE_UNFINISHED = select(command.c.first_position - 1).where(
    command.c.command == _LAST_RECORD,
    command.c.first_position <= bindparam("asked", type_=BigInteger()),
    command.c.last_position > bindparam("asked", type_=BigInteger()),
)


@dataclass(frozen=True, slots=True)
class Known:
    """The position that answers a question about the past: the end of the last whole command at or before `asked`."""

    asked: int
    position: int

    @property
    def note(self) -> str | None:
        """A sentence about the difference; None when there is none."""
        if self.position == self.asked:
            return None
        return (
            f"Position {self.asked} is inside a command, whose facts take effect together."
            f" The answer is of position {self.position}, the end of the command before it."
        )


def head(connection: Connection) -> int:
    """The position of the newest record; 0 in an empty ledger."""
    position: int = connection.execute(text(f"select {HEAD}")).scalar_one()
    return position


def clock(connection: Connection) -> datetime:
    now: datetime = connection.execute(text(f"select {CLOCK}")).scalar_one()
    return now


def position_at(connection: Connection, time: datetime) -> int:
    """The position of the last record at or before that registration time; 0 before the first."""
    position: int = connection.execute(select(func.ledger.position_at(time))).scalar_one()
    return position


def bounds_of_command(connection: Connection, position: int) -> tuple[int, int]:
    """The range (after, until] of the command that recorded the fact at that position, by the records alone."""
    this = select(record.c.command).where(record.c.position == position).scalar_subquery()
    other = record.c.command != this
    before = select(func.max(record.c.position)).where(record.c.position < position, other).scalar_subquery()
    beyond = select(func.min(record.c.position)).where(record.c.position > position, other).scalar_subquery()
    newest = literal_column(HEAD, BigInteger())
    chosen = select(func.coalesce(before, 0), func.coalesce(beyond - 1, newest))
    after, until = connection.execute(chosen).one()
    return after, until


def known_at(connection: Connection, position: int) -> Known:
    """The position, cut to whole commands: the facts of one command take effect together."""
    before = connection.execute(_BEFORE_UNFINISHED, {"asked": position}).scalar()
    return Known(position, position if before is None else before)
