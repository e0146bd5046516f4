"""Compiles a register into one statement over a range of positions: to select its rows or merge them into a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    SmallInteger,
    Table,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from domain.fact import Event
from domain.record import HEADER
from domain.stored_names import Names
from domain.subject import SubjectId
from projections.check import may_be_empty
from projections.columns import Column
from projections.declare import Register
from projections.engine import ledger_tables as ledger
from projections.engine.expressions import Expression, as_key
from projections.engine.fold import ColumnFold
from projections.sources import Header, Source

BEGUN = "begun"
BRANCH = "branch"
READ = [
    column.name
    for column in HEADER
    if column.name in ("fact", "payload") or (column.meaning is not None and column.name != Header.SUBJECT.value)
]
"""The header columns that a register's statement reads; it reads the subject as a part of the key."""


@dataclass(frozen=True, slots=True)
class Range:
    """The records of (after, until], all of them or only those that concern one subject."""

    after: int
    until: int
    subject: SubjectId | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The records of (after, until], where SQL gives the positions, and the uuid and the kind of one subject.

    Without `after` they begin with the first record.
    """

    after: ColumnElement[int] | None
    until: ColumnElement[int]
    subject: tuple[ColumnElement[UUID], ColumnElement[int]] | None = None


Records: TypeAlias = Range | Bounds

BOUND = Bounds(bindparam("after", type_=BigInteger()), bindparam("until", type_=BigInteger()))
"""Positions that are bound when the statement is executed, so that it is compiled once."""
BOUND_SUBJECT = Bounds(
    None,
    bindparam("until", type_=BigInteger()),
    (bindparam("subject", type_=Uuid()), bindparam("kind", type_=SmallInteger())),
)
"""One subject's records up to a position, bound in the same way."""


def rows(register: Register, names: Names, bounds: Records) -> Select[Any]:
    """The register's rows from the records of the range alone, in the table's columns and types."""
    folded, folds = _folded(register, names, bounds)
    values: dict[str, Expression] = {name: folded.c[name] for name in register.key}
    values |= {fold.column.name: fold.value(folded.c) for fold in folds}
    chosen = select(*(values[column.name].label(column.name) for column in register.table.columns))
    return chosen.where(folded.c[BEGUN]) if register.begins else chosen


def merge(register: Register, names: Names, bounds: Records, into: Table | None = None) -> Insert:
    """Merge the range into the table, whose rows must be those of all positions up to the range's beginning."""
    table = register.table if into is None else into
    folded, folds = _folded(register, names, bounds)
    same = and_(*(table.c[name] == folded.c[name] for name in register.key))
    values: dict[str, Expression] = {name: folded.c[name] for name in register.key}
    for fold in folds:
        name = fold.column.name
        values[name] = fold.merged(folded.c, table.c[name])
    merged = select(*values.values()).select_from(folded.outerjoin(table, same))
    if register.begins:
        merged = merged.where(or_(folded.c[BEGUN], table.c[register.key[0]].is_not(None)))
    statement = insert(table).from_select(list(values), merged)
    changed = {fold.column.name: statement.excluded[fold.column.name] for fold in folds}
    return statement.on_conflict_do_update(index_elements=list(register.key), set_=changed)


def records(register: Register, names: Names, bounds: Records) -> FromClause:
    """The records that the register reads, each with the key of its row; twice when it sets two rows."""
    keyed = {fact: register.keys_of(fact) for fact in register.facts}
    branches = max(len(keys) for keys in keyed.values())
    selects = []
    for branch in range(branches):
        keys = {fact: row_keys[branch] for fact, row_keys in keyed.items() if len(row_keys) > branch}
        selects.append(_branch(register, names, bounds, keys, branch))
    return (selects[0] if branches == 1 else union_all(*selects)).subquery("records")


def when(register: Register, names: Names, relation: FromClause, column: Column) -> list[ColumnElement[bool]]:
    """For each setter of the column, whether a record of the relation is its fact under its key."""
    conditions: list[ColumnElement[bool]] = []
    several = any(len(register.keys_of(fact)) > 1 for fact in register.facts)
    for setter in column.setters:
        condition = is_fact(relation.c.fact, names, [setter.fact])
        if several:
            condition = and_(condition, relation.c[BRANCH] == register.keys_of(setter.fact).index(setter.key))
        conditions.append(condition)
    return conditions


