"""Reactions: commands that follow from records and due times. Each has the same id at every run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import UUID, uuid5

from domain.command import AnyCommand
from domain.context import Request
from domain.danish_time import day_of
from domain.due import Due
from domain.fact import Event
from domain.record import Record
from domain.subject import SubjectId

NAMESPACE = UUID("5269675f-7362-4f67-8272-656163740001")
"""Of all command ids of reactions; never changed, or every reaction would be executed again."""

ACTOR = "system:reactions"
PLAIN_TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Document:
    """The content of the letter that a command submits; it is stored before the command is executed."""

    content: bytes
    media_type: str
    language: str = "da"


@dataclass(frozen=True, slots=True)
class Reaction:
    """One command that follows, and the request to execute it."""

    command: AnyCommand
    request: Request
    documents: tuple[Document, ...] = ()

    @property
    def command_id(self) -> UUID:
        """The same at every run, so that the command is executed once."""
        return self.request.command


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a consequence, before its request is made."""

    command: AnyCommand
    documents: tuple[Document, ...] = ()
    authority: str | None = None
    """The operator of the register that answers for it, if it is another than the consequence's."""
    case: str | None = None
    """Of what it is about, if that is in another case than the fact."""
    about: SubjectId | None = None
    """What it is about, where several commands of its kind follow from the same fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows after one kind of fact, and for whom."""

    of: type[Event]
    authority: str
    """The operator of the register that answers for it."""
    steps: Callable[[Any, date, Sequence[Record]], Iterable[Step]]
    """From the fact, the Danish day of its record and the past of its own subject; no two of one kind of command
    about the same."""
    reads_past: bool = False

    def after(self, record: Record, past: Sequence[Record]) -> tuple[Reaction, ...]:
        """All that follows from this record, in the order of execution."""
        steps = self.steps(record.event, day_of(record.recorded_at), past)
        return tuple(Reaction(step.command, self._request(record, step), step.documents) for step in steps)

    def _request(self, record: Record, step: Step) -> Request:
        name = (record.position, type(step.command).__name__, step.about)
        return Request(
            authority=step.authority or self.authority,
            actor=ACTOR,
            command=uuid5(NAMESPACE, " ".join(map(str, filter(None, name)))),
            correlation=record.context.correlation,
            case=step.case or record.context.case,
            causation=record.position,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What falls due in one kind of way, and for whom."""

    authority: str
    command: Callable[[Due], AnyCommand]

    def when(self, due: Due) -> Reaction:
        """What follows when this time has come."""
        name = f"{due.rule.kind} {due.subject} {due.due_at.astimezone(UTC).isoformat()}"
        command_id = uuid5(NAMESPACE, f"{name} {due.position}" if due.rule.renewed else name)
        request = Request(
            authority=self.authority,
            actor=ACTOR,
            command=command_id,
            correlation=due.correlation,
            case=due.case,
            causation=due.position,
        )
        return Reaction(self.command(due), request)
