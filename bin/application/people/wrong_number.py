"""Lists the letters that were sent to a CPR number between its assignment to the wrong person and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bin.application.disclosure import Reader
from bin.application.people.find import NumberKind, key_of
from domain.identity.number import CprAssigned, CprChanged, CprWithdrawn
from domain.operations.disclosure import QuestionKind
from domain.post.message import MESSAGE
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import MessageId, PartyId, PersonId


@dataclass(frozen=True, slots=True)
class LetterInBetween:
    """A letter that was addressed to the number."""

    message: MessageId
    sender: PartyId | None
    position: int
    submitted_at: datetime
    available: bool = False
    """Whether it arrived in the mailbox of the wrong person."""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class WrongBearer:
    """Who bore the number by mistake, when it was recorded and withdrawn, and the letters in between."""

    person: PersonId
    assigned_at: datetime
    withdrawn_at: datetime
    letters: tuple[LetterInBetween, ...]


def wrong_bearers(reader: Reader, number: str) -> tuple[WrongBearer, ...]:
    """Everybody from whom the number was withdrawn, with the letters in between; the answer is recorded first.

    Raises NotACprNumber, and ReadingNeedsBasis.
    """
    application = reader.application
    key = key_of(application, NumberKind.CPR, number)
    subject = application.numbers.subjects([key]).get(key)
    bearers = [] if subject is None else list(_bearers(application.handler.records(subject)))
    letters = [letter.message for bearer in bearers for letter in bearer.letters]
    states = dict(zip(letters, application.handler.states([MESSAGE.of(letter) for letter in letters]), strict=True))
    people = [bearer.person for bearer in bearers]
    reader.disclose(QuestionKind.LOOKUP, application.ledger.head(), people, rows=len(letters))
    return tuple(
        replace(
            bearer,
            letters=tuple(
                replace(letter, available=states[letter.message].available, opened=states[letter.message].opened)
                for letter in bearer.letters
            ),
        )
        for bearer in bearers
    )


def _bearers(records: Iterable[Record]) -> Iterator[WrongBearer]:
    """From the facts about the number, in their order."""
    assigned: dict[PersonId, datetime] = {}
    letters: list[LetterInBetween] = []
    for record in records:
        match record.event:
            case CprAssigned(person=person) | CprChanged(person=person) if person not in assigned:
                assigned[person] = record.recorded_at
            case MessageSubmitted(message=message, sender=sender):
                letters.append(LetterInBetween(message, sender, record.position, record.recorded_at))
            case CprWithdrawn(person=person):
                yield WrongBearer(person, assigned.pop(person), record.recorded_at, tuple(letters))
                letters = []
            case _:
                pass
