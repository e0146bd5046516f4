"""Collects the places where one check of the audit fails: names the first and counts the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.check import Check

NAMED_MAX = 20
"""Places named in one check; the others are only counted."""


@dataclass(slots=True)
class Places:
    """Where something does not hold: the first places in words, and how many there are."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """Count a place, and name it if it is among the first."""
        self.count += 1
        if len(self.first) < NAMED_MAX:
            self.first.append("".join(character if character.isprintable() else "?" for character in place))

    @property
    def named(self) -> tuple[str, ...]:
        """The places, and how many are not named."""
        more = self.count - len(self.first)
        return (*self.first, f"and {more:,} more") if more else tuple(self.first)

    def check(self, name: str, holds: str, broken: str) -> Check:
        """That there is no such place."""
        return Check(name, not self.count, broken if self.count else holds, self.named)
