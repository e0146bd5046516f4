"""One rule of the law: its source, what in the product carries it, which tests prove it, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """How far a rule has come. A rule whose tests prove half of it is no more than partly so."""

    RIGHT = "right"
    PARTLY = "partly"
    MISSING = "missing"


RIGHT, PARTLY, MISSING = State


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, or one numbered edge case. What carries it is named in text, so that naming it is no use of it."""

    id: str
    """Its area and its number there. A number is never given to another rule."""
    state: State
    says: str
    source: str
    """The paragraph, or where no source gives one the page that states the rule."""
    since: date | None = None
    """The first day that its source speaks for; None where no source gives a day."""
    carried_by: tuple[str, ...] = ()
    """Classes, policies and due rules of domain/, and functions of the other packages."""
    proved_by: tuple[str, ...] = ()
    because: str = ""
    """Of a rule that is not right: why not, in one sentence."""
    comes_in: str = ""
    """Of a rule that is not right: the issue that will bring it, or NO_ISSUE."""
    to_confirm: str = ""
    """What about the legal basis no source that we read states."""

    @property
    def area(self) -> str:
        return self.id.partition(".")[0]


NO_ISSUE = "no issue yet"


def tests(file: str, *names: str) -> tuple[str, ...]:
    """Tests of one file under tests/, by their names there; a method by its class and name."""
    return tuple(f"tests/{file}::{name}" for name in names)


def numbered(area: str, source: str, comes_in: str) -> Callable[..., Rule]:
    """Makes the cases of one numbered list, which is their source; `comes_in` holds where a case names no other."""

    def case(
        number: int,
        state: State,
        says: str,
        proved_by: tuple[str, ...] = (),
        because: str = "",
        *,
        comes_in: str = comes_in,
    ) -> Rule:
        return Rule(
            f"{area}.{number:02}",
            state,
            says,
            f"{source} no. {number}",
            proved_by=proved_by,
            because=because,
            comes_in="" if state is RIGHT else comes_in,
        )

    return case
