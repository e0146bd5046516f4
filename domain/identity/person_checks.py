"""What must be so of a person before something is recorded: registered, and a day that fits."""

from datetime import date
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.identity.person import PERSON, Person
from domain.subject import PersonId


class NotInTheFuture(Refused):
    """This is recorded when it has happened. Record it on the day, or check the date."""


class AfterTheDeath(Refused):
    """The person had died by that day. Give a day before the death, or correct the death first."""


class PersonCommand(Command[Person]):
    """A command about one registered person."""

    legal_basis = "CPR act § 6"

    person: PersonId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (PERSON.of(self.person),)


def must_have_come(day: date, context: Context) -> None:
    if day > context.today:
        raise NotInTheFuture


def must_be_before_death(day: date, person: Person) -> None:
    if person.died_on is not None and day > person.died_on:
        raise AfterTheDeath
