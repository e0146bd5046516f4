"""Finds which decisions of one batch depend on earlier ones, so that the database need only check what is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ledger.entry import Criterion, Decision, Entry

EVERYONE = -1
"""The key of a condition that names no subject."""


def blockers(decisions: Sequence[Decision]) -> dict[int, set[int]]:
    """The places of the earlier decisions on which each decision of the batch depends.

    A decision depends on those whose facts match its condition, and on one with the same command id.
    """
    blocking: dict[int, set[int]] = {}
    if len(decisions) == 1:
        return blocking
    commands: dict[int, int] = {}
    last_condition = {
        _uuid(criterion): place for place, decision in enumerate(decisions) for criterion in decision.unless or ()
    }
    concerned: dict[int, list[tuple[int, Entry]]] = {}
    for place, decision in enumerate(decisions):
        command = decision.command.int  # hashes in a fraction of a UUID's time
        ahead = {commands[command]} if command in commands else set()
        for criterion in decision.unless or ():
            ahead.update(
                earlier for earlier, entry in concerned.get(_uuid(criterion), ()) if _matches(criterion, entry)
            )
        if ahead:
            blocking[place] = ahead
        commands.setdefault(command, place)
        # Only subjects that a later condition names are stored: most decisions name their own.
        for entry in decision.entries:
            for subject in entry.subjects:
                if last_condition.get(subject.uuid.int, 0) > place:
                    concerned.setdefault(subject.uuid.int, []).append((place, entry))
        if last_condition.get(EVERYONE, 0) > place:
            concerned.setdefault(EVERYONE, []).extend((place, entry) for entry in decision.entries)
    return blocking


def _uuid(criterion: Criterion) -> int:
    return criterion.subjects[0].uuid.int if criterion.subjects else EVERYONE


def _matches(criterion: Criterion, entry: Entry) -> bool:
    return (criterion.facts is None or entry.name in criterion.facts) and all(
        subject in entry.subjects for subject in criterion.subjects
    )
