"""What a corrected birth date means for what is recorded to begin: nothing begins before it, or says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.command import Consulted, Refused
from domain.entry import Entries
from domain.identity.birth import Birth, begins_by_birth
from domain.identity.mandate import MANDATES
from domain.identity.parent import PARENTS
from domain.identity.person import Person
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_name import PERSON_NAMES
from domain.identity.uncertain_day import UncertainDay
from domain.subject import PersonId


class BeginsByTheBirth(Refused):
    """These entries begin before that birth date, or say it unencrypted. Annul them or enter them anew from later days
    that are right, or check the birth date:"""


def what_begins(person: PersonId) -> tuple[Consulted[Any], ...]:
    """Consult what holds of the person for a time, besides the residences and protections, which are the person's."""
    return tuple(matter.of(person) for matter in (PERSON_NAMES, PERSON_ADDRESSES, PARENTS, MANDATES))


def must_be_before_what_begins(birth_date: UncertainDay, person: Person, others: Iterable[Entries]) -> None:
    """Raise BeginsByTheBirth.

    It is refused, and the entries do not follow: either day may be the wrong one, a court or an authority decided on
    some of them, and an entry that was moved to the birth date would say it.
    """
    wrong = [
        f"{entries.matter.name} {period.entry}"
        for entries in (person.residences, person.protections, *others)
        for period in entries.begun
        if period.entered.party == person.person and begins_by_birth(period.entered, Birth(birth_date))
    ]
    if wrong:
        raise BeginsByTheBirth(", ".join(wrong))
