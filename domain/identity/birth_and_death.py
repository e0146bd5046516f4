"""Recording and correcting when a person was born, and that a person died. CPR act § 6."""

from collections.abc import Iterator
from datetime import date

from domain.command import Refused
from domain.context import Context
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.person import BirthCorrected, DeathCorrected, Person, PersonDied
from domain.identity.person_checks import PersonCommand, must_be_registered, must_have_come
from domain.identity.uncertain_day import UncertainDay
from domain.subject import PersonId


class BornAfterTheDeath(Refused):
    """Nobody dies before birth. Compare the day of the death with the birth date, and correct the wrong one first."""


class CorrectBirth(PersonCommand):
    """Correct a birth date, of which a part may be unknown; it is encrypted, so the same is recorded again.

    What depends on it, such as the registration for Digital Post, follows.
    """

    birth_date: UncertainDay
    source: EntrySource = EntrySource.MUNICIPALITY

    def decide(self, context: Context, person: Person) -> Iterator[Event]:
        must_be_registered(person)
        yield born(context, person, self.person, self.birth_date, self.source)


class RecordDeath(PersonCommand):
    """Record that a person died on a day that has come. The same again changes nothing; another day corrects it."""

    died_on: date | UncertainDay
    presumed: bool = False
    birth_date: UncertainDay | None = None
    """As the register knows it; None when nobody can read it any more."""

    def decide(self, context: Context, person: Person) -> Iterator[Event]:
        must_be_registered(person)
        day = UncertainDay.of(self.died_on)
        must_have_come(day.earliest, context)
        if self.birth_date and day.latest < self.birth_date.earliest:
            raise BornAfterTheDeath
        if person.death is None or (person.death.day, person.death.presumed) != (day, self.presumed):
            yield PersonDied(
                person=self.person,
                died_on=min(day.latest, context.today),
                known=day.known,
                uncertain=day.uncertain,
                presumed=self.presumed,
            )


class CorrectDeath(PersonCommand):
    """Record that a death was recorded by mistake. For a living person nothing changes."""

    def decide(self, context: Context, person: Person) -> Iterator[Event]:
        must_be_registered(person)
        if person.died_on is not None:
            yield DeathCorrected(person=self.person)


def born(
    context: Context, person: Person, subject: PersonId, birth_date: UncertainDay, source: EntrySource
) -> BirthCorrected:
    """The fact that the person was born then. Raises NotInTheFuture and BornAfterTheDeath."""
    must_have_come(birth_date.earliest, context)
    if person.died_on is not None and person.died_on < birth_date.earliest:
        raise BornAfterTheDeath
    return BirthCorrected(person=subject, birth_date=birth_date, source=source)
