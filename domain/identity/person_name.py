"""The names of a person, each with the days on which the person bore it. CPR act § 6."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Consulted
from domain.context import Context
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntrySource
from domain.fact import Event, Personal
from domain.identity.birth import BIRTH, Birth, must_begin_after_birth
from domain.identity.names import PersonName
from domain.identity.person import PERSON, Person
from domain.identity.person_checks import must_be_before_death, must_have_come
from domain.identity.sender import DecidedByAuthority
from domain.matter import Matter
from domain.subject import PersonId


class NameEntered(Entered):
    """The person bears this name from a day (*navn*). CPR act § 6."""

    protected = True

    party: PersonId
    name: Personal[PersonName]


class NameEnded(Ended):
    """The person bears this name no longer (*navn ophørt*). CPR act § 6."""

    party: PersonId


class NameEndCorrected(EndCorrected):
    """The person bore this name longer than was recorded (*ophør af navn rettet*). CPR act § 6."""

    party: PersonId


class NameAnnulled(Annulled):
    """The person never bore this name (*navn annulleret*). CPR act § 6."""

    party: PersonId


PERSON_NAMES = Matter(
    "person_name",
    entered=NameEntered,
    ended=NameEnded,
    end_corrected=NameEndCorrected,
    annulled=NameAnnulled,
    legal_basis="CPR act § 6",
)


class ChangeName(DecidedByAuthority[Person, Entries, Birth]):
    """Give a person another name from a day that has come; names are encrypted, so the same name is recorded again.

    Another name from the same day corrects it.
    """

    legal_basis = "CPR act § 6"

    person: PersonId
    name: PersonName
    valid_from: date | None = None
    """None: today."""
    source: EntrySource = EntrySource.MUNICIPALITY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (
            PERSON.of(self.person),
            PERSON_NAMES.of(self.person),
            BIRTH.of(self.person),
        )

    def _decide(self, context: Context, person: Person, names: Entries, birth: Birth) -> Iterator[Event]:
        person.must_be_registered()
        day = self.valid_from or context.today
        must_have_come(day, context)
        must_be_before_death(day, person)
        must_begin_after_birth(self.valid_from, birth)
        new = NameEntered(
            entry=PERSON_NAMES.new_entry(context),
            party=self.person,
            valid_from=day,
            source=self.source,
            decided_by=self.decided_by,
            name=self.name,
        )
        yield from PERSON_NAMES.change(names, new, context.today)


def first_name(context: Context, person: PersonId, name: PersonName, source: EntrySource) -> NameEntered:
    """The name with which a person is registered; since when the person bore it is not known."""
    return NameEntered(
        entry=PERSON_NAMES.new_entry(context),
        party=person,
        valid_from=context.today,
        uncertain=True,
        source=source,
        name=name,
    )
