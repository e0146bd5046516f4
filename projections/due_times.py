"""The register of due times, made from the rules in domain/due.py: what falls due, when, and whether it still must."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text, and_, false

from domain.due import DUE_RULES, DueRule
from domain.entry import Entered
from domain.fact import Event
from projections.declare import SCHEMA, Declared, Register, Setting, by, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, NO, SUBJECT, YES, Field, Source, StartOfDay, constant, source

due_times = Table(
    "due_times",
    MetaData(schema=SCHEMA),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("due_at", INSTANT),
    Column("also", Text),
    Column("settled", Boolean),
    Column("suspended", Boolean),
)
Index(
    "due_times_unsettled",
    due_times.c.due_at,
    postgresql_where=and_(due_times.c.settled.is_(false()), due_times.c.suspended.is_(false())),
)


def _set_by(values: Callable[[DueRule], Mapping[type[Event], Source]]) -> Declared:
    """A column that the facts of every rule set, each in the row of its rule and of whom the rule is about."""
    settings: dict[Setting, str | Source] = {
        by(fact, kind=constant(rule.kind), subject=_about(rule, fact)): value
        for rule in DUE_RULES
        for fact, value in values(rule).items()
    }
    return last(settings)


def _about(rule: DueRule, fact: type[Event]) -> Source:
    """The fact's own subject; whose entry it is, where an entry ends a wait that is not about an entry."""
    return Field("party") if issubclass(fact, Entered) and not issubclass(rule.begins, Entered) else SUBJECT


def _due_at(rule: DueRule) -> Source:
    if rule.due_at in rule.begins.personal:
        return EMPTY
    kind = rule.begins.model_fields[rule.due_at].annotation
    return StartOfDay(rule.due_at) if kind in (date, date | None) else source(rule.due_at)


DUE_TIMES = Register(
    due_times,
    key=("kind", "subject"),
    answers="What falls due, when, and does it still have to happen?",
    begins=[rule.begins for rule in DUE_RULES],
    columns={
        "due_at": _set_by(lambda rule: {rule.begins: _due_at(rule)}),
        "also": _set_by(lambda rule: {rule.begins: source(rule.also) if rule.also else EMPTY}),
        "settled": _set_by(lambda rule: {rule.begins: NO} | dict.fromkeys(rule.settled_by, YES)),
        "suspended": _set_by(
            lambda rule: dict.fromkeys((rule.begins, *rule.resumed_by), NO) | dict.fromkeys(rule.suspended_by, YES)
        ),
    },
)
"""Nothing happens any more once it is settled, nor while it is suspended. `due_at` is empty where nothing falls due, or
where the day is personal."""
