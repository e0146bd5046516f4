"""Refused acts: that somebody tried to act in the affairs of another is a fact, as a reading is. GDPR art. 5(2).

The fact is about what the act was upon and the one who tried, and names nobody else: who was refused learns nothing of
a message by it, not even whether there is one. What is recorded is bounded, so that nobody can fill the ledger with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from domain.command import Command, Consulted, Entity, State
from domain.context import Context
from domain.fact import Event
from domain.identity.company import CompanyRegistered
from domain.identity.person import PersonRegistered
from domain.post.submission import MessageSubmitted
from domain.subject import EntryId, MessageId, PartyId

REFUSALS_A_DAY_MAX = 100
"""How many refusals are recorded on one day about one subject, and how many of one who tries."""
ActedOn = MessageId | PartyId | EntryId


class ActRefused(Event):
    """Somebody was refused an act on something (*afvist handling*), such as the opening of another's letter.

    GDPR art. 5(2). Holds nothing of what the act would have shown.
    """

    subject: ActedOn
    by: PartyId | EntryId
    """Who tried, or the mandate by which somebody did who is not named."""
    act: str
    """The name of the command."""
    because: str
    """The name of the refusal."""
    on: date
    """The Danish day."""


@dataclass(frozen=True, slots=True)
class Refusals(State):
    """Whether there is such a message, person or company, and how many refusals were recorded of it on the last day."""

    known: bool = False
    on: date | None = None
    count: int = 0

    def recorded(self, day: date) -> int:
        """How many refusals were recorded on the day."""
        return self.count if self.on == day else 0

    def evolve(self, event: Event) -> Self:
        match event:
            case MessageSubmitted() | PersonRegistered() | CompanyRegistered():
                return self.but(known=True)
            case ActRefused(on=day):
                return self.but(on=day, count=self.recorded(day) + 1)
            case _:
                return self


class RecordRefusal(Command[Refusals, Refusals]):
    """Record that an act was refused: so often a day of one subject and of one who tries, and not about nobody."""

    legal_basis = "GDPR art. 5(2)"

    subject: ActedOn
    by: PartyId | EntryId
    act: str
    because: str

    def consults(self) -> tuple[Consulted[Any], ...]:
        return REFUSALS.of(self.subject), REFUSALS.of(self.by)

    def decide(self, context: Context, subject: Refusals, by: Refusals) -> Iterator[Event]:
        """Nothing beyond the limit, and nothing when neither the subject nor the one who tried is known."""
        day = context.today
        most = max(subject.recorded(day), by.recorded(day))
        if (subject.known or by.known) and most < REFUSALS_A_DAY_MAX:
            yield ActRefused(subject=self.subject, by=self.by, act=self.act, because=self.because, on=day)


REFUSALS = Entity(
    "refusals",
    Refusals(),
    {"ActRefused": ActRefused},
    follows=(MessageSubmitted, PersonRegistered, CompanyRegistered),
)
