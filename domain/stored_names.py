"""The numbers by which a database stores the names of facts and of kinds of subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from domain.entities import FACTS, NAMES
from domain.errors import ErrorKind, RigsbogError
from domain.fact import Event
from domain.subject import SubjectId, kind_named


class UnknownName(RigsbogError):
    """A stored name of this version is gone from the database: run `rigsbog verify` to see what was changed."""

    kind = ErrorKind.CORRUPT


@dataclass(frozen=True)
class Names:
    """Stored name -> number, and back; a database gives each name its number once."""

    facts: Mapping[str, int]
    kinds: Mapping[str, int]
    fact_names: Mapping[int, str] = field(init=False)
    kind_classes: Mapping[int, type[SubjectId]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fact_names", {number: name for name, number in self.facts.items()})
        object.__setattr__(self, "kind_classes", {number: kind_named(name) for name, number in self.kinds.items()})

    @cached_property
    def newer(self) -> tuple[int, ...]:
        """The numbers of the facts that only a newer version knows."""
        return tuple(number for name, number in self.facts.items() if name not in FACTS)

    def __hash__(self) -> int:
        """Compiled statements, which hold the numbers, are cached by them."""
        return hash(frozenset(self.facts.items()))

    def fact(self, fact: str | type[Event]) -> int:
        """The number of a fact, by its stored name or its class; raises UnknownName."""
        name = fact if isinstance(fact, str) else NAMES[fact]
        if name not in self.facts:
            raise UnknownName(f"The fact {name} has no number in the database: run `rigsbog verify` to see why.")
        return self.facts[name]

    def kind(self, subject: SubjectId) -> int:
        """The number of a subject's kind; raises UnknownName."""
        if subject.kind not in self.kinds:
            raise UnknownName(
                f"The kind {subject.kind} has no number in the database: run `rigsbog verify` to see why."
            )
        return self.kinds[subject.kind]

    def fact_named(self, number: int) -> str:
        """The stored name of a number, or words for a number without one."""
        return self.fact_names.get(number, f"fact number {number}")
