"""Translates between entries and rows of the ledger's tables, and holds the statements that read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from adapters.ledger.entry import Criterion, Decision, Entry, UnknownFact
from domain.context import Context
from domain.record import CONTEXT_COLUMNS, HEADER
from domain.stored_names import Names
from migrations.positions import CLOCK, HEAD

COLUMNS = ", ".join(f"r.{column.name}" for column in HEADER)
COLUMN_NAMES = tuple(column.name for column in HEADER)

_FACTS = "any (coalesce(w.facts, (select array_agg(n.fact) from ledger.fact_name n)))"
"""A criterion's facts, or all facts by name: so that the index of subjects serves both."""

_ALL_SUBJECTS = """
              select from json_to_recordset(w.others) as t(kind smallint, subject uuid)
               where not exists (select from ledger.subject o
                                  where o.subject = t.subject and o.kind = t.kind
                                    and o.fact = {fact} and o.position = {position})
"""

_HIT = f"""
    select distinct s.position
      from json_to_recordset(%(wanted)s::json) as w(facts smallint[], kind smallint, subject uuid, others json)
      join ledger.subject s on s.subject = w.subject and s.kind = w.kind and s.fact = {_FACTS}
     where (w.others is null or not exists ({_ALL_SUBJECTS.format(fact="s.fact", position="s.position")}))
"""  # noqa: S608 - only literals of this module

CONSULT = f"""
with hit as ({_HIT})
select {HEAD}, (select {CLOCK}),
       (select json_agg(json_build_array(c.command, encode(c.digest, 'hex'), c.first_position, c.last_position))
          from ledger.command c where c.command = any (%(commands)s)),
       {COLUMNS}
  from (values (1)) one left join (hit join ledger.record r using (position)) on true
 order by r.position
"""  # noqa: S608 - only literals of this module

READ_BY_SUBJECT = f"""
with hit as ({_HIT} and s.position > %(after)s and (%(until)s::bigint is null or s.position <= %(until)s))
select {COLUMNS} from hit join ledger.record r using (position) order by r.position limit %(limit)s
"""  # noqa: S608 - only literals of this module

READ_BY_POSITION = f"""
select {COLUMNS} from ledger.record r
 where r.position > %(after)s and (%(until)s::bigint is null or r.position <= %(until)s)
   and exists (select from json_to_recordset(%(wanted)s::json)
                        as w(facts smallint[], kind smallint, subject uuid, others json)
                where (w.facts is null or r.fact = any (w.facts))
                  and (w.subject is null or exists (
                          select from ledger.subject s where s.subject = w.subject and s.kind = w.kind
                                                         and s.fact = r.fact and s.position = r.position))
                  and (w.others is null
                       or not exists ({_ALL_SUBJECTS.format(fact="r.fact", position="r.position")})))
 order by r.position limit %(limit)s
"""  # noqa: S608 - only literals of this module

READ_ALL = f"""
select {COLUMNS} from ledger.record r
 where r.position > %(after)s and (%(until)s::bigint is null or r.position <= %(until)s)
 order by r.position limit %(limit)s
"""  # noqa: S608 - only literals of this module


NAMES = ("select name, fact from ledger.fact_name", "select name, kind from ledger.subject_kind")


def _json(form: list[dict[str, Any]]) -> str:
    return to_json(form).decode()


def criterion_form(criterion: Criterion, names: Names) -> dict[str, Any]:
    """A criterion as the statements take it; a fact that the database does not know matches nothing."""
    form: dict[str, Any] = {}
    if criterion.facts is not None:
        numbers = [names.facts[name] for name in criterion.facts if name in names.facts]
        form["facts"] = f"{{{','.join(map(str, [*numbers, *names.newer] if criterion.or_newer else numbers))}}}"
    if criterion.subjects:
        form["kind"], form["subject"] = names.kind(criterion.subjects[0]), criterion.subjects[0].uuid.hex
    if len(criterion.subjects) > 1:
        form["others"] = [{"kind": names.kind(who), "subject": who.uuid.hex} for who in criterion.subjects[1:]]
    return form


def criteria_json(criteria: Sequence[Criterion], names: Names) -> str:
    """Criteria as the reading statements take them."""
    return _json([criterion_form(one, names) for one in criteria])


def decisions_json(decisions: Sequence[Decision]) -> str:
    """Decisions as `ledger.place` and `ledger.append` take them."""
    return _json(
        [
            {
                "command": decision.command.hex,
                "digest": f"\\x{decision.digest.hex()}",
                "size": len(decision.entries),
                "consulted": consulted_form(decision),
                "read_to": decision.after if decision.consulted else None,
            }
            for decision in decisions
        ]
    )


def consulted_form(decision: Decision) -> list[list[str]] | None:
    """The states that the decision consulted, as `ledger.command` stores them."""
    return [[entity, str(subject)] for entity, subject in decision.consulted] or None


def consulted_json(decision: Decision) -> str | None:
    form = consulted_form(decision)
    return None if form is None else to_json(form).decode()


def conditions_json(decisions: Sequence[Decision], names: Names, head: int | None = None) -> str:
    """The conditions of decisions, each with its decision's place, from 1; only those decided before `head`."""
    return _json(
        [
            {"nth": nth, "after": decision.after, **criterion_form(criterion, names)}
            for nth, decision in enumerate(decisions, 1)
            if head is None or decision.after < head
            for criterion in decision.unless or ()
        ]
    )


def oldest(decisions: Sequence[Decision]) -> int | None:
    """The position after which a record may break a condition; None when there are no conditions."""
    return min((one.after for one in decisions if one.unless), default=None)


def records_json(decisions: Sequence[Decision], names: Names) -> str:
    """The facts of decisions as `ledger.append` takes them: `step` is a fact's place in its decision, from 0."""
    return _json(
        [
            {
                "nth": nth,
                "step": step,
                "fact": names.fact(entry.name),
                "kind": names.kind(entry.subject),
                "subject": entry.subject.uuid.hex,
                "ordinal": entry.ordinal,
                **{name: getattr(entry.context, field) for name, field in CONTEXT_COLUMNS.items()},
                "payload": entry.payload,
                "sealed": None if entry.sealed is None else f"\\x{entry.sealed.hex()}",
            }
            for nth, decision in enumerate(decisions, 1)
            for step, entry in enumerate(decision.entries)
        ]
    )


def subjects_json(decisions: Sequence[Decision], names: Names) -> str:
    return _json(
        [
            {
                "nth": nth,
                "step": step,
                "fact": names.fact(entry.name),
                "kind": names.kind(subject),
                "subject": subject.uuid.hex,
            }
            for nth, decision in enumerate(decisions, 1)
            for step, entry in enumerate(decision.entries)
            for subject in dict.fromkeys(entry.subjects)
        ]
    )


def entry_of_row(row: Sequence[Any], names: Names) -> Entry:
    """The entry of a row of COLUMNS; raises UnknownFact when its fact or kind has no name."""
    of = dict(zip(COLUMN_NAMES, row, strict=True))
    name, kind = names.fact_names.get(of["fact"]), names.kind_classes.get(of["kind"])
    if name is None or kind is None:
        raise UnknownFact(
            f"Position {of['position']} holds a fact or a kind of subject without a name: run `rigsbog verify`."
        )
    return Entry(
        position=of["position"],
        recorded_at=of["recorded_at"],
        name=name,
        subject=kind(of["subject"]),
        context=Context(**{field: of[column] for column, field in CONTEXT_COLUMNS.items()}),
        ordinal=of["ordinal"],
        payload=of["payload"],
        sealed=of["sealed"],
        caller=of["caller"],
    )
