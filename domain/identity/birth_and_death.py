"""Recording and correcting when a person was born, and that a person died. CPR act § 6."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.command import Consulted, Refused
from domain.context import Context
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth
from domain.identity.birth_correction import must_be_before_what_begins, what_begins
from domain.identity.person import PERSON, BirthCorrected, DeathCorrected, Person, PersonDied
from domain.identity.person_checks import must_have_come
from domain.identity.sender import DecidedByAuthority
from domain.identity.uncertain_day import UncertainDay
from domain.subject import CompanyId, PersonId


class BornAfterTheDeath(Refused):
    """Nobody dies before birth. Compare the day of the death with the birth date, and correct the wrong one first."""


class NoDeathRecorded(Refused):
    """No death of this person is recorded, or it was corrected before. Check which person is meant."""


class _BirthOrDeathCommand(DecidedByAuthority[Person, *tuple[Any, ...]]):
    """A command about the birth or the death of one registered person."""

    legal_basis = "CPR act § 6"

    person: PersonId
    source: EntrySource = EntrySource.MUNICIPALITY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (PERSON.of(self.person),)


class CorrectBirth(_BirthOrDeathCommand):
    """Correct a birth date, of which a part may be unknown; it is encrypted, so the same is recorded again.

    What depends on it, such as the registration for Digital Post, follows. Nothing may begin before it.
    """

    birth_date: UncertainDay

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return *super()._consults(), *what_begins(self.person)

    def _decide(self, context: Context, person: Person, *others: Any) -> Iterator[Event]:
        person.must_be_registered()
        corrected = born(context, person, self.birth_date, self.source, self.decided_by)
        must_be_before_what_begins(self.birth_date, person, others)
        yield corrected


class RecordDeath(_BirthOrDeathCommand):
    """Record that a person died on a day that has come. The same again changes nothing; another day corrects it."""

    died_on: date | UncertainDay
    presumed: bool = False

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return *super()._consults(), BIRTH.of(self.person)

    def _decide(self, context: Context, person: Person, *others: Any) -> Iterator[Event]:
        birth: Birth = others[0]
        person.must_be_registered()
        day = UncertainDay.of(self.died_on)
        must_have_come(day.earliest, context)
        if birth.date and day.latest < birth.date.earliest:
            raise BornAfterTheDeath
        if person.death is None or (person.death.day, person.death.presumed) != (day, self.presumed):
            yield PersonDied(
                person=self.person,
                died_on=min(day.latest, context.today),
                known=day.known,
                uncertain=day.uncertain,
                presumed=self.presumed,
                source=self.source,
                decided_by=self.decided_by,
            )


class CorrectDeath(_BirthOrDeathCommand):
    """Record that a death was recorded by mistake."""

    def _decide(self, context: Context, person: Person, *others: Any) -> Iterator[Event]:
        person.must_be_registered()
        if person.died_on is None:
            raise NoDeathRecorded
        yield DeathCorrected(person=self.person, source=self.source, decided_by=self.decided_by)


def born(
    context: Context,
    person: Person,
    birth_date: UncertainDay,
    source: EntrySource,
    decided_by: CompanyId | None,
) -> BirthCorrected:
    """The fact that the person was born then. Raises NotInTheFuture and BornAfterTheDeath."""
    assert person.person is not None, "only the birth of a registered person is corrected"
    must_have_come(birth_date.earliest, context)
    if person.died_on is not None and person.died_on < birth_date.earliest:
        raise BornAfterTheDeath
    return BirthCorrected(person=person.person, birth_date=birth_date, source=source, decided_by=decided_by)
