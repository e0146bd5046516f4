"""Given, when, then: a rule of the law as past facts, one command, and the facts or the refusal that follow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.command import AnyCommand, Consulted, Refused, State
from domain.context import Context
from domain.fact import Event

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning that is a bank day; the clock of every scene unless it says `.at(...)`."""

CONTEXT = Context(
    authority="34051178",
    actor="system:test",
    legal_basis="a paragraph",
    command=UUID("00000000-0000-4000-8000-0000000000c0"),
    correlation=UUID("00000000-0000-4000-8000-0000000000c1"),
)


def folded(consulted: Consulted[Any], facts: tuple[Event, ...]) -> State:
    """The state that the ledger would fold: the entity's facts about that subject, in order; opened if it is."""
    state: State = consulted.entity.opening
    for fact in facts:
        if isinstance(fact, consulted.entity.facts()) and consulted.subject in fact.subjects():
            state = state.evolve(fact if consulted.entity.opened else fact.without_personal_fields())
    return state


@dataclass(frozen=True)
class Decided:
    """What a command came to."""

    facts: tuple[Event, ...]
    refusal: Refused | None

    def then(self, *facts: Event) -> None:
        """Exactly these facts follow, in this order."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal}") from self.refusal

        assert self.facts == facts

    def then_nothing(self) -> None:
        """Nothing happens: nothing was to change."""
        self.then()

    def then_refused(self, refusal: type[Refused]) -> None:
        """The command is refused for this reason and no other."""
        assert isinstance(self.refusal, refusal), f"expected {refusal.__name__}, got {self.refusal!r} and {self.facts}"


@dataclass(frozen=True)
class Scene:
    """Facts that happened, and the clock at the moment of the command."""

    facts: tuple[Event, ...]
    context: Context = field(default=CONTEXT)

    def at(self, now: datetime) -> Scene:
        """The ledger's clock shows `now` when the command comes."""
        return replace(self, context=self.context.at(now))

    def by(self, context: Context) -> Scene:
        """Another actor or authority."""
        return replace(self, context=context if context.decided_at else context.at(self.context.now))

    def when(self, command: AnyCommand) -> Decided:
        """The command comes."""
        states = [folded(consulted, self.facts) for consulted in command.consults()]
        try:
            context = replace(self.context, legal_basis=command.basis(*states))
            return Decided(tuple(command.decide(context, *states)), None)
        except Refused as refusal:
            return Decided((), refusal)


def given(*facts: Event) -> Scene:
    """The past."""
    return Scene(facts).at(NOW)
