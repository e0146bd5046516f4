"""Given, when, then: a rule of the law as past facts, one command, and the facts or the refusal that follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.command import AnyCommand, Consulted, Refused, State
from domain.context import Context
from domain.dated_policy import Policy, Version
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

    outcome: tuple[Event, ...] | Refused

    @property
    def facts(self) -> tuple[Event, ...]:
        """The facts that follow. Fails if the command is refused: that facts are absent is not shown by a refusal."""
        if isinstance(self.outcome, Refused):
            raise AssertionError(f"refused: {self.outcome}") from self.outcome  # noqa: TRY004 - a test fails by it
        return self.outcome

    @property
    def facts_unless_refused(self) -> tuple[Event, ...]:
        """The facts that follow; none if the command is refused, as it may be."""
        return () if self.refusal else self.facts

    @property
    def refusal(self) -> Refused | None:
        return self.outcome if isinstance(self.outcome, Refused) else None

    def then(self, *facts: Event) -> None:
        """Exactly these facts follow, in this order."""
        assert self.facts == facts

    def then_nothing(self) -> None:
        """Nothing happens: nothing was to change."""
        self.then()

    def then_refused(self, refusal: type[Refused]) -> None:
        """The command is refused for this reason and no other."""
        assert isinstance(self.outcome, refusal), f"expected {refusal.__name__}, got {self.outcome!r}"


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
            with versions_asked() as versions:
                facts = tuple(command.decide(context, *states))
        except Refused as refusal:
            return Decided(refusal)
        assert not (lost := unrecorded(versions, facts)), f"these rules decided and no fact holds them: {lost}"
        return Decided(facts)


NEED_NOT_HOLD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # A value date of today, whose hour has passed, holds nothing back: the letter arrives by § 10.
        "MessageMadeAvailable": frozenset({"digital_post.release_hour"}),
        # An immigrant waits for the later of two days, and the plan holds the rule of that one.
        "MailRegistrationPlanned": frozenset({"digital_post.age_years", "digital_post.immigrant_registration_days"}),
        # A day that an authority set for a representative is none of a rule: it is only not before the rule's. Of the
        # term and the wait after the recording, the plan holds the rule of the later day.
        "DeletionPlanned": frozenset(
            {
                "digital_post.content_after_death_years",
                "digital_post.content_after_cessation_years",
                "digital_post.content_after_recording_days",
            }
        ),
        # The grant of a custody holds the rule by which no end is stored on the day of majority or later.
        "MandateEnded": frozenset({"identity.majority_years"}),
        "MandateEndCorrected": frozenset({"identity.majority_years"}),
    }
)
"""Fact -> the rules of which a decision with this fact need not hold one; tests/domain/test_policy.py shows each."""

OF_THE_MANDATE = frozenset({"identity.majority_years"})
"""Whether a custody still holds: its own fact holds the rule, and what is done by a mandate names that fact."""

NAMES_OF_MANDATES = ("mandate", "by_mandate")
"""The fields of a fact that name the mandate by which it was done."""


@contextmanager
def versions_asked() -> Iterator[list[Version[Any]]]:
    """The versions of dated policies that are asked for in the meantime."""
    asked: list[Version[Any]] = []
    on = Policy.on

    def noted(policy: Policy[Any], day: date) -> Version[Any]:
        asked.append(version := on(policy, day))
        return version

    Policy.on = noted  # type: ignore[assignment,method-assign]
    try:
        yield asked
    finally:
        Policy.on = on  # type: ignore[method-assign]


def unrecorded(versions: list[Version[Any]], facts: tuple[Event, ...]) -> set[str]:
    """The rules that decided and that no fact of the decision holds; a period that is not now decides nothing."""
    if not facts:
        return set()
    held = {text for fact in facts for text in fact.open_texts()}
    lost = {str(version) for version in versions if version.value is not False} - held
    for fact in facts:
        by_mandate = OF_THE_MANDATE if any(getattr(fact, name, None) for name in NAMES_OF_MANDATES) else frozenset()
        for rules in (NEED_NOT_HOLD.get(type(fact).__name__, frozenset()), by_mandate):
            lost -= {next((rule for rule in sorted(lost) if rule.partition("@")[0] in rules), "")}
    return lost


def after(past: tuple[Event, ...], *acts: Event | AnyCommand) -> tuple[Event, ...]:
    """The facts after facts and commands, of which none is refused."""
    for act in acts:
        past += (act,) if isinstance(act, Event) else given(*past).when(act).facts
    return past


def given(*facts: Event) -> Scene:
    """The past."""
    return Scene(facts).at(NOW)
