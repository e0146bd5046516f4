"""What a dated policy is: a number of the law, and from which day which value holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from domain.errors import ErrorKind, RigsbogError

T = TypeVar("T")


class NoRuleYet(RigsbogError, ValueError):
    """The day is before the first version of the policy: give a later day."""

    kind = ErrorKind.BAD_INPUT


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """What a rule says from a day on, until its next version."""

    rule: str
    valid_from: date
    value: T

    def __str__(self) -> str:
        """The version as facts store it: `nemkonto.effect_bank_days_max@2021-04-19`."""
        return f"{self.rule}@{self.valid_from}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Generic[T]):
    """One number of the law. `rule` is stored in facts and so is never renamed and never reused.

    `assumed` says what in it is our own decision, because no source that we read states it; empty if nothing is.
    A first version's day is the first that its source speaks for, not always the day the number was first law.
    """

    rule: str
    says: str
    paragraph: str
    unit: str
    versions: tuple[tuple[date, T], ...]
    assumed: str = ""

    def __post_init__(self) -> None:
        assert self.versions, f"{self.rule} has no version"
        assert all(a < b for (a, _), (b, _) in pairwise(self.versions)), f"{self.rule}: versions out of order"

    def __iter__(self) -> Iterator[Version[T]]:
        return (Version(self.rule, valid_from, value) for valid_from, value in self.versions)

    def on(self, day: date) -> Version[T]:
        """The version that holds on the Copenhagen day; raises NoRuleYet before the first."""
        versions = [version for version in self if version.valid_from <= day]
        if not versions:
            raise NoRuleYet(f"{self.rule} is known from {self.versions[0][0]}; {day} is before that.")
        return versions[-1]

    def named(self, rule: str) -> Version[T]:
        """The version that a fact stores by its name."""
        return next(version for version in self if str(version) == rule)

    def __str__(self) -> str:
        values = ", then ".join(f"{value} {self.unit} from {valid_from}" for valid_from, value in self.versions)
        return f"{self.says}: {values} ({self.paragraph}){' Assumed: ' + self.assumed if self.assumed else ''}"
