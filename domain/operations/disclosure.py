"""Access to personal data: every reading is a fact, recorded before anything is opened, that its subject can see.

GDPR art. 5(2) and 15; CJEU C-579/21; Datatilsynet 2024-32-0283: the person may learn when, by which authority and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from domain.command import Command, Consulted, Entity, State
from domain.context import Context
from domain.fact import Event
from domain.subject import PartyId

OWN_DATA = "GDPR art. 15(1)"
"""By which somebody reads data about themselves."""


class PersonalDataRead(Event):
    """Personal data were opened for a reader (*opslag*); the record's context says who, for whom and on what basis.

    GDPR art. 15(1)(c) with CJEU C-579/21. Holds which data were read, never the data.
    """

    subject: PartyId
    """Whose data."""
    what: str
    """The register and columns, or the kind of record, that were opened."""


@dataclass(frozen=True, slots=True)
class Access(State):
    """No decision rests on earlier readings."""

    def evolve(self, event: Event) -> Self:
        """Readings change nothing that is decided."""
        return self


class ReadPersonalData(Command[()]):
    """Read someone's data. Every reading is recorded."""

    subject: PartyId
    what: str
    legal_basis: str
    """The paragraph by which the authority reads."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return ()

    def decide(self, context: Context) -> Iterator[Event]:
        yield PersonalDataRead(subject=self.subject, what=self.what)


ACCESS = Entity("access", Access(), {"PersonalDataRead": PersonalDataRead})
