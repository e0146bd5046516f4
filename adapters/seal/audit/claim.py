"""What the audit claims, whether it holds, and the first places where it does not."""

from __future__ import annotations

from dataclasses import dataclass, field

NAMED_MAX = 20
"""Places named of one claim; the others are counted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that was checked."""

    name: str
    ok: bool
    detail: str
    differing: tuple[str, ...] = ()


@dataclass(slots=True)
class Places:
    """Where something does not hold: the first places in words, and how many there are."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < NAMED_MAX:
            self.first.append(place)

    @property
    def named(self) -> tuple[str, ...]:
        """The places, and how many are not named."""
        more = self.count - len(self.first)
        return (*self.first, f"and {more:,} more") if more else tuple(self.first)

    def claim(self, name: str, holds: str, broken: str) -> Claim:
        """That there is no such place."""
        return Claim(name, not self.count, broken if self.count else holds, self.named)
