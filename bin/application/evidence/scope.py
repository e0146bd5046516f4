"""What a piece of evidence is about: a subject, a message or a case, and the facts recorded of it up to a position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import typer
from sqlalchemy import text

from adapters.ledger.entry import Criterion, Entry
from bin.application.application import Application
from bin.application.errors import BadInput
from bin.cli.arguments import read_subject
from domain.entities import FACTS
from domain.post.message import MessageSubmitted
from domain.subject import MessageId, SubjectId

FACTS_MAX = 10_000
"""Facts in one piece of evidence: a message has some ten, a person in a long life some hundreds."""
SUBJECTS_MAX = 200
"""Subjects of a case that registers are asked about."""
CASE = "case:"
UUID_WRITTEN = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A messageUUID stands for its message."""

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
class Matter:
    """What evidence is about, and everything that was recorded of it up to what was known."""

    about: About
    known: int
    entries: Sequence[Entry]

    @property
    def subjects(self) -> list[SubjectId]:
        """Whom registers are asked about: the subject itself, or the own subjects of a case's facts, in order."""
        if not isinstance(self.about, CaseNumber):
            return [self.about]
        return list(dict.fromkeys(entry.subject for entry in self.entries))


def read_about(written: str) -> About:
    """A subject, a message (its messageUUID will do) or a case; a usage error says how each is written."""
    if written.startswith(CASE):
        authority, slash, case = written.removeprefix(CASE).partition("/")
        if not (authority and slash and case):
            raise typer.BadParameter("a case is written case:AUTHORITY/CASE, with the authority's CVR number")
        return CaseNumber(authority, case)
    if ":" not in written and not UUID_WRITTEN.fullmatch(written):
        # What was given is not repeated: it may be a number of somebody.
        raise typer.BadParameter(
            "write kind:<uuid>, case:AUTHORITY/CASE, or a messageUUID; `rigsbog find` knows a number"
        )
    return read_subject(written if ":" in written else f"message:{written}")


def facts_of(application: Application, about: About, known: int) -> Matter:
    """Everything recorded about it, in order; raises BadInput when that is nothing, or too much for one file."""
    if isinstance(about, CaseNumber):
        entries = _facts_of_case(application, about, known)
    else:
        entries = application.ledger.entries((Criterion((about,)),), until=known, limit=FACTS_MAX + 1)
    if len(entries) > FACTS_MAX:
        raise BadInput(f"There are more than {FACTS_MAX:,} facts about {about}: ask about one of its messages.")
    if not entries:
        raise BadInput(f"The book knew nothing of {about} at position {known}.")
    if isinstance(about, MessageId) and not any(FACTS[entry.name] is MessageSubmitted for entry in entries):
        raise BadInput(f"The book knew no {about} at position {known}: a message is named by its messageUUID.")
    matter = Matter(about, known, entries)
    if len(matter.subjects) > SUBJECTS_MAX:
        raise BadInput(f"The case concerns more than {SUBJECTS_MAX} subjects: ask about one of them.")
    return matter


def _facts_of_case(application: Application, about: CaseNumber, until: int) -> list[Entry]:
    asked = {"authority": about.authority, "case": about.case, "until": until, "limit": FACTS_MAX + 1}
    with application.database.audit.connect() as connection:
        positions = list(connection.execute(CASE_POSITIONS, asked).scalars())
    found: list[Entry] = []
    for first, last in runs(positions):
        found += application.ledger.entries(after=first - 1, until=last)
    return found


def runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Rising positions as runs of neighbours: the first and the last of each."""
    found: list[tuple[int, int]] = []
    for position in positions:
        if found and found[-1][1] == position - 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found
