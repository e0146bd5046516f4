"""Which decisions of one batch stand in each other's way, so that the database need only look at what is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from adapters.entry import Criterion, Decision, Entry

Earlier = list[tuple[int, Entry]]


def blockers(decisions: Sequence[Decision]) -> dict[int, set[int]]:
    """For each decision that depends on earlier ones of the batch: which ones, by their places.

    It depends on those whose facts match its condition, and on one with its own command id.
    """
    found: dict[int, set[int]] = {}
    commands: dict[UUID, int] = {}
    concerned: dict[UUID, Earlier] = {}
    everything: Earlier = []
    for nth, decision in enumerate(decisions):
        ahead = {commands[decision.command]} if decision.command in commands else set()
        for one in decision.unless or ():
            candidates = concerned.get(one.subjects[0].uuid, ()) if one.subjects else everything
            ahead.update(place for place, entry in candidates if _matches(one, entry))
        if ahead:
            found[nth] = ahead
        commands.setdefault(decision.command, nth)
        for entry in decision.entries:
            everything.append((nth, entry))
            for subject in entry.subjects:
                concerned.setdefault(subject.uuid, []).append((nth, entry))
    return found


def _matches(criterion: Criterion, entry: Entry) -> bool:
    return (criterion.facts is None or entry.name in criterion.facts) and all(
        subject in entry.subjects for subject in criterion.subjects
    )
