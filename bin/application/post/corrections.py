"""Corrections of registrations: recorded, their letters listed by sender, senders informed, and letters decided on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.disclosure import Reader
from domain.operations.disclosure import QuestionKind
from domain.post.affected_letters import AffectedLetter, affected_letters
from domain.post.correction import CORRECTION, Correction, ImpactDecision, RegistrationStatus
from domain.post.correction_commands import (
    CorrectRegistration,
    DecideImpact,
    InformSender,
    NoSuchCorrection,
    NotOfThatTime,
)
from domain.record import Record
from domain.subject import CompanyId, EntryId, MessageId, PartyId

ACTOR = "system:corrections"


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter of the wrong time, and what was done about it."""

    sender: PartyId | None
    message: MessageId
    at: datetime
    arrived: bool
    informed: bool
    """Whether its sender was informed of it."""
    decision: ImpactDecision | None


def correct(
    application: Application,
    recipient: PartyId,
    wrong_from: date,
    wrong_to: date | None,
    should: RegistrationStatus,
    *,
    decided_by: CompanyId | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Correct a registration. Raises the refusals of CorrectRegistration."""
    command = CorrectRegistration(
        recipient=recipient, wrong_from=wrong_from, wrong_to=wrong_to, should=should, decided_by=decided_by
    )
    return application.execute(command, ACTOR, on_behalf)


def letters_of(application: Application, correction: EntryId, reader: Reader) -> list[ListedLetter]:
    """The letters of a correction, by sender and time; the reading is recorded. Raises NoSuchCorrection."""
    state, recipient = _state(application, correction)
    affected = _affected(application, correction, recipient)
    reader.disclose(QuestionKind.EXPORT, application.ledger.head(), [recipient], rows=len(affected))
    return [_listed(letter, state) for letter in _by_sender(affected)]


def inform(
    application: Application, correction: EntryId, sender: PartyId, on_behalf: OnBehalf = OPERATOR
) -> tuple[Record, ...]:
    """Record that a sender was informed of all its letters of a correction. Raises the refusals of InformSender."""
    _, recipient = _state(application, correction)
    affected = _affected(application, correction, recipient)
    messages = tuple(letter.message for letter in affected if letter.sender == sender)
    command = InformSender(correction=correction, recipient=recipient, sender=sender, messages=messages)
    return application.execute(command, ACTOR, on_behalf)


def decide(
    application: Application,
    correction: EntryId,
    message: MessageId,
    decision: ImpactDecision,
    *,
    decided_by: CompanyId,
    ground: str | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Record a decision about one letter, or another one. Raises the refusals of DecideImpact."""
    state, recipient = _state(application, correction)
    known = message in state.decisions
    if not known and message not in {letter.message for letter in _affected(application, correction, recipient)}:
        raise NotOfThatTime
    command = DecideImpact(
        correction=correction,
        recipient=recipient,
        message=message,
        decision=decision,
        decided_by=decided_by,
        ground=ground,
    )
    return application.execute(command, ACTOR, on_behalf)


def _state(application: Application, correction: EntryId) -> tuple[Correction, PartyId]:
    (state,) = application.handler.states([CORRECTION.of(correction)])
    if state.recipient is None:
        raise NoSuchCorrection
    return state, state.recipient


def _affected(application: Application, correction: EntryId, recipient: PartyId) -> list[AffectedLetter]:
    return affected_letters(correction, application.handler.records(recipient))


def _by_sender(letters: Iterable[AffectedLetter]) -> list[AffectedLetter]:
    return sorted(letters, key=lambda letter: (str(letter.sender), letter.at, str(letter.message)))


def _listed(letter: AffectedLetter, state: Correction) -> ListedLetter:
    known = state.informed.get(letter.sender, frozenset()) if letter.sender else frozenset()
    return ListedLetter(
        sender=letter.sender,
        message=letter.message,
        at=letter.at,
        arrived=letter.arrived,
        informed=letter.message in known,
        decision=state.decisions.get(letter.message),
    )