def is_fact(fact: ColumnElement[int], names: Names, facts: Iterable[type[Event]]) -> ColumnElement[bool]:
    """Whether the column is the number of one of the facts.

    The numbers are written into the statement and not bound: the planner then knows them in every plan, and the driver
    has fewer parameters to send.
    """
    numbers: list[ColumnElement[int]] = [literal_column(str(number)) for number in sorted(map(names.fact, facts))]
    return fact == numbers[0] if len(numbers) == 1 else fact.in_(numbers)


def _folded(register: Register, names: Names, bounds: Records) -> tuple[FromClause, list[ColumnFold]]:
    relation = records(register, names, bounds)
    folds = [
        ColumnFold(
            column,
            register.table.c[column.name].type,
            relation,
            when(register, names, relation, column),
            [register.keys_of(setter.fact).index(setter.key) for setter in column.setters],
        )
        for column in register.columns
    ]
    keys = [relation.c[name] for name in register.key]
    named = {name: raw for fold in folds for name, raw in fold.raws.items()}
    raws = [raw.label(name) for name, raw in named.items()]
    if register.begins:
        begun = is_fact(relation.c.fact, names, register.begins)
        raws.append(func.bool_or(begun).label(BEGUN))
    return select(*keys, *raws).group_by(*keys).subquery("folded"), folds


def _branch(
    register: Register, names: Names, bounds: Records, keys: Mapping[type[Event], tuple[Source, ...]], branch: int
) -> Select[Any]:
    record = ledger.record
    parts = [_key_part(register, names, keys, place).label(name) for place, name in enumerate(register.key)]
    headers = [record.c[name] for name in READ]
    chosen = select(*parts, *headers, literal(branch).label(BRANCH)).where(
        *_within(record.c.position, bounds), is_fact(record.c.fact, names, keys)
    )
    for place, part in enumerate(parts):
        if any(may_be_empty(fact, key[place]) for fact, key in keys.items()):
            chosen = chosen.where(part.element.is_not(None))
    if bounds.subject is not None:
        concerns = ledger.concerns.c
        uuid, kind = _subject(names, bounds.subject)
        chosen = chosen.where(
            record.c.position.in_(
                select(concerns.position).where(
                    concerns.subject == uuid,
                    concerns.kind == kind,
                    is_fact(concerns.fact, names, keys),
                    *_within(concerns.position, bounds),
                )
            )
        )
    return chosen


def _within(position: ColumnElement[int], bounds: Records) -> list[ColumnElement[bool]]:
    """No lower bound where the records begin with the first.

    PostgreSQL expects few records between two positions that it does not know, so a plan for every subject would read
    the ledger by position instead of by the subject's index.
    """
    until = position <= bounds.until
    if isinstance(bounds.after, ColumnElement) or bounds.after:
        return [position > bounds.after, until]
    return [until]


def _subject(
    names: Names, given: SubjectId | tuple[ColumnElement[UUID], ColumnElement[int]]
) -> tuple[UUID | ColumnElement[UUID], int | ColumnElement[int]]:
    return (given.uuid, names.kind(given)) if isinstance(given, SubjectId) else given


def _key_part(
    register: Register, names: Names, keys: Mapping[type[Event], tuple[Source, ...]], place: int
) -> Expression:
    """One column of the key: an expression, or a case of several where facts name it differently."""
    kind = register.table.c[register.key[place]].type
    parts_by_text: dict[str, tuple[Expression, list[type[Event]]]] = {}
    for fact, key in keys.items():
        part = as_key(ledger.record, fact, key[place], kind)
        written = str(part.compile(compile_kwargs={"literal_binds": True}))
        parts_by_text.setdefault(written, (part, []))[1].append(fact)
    if len(parts_by_text) == 1:
        return next(iter(parts_by_text.values()))[0]
    return case(*((is_fact(ledger.record.c.fact, names, facts), part) for part, facts in parts_by_text.values()))
