"""Finds what rests on a state: the recorded commands that consulted it while it held what was corrected later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, or_, select

from domain.subject import SubjectId
from projections.engine import ledger_tables as ledger

SHOWN = ("recorded_at", "authority", "actor", "legal_basis", "case_id", "payload")


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """One fact of a command: its stored name and open fields."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RestingCommand:
    """A recorded command that consulted a state when it held what was wrong."""

    command: UUID
    first_position: int
    last_position: int
    recorded_at: datetime
    authority: str
    actor: str
    legal_basis: str
    case: str | None
    consulted: Sequence[str]
    """Which of the states, each as `entity subject`."""
    facts: Sequence[RecordedFact]


@dataclass(frozen=True, slots=True)
class Searched:
    """Between which positions commands were searched, and how many there were."""

    after: int
    before: int
    commands: int
    without_states: int
    """Those that consulted no state, which no search by state can find."""


def searched(connection: Connection, after: int, before: int) -> Searched:
    command = ledger.command.c
    statement = select(func.count(), func.count(command.consulted)).where(
        command.first_position > after, command.last_position < before
    )
    commands, consulting = connection.execute(statement).one()
    return Searched(after, before, commands, commands - consulting)


def commands_resting_on(
    connection: Connection, states: Sequence[tuple[str, SubjectId]], since: int, before: int, limit: int
) -> list[RestingCommand]:
    """The commands that read one of the states at `since` or later and were recorded before `before`, in order.

    Reads all commands between the two positions, so its time grows with their number.
    """
    asked = [[entity, str(subject)] for entity, subject in states]
    command, record = ledger.command.c, ledger.record.c
    chosen = (
        select(command.command, command.first_position, command.last_position, command.consulted)
        .where(command.first_position > since, command.last_position < before, command.read_to >= since)
        .where(or_(*(command.consulted.contains([pair]) for pair in asked)))
        .order_by(command.first_position)
        .limit(limit)
        .cte("chosen")
    )
    statement = (
        select(chosen, *(record[name] for name in SHOWN), ledger.fact_name.c.name)
        .join(ledger.record, record.position.between(chosen.c.first_position, chosen.c.last_position))
        .join(ledger.fact_name, ledger.fact_name.c.fact == record.fact)
        .order_by(record.position)
    )
    rows = connection.execute(statement).mappings()
    return [_command(list(facts), asked) for _, facts in groupby(rows, key=itemgetter("command"))]


def _command(rows: Sequence[RowMapping], asked: Sequence[Sequence[str]]) -> RestingCommand:
    first = rows[0]
    return RestingCommand(
        command=first["command"],
        first_position=first["first_position"],
        last_position=first["last_position"],
        recorded_at=first["recorded_at"],
        authority=first["authority"],
        actor=first["actor"],
        legal_basis=first["legal_basis"],
        case=first["case_id"],
        consulted=tuple(" ".join(pair) for pair in first["consulted"] if pair in asked),
        facts=tuple(RecordedFact(row["name"], row["payload"]) for row in rows),
    )
