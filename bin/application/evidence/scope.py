"""The scope of a piece of evidence: a subject, a message or a case, and the facts about it up to a position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import text

from adapters.ledger.entry import Criterion, Entry
from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.post.outages import outages_around_arrival
from domain.entities import fact_class
from domain.post.imported_arrival import ArrivalImported
from domain.post.submission import MessageSubmitted
from domain.subject import MessageId, SubjectId

FACTS_MAX = 10_000
"""Facts in one piece of evidence: a message has some ten, a person in a long life some hundreds."""
SUBJECTS_MAX = 200
"""Subjects of a case that registers are asked about."""
CASE = "case:"
KNOWN_BY = (MessageSubmitted, ArrivalImported)
"""The facts by which a message is known; other facts may name a message that never was."""

CASE_POSITIONS = text(
    "select position from register.case_trail where authority = :authority and case_id = :case"
    " and position <= :until order by position limit :limit"
)


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case of an authority, written `case:AUTHORITY/CASE`."""

    authority: str
    case: str

    def __str__(self) -> str:
        return f"{CASE}{self.authority}/{self.case}"


About = SubjectId | CaseNumber


@dataclass(frozen=True, slots=True)
class Scope:
    """What evidence is about, and every fact about it up to what was known."""

    about: About
    known: int
    entries: Sequence[Entry]

    @property
    def subjects(self) -> list[SubjectId]:
        """The subjects that registers are asked about: the subject itself, or those of a case's facts, in order."""
        if not isinstance(self.about, CaseNumber):
            return [self.about]
        return list(dict.fromkeys(entry.subject for entry in self.entries))


def scope_of(application: Application, about: About, known: int) -> Scope:
    """Every fact about it, in order, of a message also those about the outages around its arrival.

    Raises BadInput when there is none, or too many for one file.
    """
    if isinstance(about, CaseNumber):
        entries = _facts_of_case(application, about, known)
    else:
        entries = application.ledger.entries((Criterion((about,)),), until=known, limit=FACTS_MAX + 1)
    if len(entries) > FACTS_MAX:
        raise BadInput(f"There are more than {FACTS_MAX:,} facts about {about}: ask about one of its messages.")
    if not entries:
        raise BadInput(
            f"Nothing was recorded about {about} up to position {known}: check the name, or ask about a later one."
        )
    if isinstance(about, MessageId):
        if not any(fact_class(entry.name) in KNOWN_BY for entry in entries):
            raise BadInput(f"No {about} was submitted up to position {known}: a message is named by its messageUUID.")
        # An outage around its arrival belongs to the evidence of whether it could be read.
        outages = outages_around_arrival(application, entries, known)
        entries = sorted([*entries, *outages], key=attrgetter("position"))
    scope = Scope(about, known, entries)
    if len(scope.subjects) > SUBJECTS_MAX:
        raise BadInput(f"The case concerns more than {SUBJECTS_MAX} subjects: ask about one of them.")
    return scope


def _facts_of_case(application: Application, about: CaseNumber, until: int) -> list[Entry]:
    parameters = {"authority": about.authority, "case": about.case, "until": until, "limit": FACTS_MAX + 1}
    with application.database.audit.connect() as connection:
        positions = list(connection.execute(CASE_POSITIONS, parameters).scalars())
    entries: list[Entry] = []
    for first, last in runs(positions):
        entries += application.ledger.entries(after=first - 1, until=last)
    return entries


def runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Rising positions as ranges without holes: the first and the last of each."""
    ranges: list[tuple[int, int]] = []
    for position in positions:
        if ranges and ranges[-1][1] == position - 1:
            ranges[-1] = (ranges[-1][0], position)
        else:
            ranges.append((position, position))
    return ranges
