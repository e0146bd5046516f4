"""Which decisions of one batch stand in each other's way, so that the database need only look at what is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.entry import Criterion, Decision, Entry

Earlier = list[tuple[int, Entry]]


def blockers(decisions: Sequence[Decision]) -> dict[int, set[int]]:
    """For each decision that depends on earlier ones of the batch: which ones, by their places.

    It depends on those whose facts match its condition, and on one with its own command id.
    """
    found: dict[int, set[int]] = {}
    commands: dict[int, int] = {}
    concerned: dict[int, Earlier] = {}
    everything: Earlier = []
    for nth, decision in enumerate(decisions):
        command = decision.command.int  # hashes in a fraction of a UUID's time
        ahead = {commands[command]} if command in commands else set()
        for one in decision.unless or ():
            candidates = concerned.get(one.subjects[0].uuid.int, ()) if one.subjects else everything
            ahead.update(place for place, entry in candidates if _matches(one, entry))
        if ahead:
            found[nth] = ahead
        commands.setdefault(command, nth)
        for entry in decision.entries:
            everything.append((nth, entry))
            for subject in entry.subjects:
                concerned.setdefault(subject.uuid.int, []).append((nth, entry))
    return found


def _matches(criterion: Criterion, entry: Entry) -> bool:
    return (criterion.facts is None or entry.name in criterion.facts) and all(
        subject in entry.subjects for subject in criterion.subjects
    )
