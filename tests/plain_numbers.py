"""The plain reference for CPR numbers: who was first given each, and which entry each entry was merged with."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class PlainNumbers:
    """A number leads to the entry at the end of the chain of merges that begins at the entry to which it was given."""

    given_to: dict[int, int] = field(default_factory=dict)
    """Number -> entry; a number that was withdrawn or annulled is in it no more."""
    annulled: set[int] = field(default_factory=set)
    bears: dict[int, int] = field(default_factory=dict)
    """Entry -> the number that it bears, or that it bore when it was merged."""
    into: dict[int, int] = field(default_factory=dict)
    """Merged entry -> the entry with which it was merged."""

    def remains(self, entry: int) -> int:
        while entry in self.into:
            entry = self.into[entry]
        return entry

    def leads_to(self, number: int) -> int | None:
        return self.remains(self.given_to[number]) if number in self.given_to else None

    def give(self, entry: int, number: int) -> bool:
        """Give the entry that number to bear. False: refused, because it leads to another entry or is annulled."""
        if entry in self.into or number in self.annulled or self.leads_to(number) not in {None, entry}:
            return False
        self.given_to.setdefault(number, entry)
        self.bears[entry] = number
        return True

    def withdraw(self, entry: int, number: int) -> bool:
        if entry in self.into or self.bears.get(entry) == number or self.leads_to(number) not in {None, entry}:
            return False
        self._lost(number)
        return True

    def annul(self, entry: int, number: int) -> bool:
        if entry in self.into or (number not in self.annulled and self.leads_to(number) != entry):
            return False
        self.annulled.add(number)
        self._lost(number)
        return True

    def merge(self, entry: int, other: int) -> bool:
        if entry == other or other in self.into:
            return False
        if entry in self.into:
            return self.into[entry] == other
        self.into[entry] = other
        return True

    def annul_merge(self, entry: int, other: int) -> bool:
        if self.into.get(entry) != other:
            # Another entry was never merged with it; one further up the chain is for later.
            return entry not in self.into or self.remains(entry) != other
        if other in self.into:
            return False
        of_the_other = {number for number, given_to in self.given_to.items() if self._below(given_to, entry)}
        if self.bears.get(other) in of_the_other:
            return False
        del self.into[entry]
        if self.bears.get(entry) not in of_the_other:
            self.bears.pop(entry, None)
        return True

    def _below(self, entry: int, top: int) -> bool:
        while entry != top and entry in self.into:
            entry = self.into[entry]
        return entry == top

    def _lost(self, number: int) -> None:
        self.given_to.pop(number, None)
        for entry, bears in list(self.bears.items()):
            if bears == number and entry not in self.into:
                del self.bears[entry]
