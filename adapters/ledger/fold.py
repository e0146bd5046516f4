"""Folds the states that a decision reads from entries of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.ledger.entry import Criterion, Entry, record_of
from domain.command import Consulted
from domain.fact import Event
from domain.subject import SubjectId


class Fold:
    """States folded from entries; personal fields stay encrypted, because a decision never reads them."""

    def __init__(self, entries: Sequence[Entry], contract: Mapping[str, type[Event]]) -> None:
        self._about: dict[SubjectId, list[Event]] = {}
        for entry in entries:
            event = record_of(entry, contract).event
            for subject in event.subjects():
                self._about.setdefault(subject, []).append(event)

    def of(self, consulted: Consulted[Any]) -> Any:
        """The state of one entity about one subject."""
        state, facts = consulted.entity.opening, consulted.entity.facts()
        for event in self._about.get(consulted.subject, ()):
            if isinstance(event, facts):
                state = state.evolve(event)
        return state


def criteria(consulted: Sequence[Consulted[Any]], names: Mapping[type[Event], str]) -> tuple[Criterion, ...]:
    """The criteria of these states: each entity's facts about its subject, by their stored names."""
    return tuple(
        Criterion((one.subject,), tuple(sorted(names[fact] for fact in one.entity.facts()))) for one in consulted
    )
