"""The outcomes of commands, and the errors that leave an outcome open."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    """The command's facts are at positions first to last. An earlier call recorded them, unless it is NewlyRecorded."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NewlyRecorded(Recorded):
    """This call recorded the command's facts."""

    entries: tuple[Entry, ...] = field(compare=False, repr=False)
    """The facts as they are stored."""


@dataclass(frozen=True, slots=True)
class NothingToRecord:
    """Nothing changes, so no fact follows."""


@dataclass(frozen=True, slots=True)
class RefusedBy:
    refusal: Refused


Outcome = Recorded | NothingToRecord | RefusedBy
