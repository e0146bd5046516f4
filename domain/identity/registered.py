"""What an act about somebody needs: a registered person or company, and of a person the entry that remains."""

from __future__ import annotations

from domain.command import Refused
from domain.identity.merge import EntryIsMerged
from domain.subject import PersonId


class UnknownParty(Refused):
    """No such person or company is registered. Register that person or company first."""


class MustBeRegistered:
    """What every state says that knows whether its person or company is registered."""

    __slots__ = ()

    @property
    def registered(self) -> bool:
        raise NotImplementedError

    @property
    def remains(self) -> PersonId | None:
        """The entry that remains, if this one was merged: at last, where that one was merged with another later."""
        return None

    def must_be_registered(self) -> None:
        """Raise UnknownParty, or EntryIsMerged."""
        if not self.registered:
            raise UnknownParty
        self.must_not_be_merged()

    def must_not_be_merged(self) -> None:
        """Raise EntryIsMerged."""
        if self.remains is not None:
            raise EntryIsMerged(self.remains)
