"""The numbers under which this ledger keeps the stored names of facts and kinds of subjects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from domain.entities import NAMES
from domain.fact import Event
from domain.subject import SubjectId
from projections.engine import ledger_tables as ledger


@dataclass(frozen=True, slots=True)
class Names:
    """Stored name -> number, as the database has given them once and for ever."""

    facts: Mapping[str, int]
    kinds: Mapping[str, int]

    def __hash__(self) -> int:
        """Statements that hold the numbers are kept by them."""
        return hash(frozenset(self.facts.items()))

    def fact(self, fact: type[Event]) -> int:
        """The fact's number; raises KeyError when the database was not migrated to this version."""
        return self.facts[NAMES[fact]]

    def kind(self, subject: SubjectId) -> int:
        """The number of the subject's kind."""
        return self.kinds[subject.kind]

    def fact_named(self, number: int) -> str:
        """The stored name of a number; a number without one says so."""
        return next((name for name, known in self.facts.items() if known == number), f"fact number {number}")


def read_names(connection: Connection) -> Names:
    """Read the numbers from the ledger."""
    facts = connection.execute(select(ledger.fact_name.c.name, ledger.fact_name.c.fact))
    kinds = connection.execute(select(ledger.subject_kind.c.name, ledger.subject_kind.c.kind))
    return Names(dict(facts.all()), dict(kinds.all()))
