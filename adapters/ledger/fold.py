"""Folds the states that a decision reads from entries of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.ledger.entry import Criterion, Entry, record_of
from domain.command import Consulted
from domain.fact import Event
from domain.newer import NewerFact, WrittenByNewerVersion, check_known
from domain.record import Record
from domain.subject import SubjectId


class Fold:
    """States folded from entries; personal fields stay encrypted, because a decision never reads them."""

    def __init__(self, entries: Sequence[Entry], contract: Mapping[str, type[Event]]) -> None:
        self._about: dict[SubjectId, list[Record]] = {}
        for entry in entries:
            record = record_of(entry, contract)
            for subject in record.event.subjects():
                self._about.setdefault(subject, []).append(record)

    def of(self, consulted: Consulted[Any]) -> Any:
        """The state of one entity about one subject. Raises WrittenByNewerVersion."""
        state: Any = consulted.entity.opening
        facts: tuple[type[Event], ...] = (*consulted.entity.facts(), NewerFact)
        for record in self._about.get(consulted.subject, ()):
            event = record.event
            if isinstance(event, facts):
                check_known(event, consulted.subject, record.position)
                state = state.evolve(event)
        return state

    def known(self, consulted: Consulted[Any]) -> Any:
        """The state, or None where it depends on what only a newer version knows."""
        try:
            return self.of(consulted)
        except WrittenByNewerVersion:
            return None


def criteria(consulted: Sequence[Consulted[Any]], names: Mapping[type[Event], str]) -> tuple[Criterion, ...]:
    """The criteria of these states: each entity's facts about its subject, by their stored names, and newer ones."""
    return tuple(
        Criterion((one.subject,), tuple(sorted(names[fact] for fact in one.entity.facts())), or_newer=True)
        for one in consulted
    )
