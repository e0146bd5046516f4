"""Rows of the ledger's tables: their numbers for names, the statements that read them, and the entries they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import psycopg
from psycopg.rows import TupleRow

from adapters.entry import Criterion, Entry
from domain.context import Context
from domain.fact import SEALED, Event
from domain.subject import KINDS, SubjectId

COLUMNS = (
    "r.position, r.recorded_at, r.effective_from, r.causation, r.command, r.correlation, r.subject, r.kind, r.fact,"
    " r.ordinal, r.authority, r.actor, r.legal_basis, r.case_id, r.payload, r.sealed"
)

CONSULT = f"""
with wanted as (
    select (w.subjects -> 0 ->> 'subject')::uuid as subject, (w.subjects -> 0 ->> 'kind')::smallint as kind, w.facts
      from json_to_recordset(%(wanted)s::json) as w(facts smallint[], subjects json)
), hit as (
    select distinct s.position from wanted w
      join ledger.subject s on s.subject = w.subject and s.kind = w.kind and s.fact = any (w.facts)
)
select (select coalesce(max(position), 0) from ledger.record), (select ledger.clock()),
       (select json_agg(json_build_array(c.command, encode(c.digest, 'hex'), c.first_position, c.last_position))
          from ledger.command c where c.command = any (%(commands)s)),
       {COLUMNS}
  from (values (1)) one left join (hit join ledger.record r using (position)) on true
 order by r.position
"""  # noqa: S608 - only literals of this module

_ALL_SUBJECTS = """
              select from json_to_recordset(w.subjects) as t(kind smallint, subject uuid)
               where not exists (select from ledger.subject o
                                  where o.subject = t.subject and o.kind = t.kind
                                    and o.fact = {fact} and o.position = {position})
"""

READ_BY_SUBJECT = f"""
with hit as (
    select distinct s.position
      from json_to_recordset(%(wanted)s::json) as w(facts smallint[], subjects json)
      join ledger.subject s on s.subject = (w.subjects -> 0 ->> 'subject')::uuid
                           and s.kind = (w.subjects -> 0 ->> 'kind')::smallint
     where (w.facts is null or s.fact = any (w.facts))
       and s.position > %(after)s and (%(until)s::bigint is null or s.position <= %(until)s)
       and not exists ({_ALL_SUBJECTS.format(fact="s.fact", position="s.position")})
)
select {COLUMNS} from hit join ledger.record r using (position) order by r.position limit %(limit)s
"""  # noqa: S608 - only literals of this module

READ_BY_POSITION = f"""
select {COLUMNS} from ledger.record r
 where r.position > %(after)s and (%(until)s::bigint is null or r.position <= %(until)s)
   and exists (select from json_to_recordset(%(wanted)s::json) as w(facts smallint[], subjects json)
                where (w.facts is null or r.fact = any (w.facts))
                  and not exists ({_ALL_SUBJECTS.format(fact="r.fact", position="r.position")}))
 order by r.position limit %(limit)s
"""  # noqa: S608 - only literals of this module


class UnknownName(Exception):
    """The database does not know this stored name: run `rigsbog migrate`."""


@dataclass(frozen=True)
class Names:
    """The numbers that stand for stored names in this database, both ways."""

    facts: Mapping[str, int]
    kinds: Mapping[str, int]
    fact_names: Mapping[int, str] = field(init=False)
    kind_classes: Mapping[int, type[SubjectId]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fact_names", {number: name for name, number in self.facts.items()})
        known = {number: KINDS[name] for name, number in self.kinds.items() if name in KINDS}
        object.__setattr__(self, "kind_classes", known)

    @classmethod
    def read(cls, connection: psycopg.Connection[TupleRow]) -> Self:
        """The names as the database knows them."""
        facts = connection.execute("select name, fact from ledger.fact_name").fetchall()
        kinds = connection.execute("select name, kind from ledger.subject_kind").fetchall()
        return cls(dict(facts), dict(kinds))

    def fact(self, name: str) -> int:
        """The number of a fact; raises UnknownName."""
        if name not in self.facts:
            raise UnknownName(f"The fact {name} is not known to the database: run `rigsbog migrate`.")
        return self.facts[name]

    def kind(self, subject: SubjectId) -> int:
        """The number of a subject's kind; raises UnknownName."""
        if subject.kind not in self.kinds:
            raise UnknownName(f"The kind {subject.kind} is not known to the database: run `rigsbog migrate`.")
        return self.kinds[subject.kind]


def criteria_json(criteria: Sequence[Criterion], names: Names) -> str:
    """Criteria as the statements take them; a fact that the database does not know matches nothing."""
    return json.dumps(
        [
            {
                "facts": None
                if one.facts is None
                else [names.facts[name] for name in one.facts if name in names.facts],
                "subjects": [{"kind": names.kind(who), "subject": str(who.uuid)} for who in one.subjects],
            }
            for one in criteria
        ]
    )


@dataclass(frozen=True)
class Rows:
    """Makes entries of rows, by the storage contract: a fact's own fields tell whom it concerns."""

    contract: Mapping[str, type[Event]]

    def entry(self, row: Sequence[Any], names: Names) -> Entry:
        """The entry of a row of COLUMNS."""
        name = names.fact_names[row[8]]
        return Entry(
            position=row[0],
            recorded_at=row[1],
            name=name,
            subject=names.kind_classes[row[7]](row[6]),
            subjects=self._subjects(name, row[14]),
            context=Context(
                effective_from=row[2],
                causation=row[3],
                command=row[4],
                correlation=row[5],
                authority=row[10],
                actor=row[11],
                legal_basis=row[12],
                case=row[13],
            ),
            ordinal=row[9],
            payload=row[14],
            sealed=row[15],
        )

    def _subjects(self, name: str, payload: Mapping[str, Any]) -> tuple[SubjectId, ...]:
        fact = self.contract.get(name)
        if fact is None:
            return ()
        return fact.model_validate({**payload, **dict.fromkeys(fact.personal, SEALED)}).subjects()
