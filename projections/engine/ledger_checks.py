"""The checks of the ledger: each is one statement that selects the places where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    not_,
    or_,
    select,
    values,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.entities import FACTS
from projections.check import subject_fields
from projections.engine.ledger_tables import command, concerns, fact_name, record, subject_kind

UUID_FORM = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """One invariant; the statement selects, as text, the places where it fails."""

    name: str
    holds: str
    broken: str
    statement: Callable[[], Select[Any]]


def _holes() -> Select[Any]:
    """Positions after which the next is missing; 0 when the first is."""
    before = func.lag(record.c.position, 1, 0).over(order_by=record.c.position)
    pairs = select(record.c.position, before.label("before")).subquery()
    return select(pairs.c.before).where(pairs.c.position != pairs.c.before + 1).order_by(pairs.c.before)


def _backwards() -> Select[Any]:
    before = func.lag(record.c.recorded_at).over(order_by=record.c.position)
    pairs = select(record.c.position, record.c.recorded_at, before.label("before")).subquery()
    return select(pairs.c.position).where(pairs.c.recorded_at < pairs.c.before).order_by(pairs.c.position)


def _unknown() -> Select[Any]:
    known = select(fact_name.c.fact)
    return select(record.c.position).where(record.c.fact.not_in(known)).order_by(record.c.position)


def _subjects() -> Select[Any]:
    """Compares the index of subjects with the payloads: what it lacks, and what no payload names."""
    fields = [(name, field) for name, fact in FACTS.items() for field in subject_fields(fact)]
    wanted = values(column("name", Text), column("field", Text), name="wanted").data(fields)
    value = record.c.payload.op("->", return_type=JSONB())(wanted.c.field)
    many = case((func.jsonb_typeof(value) == "array", value), else_=func.jsonb_build_array(value))
    each = func.jsonb_array_elements_text(many).table_valued("value").lateral("each")
    named = (
        select(
            record.c.position,
            record.c.fact,
            subject_kind.c.kind,
            _uuid(func.split_part(each.c.value, ":", 2)).label("subject"),
        )
        .select_from(record)
        .join(fact_name, fact_name.c.fact == record.c.fact)
        .join(wanted, wanted.c.name == fact_name.c.name)
        .join(each, literal(value=True))
        .join(subject_kind, subject_kind.c.name == func.split_part(each.c.value, ":", 1))
    )
    expected, held = named.subquery("expected"), concerns
    same = and_(*(expected.c[name] == held.c[name] for name in ("position", "subject", "kind", "fact")))
    both = expected.outerjoin(held, same, full=True)
    position = func.coalesce(expected.c.position, held.c.position)
    what = case((held.c.position.is_(None), "is missing"), else_="is foreign")
    wrong = or_(and_(expected.c.position.is_(None), not_(_of_newer_fact())), held.c.position.is_(None))
    written = func.concat("position ", position, ": a subject ", what)
    return select(written).select_from(both).where(wrong).order_by(position)


def _of_newer_fact() -> ColumnElement[bool]:
    """Whether only a newer version knows the fact, and so whom it names."""
    known = select(fact_name.c.fact).where(fact_name.c.name.in_(sorted(FACTS)))
    return concerns.c.fact.not_in(known)


def _uuid(written: ColumnElement[str]) -> ColumnElement[UUID | None]:
    """The text as a UUID; NULL for a damaged one, which then matches no subject of the index."""
    return case((written.regexp_match(UUID_FORM), cast(written, Uuid)))


def _own_subjects() -> Select[Any]:
    """Compares the header's subject with the payload's first field."""
    firsts = [(name, next(iter(fact.model_fields))) for name, fact in FACTS.items()]
    wanted = values(column("name", Text), column("field", Text), name="wanted").data(firsts)
    written = record.c.payload.op("->>", return_type=Text())(wanted.c.field)
    header = func.concat(subject_kind.c.name, ":", record.c.subject)
    return (
        select(record.c.position)
        .join(fact_name, fact_name.c.fact == record.c.fact)
        .join(wanted, wanted.c.name == fact_name.c.name)
        .join(subject_kind, subject_kind.c.kind == record.c.kind)
        .where(written.is_distinct_from(header))
        .order_by(record.c.position)
    )


def _commands() -> Select[Any]:
    """Each command's row spans exactly its own records, and each record has its command's row."""
    own = (
        select(
            record.c.command,
            func.min(record.c.position).label("first"),
            func.max(record.c.position).label("last"),
            func.count().label("many"),
        )
        .group_by(record.c.command)
        .subquery("own")
    )
    wrong = or_(
        own.c.first.is_distinct_from(command.c.first_position),
        own.c.last.is_distinct_from(command.c.last_position),
        own.c.many != own.c.last - own.c.first + 1,
    )
    both = own.outerjoin(command, own.c.command == command.c.command, full=True)
    identity = func.coalesce(own.c.command, command.c.command)
    return select(func.concat("command ", identity)).select_from(both).where(wrong).order_by(identity)


LEDGER_CHECKS: tuple[LedgerCheck, ...] = (
    LedgerCheck("gapless", "positions rise by one from 1", "after these positions one is missing", _holes),
    LedgerCheck("monotone", "time never runs backwards", "these were recorded before the one before them", _backwards),
    LedgerCheck("facts known", "every fact has a name in the database", "these hold a fact without a name", _unknown),
    LedgerCheck("own subjects", "headers name the payload's own subject", "these headers name another", _own_subjects),
    LedgerCheck("subject index", "it names whom the facts name, and no other", "it differs from the facts", _subjects),
    LedgerCheck(
        "commands",
        "every command spans its own records; its digest, and what it consulted up to where, are sealed by nothing",
        "these commands do not span their own records",
        _commands,
    ),
)
