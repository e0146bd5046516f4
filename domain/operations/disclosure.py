"""Access to personal data: every answer about people is a fact, recorded before it is given, that its subjects see.

GDPR art. 5(2) and 15; CJEU C-579/21; Datatilsynet 2024-32-0283: the person may learn when, by which authority and why.
An answer counts whether anything in it was decrypted or not: that somebody died, is protected or has a NemKonto is
personal too. The forms of an authority's right to read are here as well, so that no later one replaces them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from domain.command import Command, Consulted, Entity, State
from domain.context import Context
from domain.fact import Event
from domain.subject import CompanyId, DisclosureId, PartyId, ReadRightId

OWN_DATA = "GDPR art. 15(1)"
"""By which somebody reads data about themselves."""
PARTIES_MAX = 400
"""Whom one fact names; an answer about more people is several facts. A record concerns at most 500 subjects."""


class QuestionKind(StrEnum):
    """In what way it was asked."""

    ROW = "row"
    """A register's rows about one subject."""
    SEARCH = "search"
    """A register's rows by something else than their subject."""
    LOOKUP = "lookup"
    """Who bears a number."""
    TRAIL = "trail"
    """The facts about one subject."""
    EXPORT = "export"
    """Evidence, or rows in a file."""
    PAGE = "page"
    FEED = "feed"
    UNCHANGED = "unchanged"
    """The answer was that nothing has changed."""


class DisclosureFact(Event):
    """The fields of a disclosure: about whom, what was asked, and for which moment it was answered."""

    once = True

    disclosure: DisclosureId
    parties: tuple[PartyId, ...]
    """About whom; nobody when a number was looked up that nobody bears, or a letter opened to nobody registered."""
    question: QuestionKind
    register_name: str | None = None
    """None: of all registers, or of none."""
    columns: tuple[str, ...] = ()
    """Empty: all of the register."""
    known: int
    """The position up to which it was answered."""
    valid_on: date | None = None
    """The Danish day for which it was answered."""
    right: ReadRightId | None = None
    """The right by which the authority read, if it needs one."""


class DataDisclosed(DisclosureFact):
    """Personal data were given to a reader (*opslag*); the record's context says who, for whom and on what basis.

    GDPR art. 15(1)(c) with CJEU C-579/21. Holds which data were read, never the data.
    """

    opened: bool
    """Whether encrypted data were decrypted."""
    rows: int
    stored_sha256: str | None = None
    """Over the rows as they are stored, encrypted: what was given, without what it says."""


class DisclosureRefused(DisclosureFact):
    """A reader was refused personal data (*afvist opslag*). GDPR art. 5(2)."""

    because: str


class ProtectedColumns(StrEnum):
    """How protected names and addresses show. CPR act § 28."""

    MASKED = "masked"
    SHOWN = "shown"


class ReadRightFact(Event):
    """What an authority may read, for which purpose, and until when."""

    right: ReadRightId
    authority: CompanyId
    purpose: str
    legal_basis: str
    register_name: str
    columns: tuple[str, ...]
    by_case: bool
    """Whether only people may be read who are named by a case of the authority."""
    protected_columns: ProtectedColumns
    valid_from: date
    valid_to: date | None = None
    withheld_days: int = 0
    """How long the readings are withheld from their subjects, GDPR art. 23."""
    withheld_because: str | None = None


class ReadRightGranted(ReadRightFact):
    """An authority was given the right to read columns of a register (*adgangsret*). GDPR art. 6(1)(e)."""

    once = True


class ReadRightChanged(ReadRightFact):
    """The right to read was changed; it holds as the fact says from now on. GDPR art. 6(1)(e)."""


class ReadRightEnded(Event):
    """The right to read has ended (*adgangsret ophørt*). GDPR art. 6(1)(e)."""

    right: ReadRightId
    authority: CompanyId
    valid_to: date


@dataclass(frozen=True, slots=True)
class Access(State):
    """No decision rests on earlier readings."""

    def evolve(self, event: Event) -> Self:
        """Readings change nothing that is decided."""
        return self


class DiscloseData(Command[()]):
    """Give somebody an answer about people. Every answer is recorded, about so many people in a fact."""

    facts: tuple[DataDisclosed, ...]
    legal_basis: str
    """The paragraph by which the reader reads."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return ()

    def decide(self, context: Context) -> Iterator[Event]:
        yield from self.facts


class RefuseDisclosure(Command[()]):
    """Record that somebody was refused an answer about people, once a day for one question about the same people."""

    legal_basis = "GDPR art. 5(2)"

    fact: DisclosureRefused

    def consults(self) -> tuple[Consulted[Any], ...]:
        return ()

    def decide(self, context: Context) -> Iterator[Event]:
        yield self.fact


ACCESS = Entity(
    "access",
    Access(),
    {
        "DataDisclosed": DataDisclosed,
        "DisclosureRefused": DisclosureRefused,
        "ReadRightGranted": ReadRightGranted,
        "ReadRightChanged": ReadRightChanged,
        "ReadRightEnded": ReadRightEnded,
    },
)
