"""The outcomes of commands, and the errors that leave an outcome open."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.command import Refused
from domain.context import Context
from domain.errors import ErrorKind, RigsbogError
from domain.fact import Event
from domain.record import Record


class CommandReused(RigsbogError):
    """This command id was used before with other content. Give each command an id of its own."""

    kind = ErrorKind.CONFLICT


class StillIndeterminate(RigsbogError):
    """It is not known yet whether the command was recorded. Send it again under the same id; nothing is done twice."""

    kind = ErrorKind.BUSY


@dataclass(frozen=True, slots=True)
class Decided:
    """The facts that a command yields, and their context."""

    facts: tuple[Event, ...]
    context: Context


@dataclass(frozen=True, slots=True)
class Recorded:
    """The command's facts are at positions first to last. An earlier call recorded them, unless it is NewlyRecorded."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NewlyRecorded(Recorded):
    """This call recorded the command's facts."""

    records: tuple[Record, ...] = field(compare=False, repr=False)
    """The facts as they are stored; personal fields are SEALED."""


@dataclass(frozen=True, slots=True)
class NothingToRecord:
    """Nothing changes, so no fact follows."""


@dataclass(frozen=True, slots=True)
class RefusedBy:
    refusal: Refused


Outcome = Recorded | NothingToRecord | RefusedBy
