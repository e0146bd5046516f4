"""The outcomes of commands, and the errors that leave an outcome open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.ledger.entry import Entry
from domain.command import Refused
from domain.errors import ErrorKind, RigsbogError


class CommandReused(RigsbogError):
    """This command id was used before with other content. Give each command an id of its own."""

    kind = ErrorKind.CONFLICT


class StillIndeterminate(RigsbogError):
    """It is not known yet whether the command was recorded. Send it again under the same id; nothing is done twice."""

    kind = ErrorKind.BUSY


@dataclass(frozen=True, slots=True)
class Recorded:
    """The command's facts are at positions first to last; `repeated`: they were recorded before."""

    first: int
    last: int
    repeated: bool = False
    recorded_at: datetime | None = field(default=None, compare=False)
    decided: tuple[Entry, ...] = field(default=(), compare=False, repr=False)
    """The facts as they were handed to the ledger; empty when they were recorded before."""

    @property
    def entries(self) -> list[Entry]:
        """The facts as they are stored; empty when they were recorded before."""
        return [
            replace(entry, position=position, recorded_at=self.recorded_at)
            for position, entry in enumerate(self.decided, self.first)
        ]


@dataclass(frozen=True, slots=True)
class NothingToRecord:
    """Nothing changes, so no fact follows."""


@dataclass(frozen=True, slots=True)
class RefusedBy:
    refusal: Refused


Outcome = Recorded | NothingToRecord | RefusedBy
