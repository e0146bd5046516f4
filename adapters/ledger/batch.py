"""Finds which decisions of one batch depend on earlier ones, so that the database need only check what is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ledger.entry import Criterion, Decision, Entry

EVERYONE = -1
"""The key of a condition that names no subject."""


def blockers(decisions: Sequence[Decision]) -> dict[int, set[int]]:
    """For each decision that depends on earlier ones of the batch: which ones, by their places.

    It depends on those whose facts match its condition, and on one with its own command id.
    """
    found: dict[int, set[int]] = {}
    if len(decisions) == 1:
        return found
    commands: dict[int, int] = {}
    last_asked = {_asked(one): nth for nth, decision in enumerate(decisions) for one in decision.unless or ()}
    concerned: dict[int, list[tuple[int, Entry]]] = {}
    for nth, decision in enumerate(decisions):
        command = decision.command.int  # hashes in a fraction of a UUID's time
        ahead = {commands[command]} if command in commands else set()
        for one in decision.unless or ():
            ahead.update(place for place, entry in concerned.get(_asked(one), ()) if _matches(one, entry))
        if ahead:
            found[nth] = ahead
        commands.setdefault(command, nth)
        # Only what a later decision asks for is kept: most ask for subjects of their own.
        for entry in decision.entries:
            for subject in entry.subjects:
                if last_asked.get(subject.uuid.int, 0) > nth:
                    concerned.setdefault(subject.uuid.int, []).append((nth, entry))
        if last_asked.get(EVERYONE, 0) > nth:
            concerned.setdefault(EVERYONE, []).extend((nth, entry) for entry in decision.entries)
    return found


def _asked(criterion: Criterion) -> int:
    return criterion.subjects[0].uuid.int if criterion.subjects else EVERYONE


def _matches(criterion: Criterion, entry: Entry) -> bool:
    return (criterion.facts is None or entry.name in criterion.facts) and all(
        subject in entry.subjects for subject in criterion.subjects
    )
