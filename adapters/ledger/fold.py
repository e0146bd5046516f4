"""Folds the states that a decision reads from entries of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from adapters.ledger.entry import Criterion, Entry, record_of
from domain.command import Consulted
from domain.fact import Event
from domain.newer import NewerFact, WrittenByNewerVersion, check_known
from domain.record import Record
from domain.subject import SubjectId

Opening = Callable[[Entry], Mapping[str, Any] | None]
"""The personal fields of an entry; None when it has none, or its key is destroyed."""


class Fold:
    """States folded from entries; personal fields stay encrypted, except for an entity that is opened."""

    def __init__(
        self,
        consulted: Sequence[Consulted[Any]],
        entries: Sequence[Entry],
        contract: Mapping[str, type[Event]],
        opening: Opening,
    ) -> None:
        self._contract = contract
        self._about: dict[SubjectId, list[tuple[Entry, Record]]] = {}
        opened = opened_facts(consulted)
        for entry in entries:
            fields = opening(entry) if contract.get(entry.name) in opened else None
            record = record_of(entry, contract, fields)
            for subject in record.event.subjects():
                self._about.setdefault(subject, []).append((entry, record))

    def of(self, consulted: Consulted[Any]) -> Any:
        """The state of one entity about one subject. Raises WrittenByNewerVersion."""
        state: Any = consulted.entity.opening
        facts: tuple[type[Event], ...] = (*consulted.entity.facts(), NewerFact)
        for entry, record in self._about.get(consulted.subject, ()):
            if isinstance(record.event, facts):
                event = record.event if consulted.entity.opened else self._sealed(entry, record)
                check_known(event, consulted.subject, record.position)
                state = state.evolve(event)
        return state

    def _sealed(self, entry: Entry, record: Record) -> Event:
        """The fact with its personal fields SEALED, and without what only a newer version encrypted."""
        return record_of(entry, self._contract).event if record.event.newer else record.event.without_personal_fields()

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


def opened_facts(consulted: Sequence[Consulted[Any]]) -> frozenset[type[Event]]:
    """The facts whose personal fields the states of these entities read."""
    return frozenset(fact for one in consulted if one.entity.opened for fact in one.entity.facts() if fact.personal)


def encrypted_parts(
    consulted: Sequence[Consulted[Any]], entries: Sequence[Entry], contract: Mapping[str, type[Event]]
) -> Iterator[bytes]:
    """What the fold of these states decrypts, so that all its keys are fetched in one round trip."""
    opened = opened_facts(consulted)
    return (entry.sealed for entry in entries if entry.sealed is not None and contract.get(entry.name) in opened)
