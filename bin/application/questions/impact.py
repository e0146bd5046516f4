"""Asks what rests on a value that was corrected later: who decided, sent, served or read meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from adapters.ledger.entry import Criterion, record_of
from bin.application.application import Application
from bin.application.disclosure import Reader, parties_named
from bin.application.errors import InvalidArgument
from domain.correction import CORRECTS, corrected_by, rests_on
from domain.entities import FACTS, NAMES
from domain.operations.disclosure import DataDisclosed, QuestionKind
from domain.post.message import MESSAGE, Message, Stage
from domain.post.service import SERVICE, Service
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import CompanyId, MessageId, PartyId, PersonId
from projections.engine.impact import RestingCommand, commands_resting_on

COMMANDS_MAX = 10_000
"""So many commands are listed; `cut` says that there are more."""


class NotACorrection(InvalidArgument):
    """The record at this position corrects no earlier one. Name the position of a correction; `history` shows it."""


@dataclass(frozen=True, slots=True)
class LetterState:
    """What has become of a letter."""

    message: MessageId
    sender: PartyId | None
    stage: Stage
    opened: bool
    served: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """What rests on the corrected record, from its recording until the correction, each in the order of recording."""

    correction: Record
    corrected: Record
    commands: Sequence[RestingCommand]
    """The recorded commands that consulted a state in which the corrected fact had a part."""
    letters: Sequence[LetterState]
    """The letters that these commands submitted, as known now."""
    readings: Sequence[Record]
    """The answers about the same people or companies, as known in between."""
    cut: bool
    """Whether more commands rest on it than are listed."""


def impact(application: Application, position: int, reader: Reader) -> Impact:
    """The impact of the correction at a position; recorded as read about everybody whom the list names.

    Raises NotACorrection.
    """
    correction, corrected = _correction(application, position)
    since, before = corrected.position, correction.position
    with application.database.questions.connect() as connection:
        commands = commands_resting_on(
            connection, rests_on(corrected.event, correction.event), since, before, COMMANDS_MAX + 1
        )
    listed = commands[:COMMANDS_MAX]
    readings = [*_readings(application, corrected, before)]
    reader.disclose(
        QuestionKind.TRAIL,
        before,
        [*corrected.event.subjects(), *parties_named(fact for command in listed for fact in command.facts)],
        rows=len(listed) + len(readings),
    )
    letters = _letters(application, listed)
    return Impact(correction, corrected, listed, letters, readings, len(commands) > COMMANDS_MAX)


def _correction(application: Application, position: int) -> tuple[Record, Record]:
    """The record at the position and the one that it corrects."""
    correction = next(application.handler.records(after=position - 1, until=position), None)
    if correction is None or type(correction.event) not in CORRECTS:
        raise NotACorrection
    earlier = application.handler.records(correction.event.own_subject, until=position - 1)
    corrected = corrected_by(correction, earlier)
    if corrected is None:
        raise NotACorrection
    return correction, corrected


def _letters(application: Application, commands: Sequence[RestingCommand]) -> list[LetterState]:
    submitted = NAMES[MessageSubmitted]
    messages = [
        MessageId(UUID(fact.payload["message"].partition(":")[2]))
        for command in commands
        for fact in command.facts
        if fact.name == submitted
    ]
    states: list[Message] = application.handler.states([MESSAGE.of(message) for message in messages])
    services: list[Service] = application.handler.states([SERVICE.of(message) for message in messages])
    return [
        LetterState(message, state.sender, state.stage, state.opened, service.served)
        for message, state, service in zip(messages, states, services, strict=True)
    ]


def _readings(application: Application, corrected: Record, before: int) -> Iterator[Record]:
    """The answers about whom the corrected fact names, given as known while it held."""
    parties = [subject for subject in corrected.event.subjects() if isinstance(subject, PersonId | CompanyId)]
    criteria = [Criterion((party,), (NAMES[DataDisclosed],)) for party in parties]
    for entry in application.past.entries(criteria, after=corrected.position, until=before - 1) if criteria else ():
        record = record_of(entry, FACTS)
        if isinstance(record.event, DataDisclosed) and record.event.known >= corrected.position:
            yield record
