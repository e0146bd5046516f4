"""Following up that a newborn is named: the day moves with the birth date, and is reported when it has passed."""

from collections.abc import Iterator
from typing import Any

from domain.command import Command, Consulted
from domain.context import Context
from domain.entry import Entries
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth
from domain.identity.naming import NamingDeadlinePassed, naming_awaited
from domain.identity.person import PERSON, Person
from domain.identity.person_name import PERSON_NAMES
from domain.subject import PersonId


class _NamingCommand(Command[Person, Entries, Birth]):
    """A command about a person who was entered without a name."""

    legal_basis = "CPR act § 3"

    person: PersonId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return PERSON.of(self.person), PERSON_NAMES.of(self.person), BIRTH.of(self.person)


class MoveNaming(_NamingCommand):
    """Move the day by which a newborn is to be named, after its birth date was corrected."""

    def decide(self, context: Context, person: Person, names: Entries, birth: Birth) -> Iterator[Event]:
        person.must_be_registered()
        if birth.date and person.awaits_name and not names.periods:
            yield naming_awaited(self.person, birth.date, context.today)


class ReportMissingName(_NamingCommand):
    """Report that a child was not named in time; of one that was named, or has died, nothing is reported."""

    def decide(self, context: Context, person: Person, names: Entries, birth: Birth) -> Iterator[Event]:
        person.must_be_registered()
        if person.awaits_name and person.died_on is None and not names.periods:
            yield NamingDeadlinePassed(person=self.person)
