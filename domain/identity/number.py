"""Numbers and who bears them: a CPR or CVR number belongs to one entry and is never given to another.

Only a number that was given by mistake is withdrawn, and goes to its rightful bearer.

The number itself is personal and encrypted; decisions see only its random subject.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from domain.command import Entity, Refused, State
from domain.fact import Event, Personal
from domain.identity.cpr import CprNumber
from domain.identity.cvr import CvrNumber
from domain.subject import CompanyId, CprIndex, CvrIndex, PartyId, PersonId


class CprChangeReason(StrEnum):
    """Why a person was given another CPR number (*status 60*, or *status 50* for a double number)."""

    BIRTH_DATE = "birth_date"
    SEX = "sex"
    DOUBLE = "double"
    OTHER = "other"


class CprAssigned(Event):
    """The person was given a CPR number (*personnummer*), or a replacement (*erstatningspersonnummer*). CPR act § 3."""

    once = True
    numbers = MappingProxyType({"index": "number"})

    person: PersonId
    index: CprIndex
    number: Personal[CprNumber]


class CprChanged(Event):
    """The person bears a new CPR number (*nyt personnummer*); the previous one still leads to the same person.

    CPR act; CPR status 60, or 50 for a double number.
    """

    numbers = MappingProxyType({"index": "number"})

    person: PersonId
    index: CprIndex
    previous: CprIndex
    number: Personal[CprNumber]
    reason: CprChangeReason


class CprWithdrawn(Event):
    """The person was given this CPR number by mistake (*fejltildelt personnummer*), and never bore it in law.

    It leads to nobody, until its rightful bearer is given it. CPR act § 3.
    """

    person: PersonId
    index: CprIndex


class CvrAssigned(Event):
    """The company was given its CVR number (*CVR-nummer*), which it keeps all its life. CVR act."""

    once = True
    numbers = MappingProxyType({"index": "number"})

    company: CompanyId
    index: CvrIndex
    number: Personal[CvrNumber]


@dataclass(frozen=True, slots=True)
class Number(State):
    """Whose number it is, or was: a number that is out of use still leads to its bearer."""

    bearer: PartyId | None = None

    def evolve(self, event: Event) -> Self:
        match event:
            case CprAssigned(person=bearer) | CprChanged(person=bearer) | CvrAssigned(company=bearer):
                return self.but(bearer=bearer)
            case CprWithdrawn():
                return self.but(bearer=None)
            case _:
                return self

    def is_free_for(self, party: PartyId) -> bool:
        """True if nobody else bears the number or ever rightly bore it."""
        return self.bearer in {None, party}


class NumberTaken(Refused):
    """This number belongs to another entry. Look the number up and use the entry that has it, or check the number."""


CPR_NUMBER = Entity("cpr_number", Number(), {}, follows=(CprAssigned, CprChanged, CprWithdrawn))
CVR_NUMBER = Entity("cvr_number", Number(), {}, follows=(CvrAssigned,))
