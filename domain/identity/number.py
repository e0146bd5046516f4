"""Numbers and who bears them: a CPR or CVR number belongs to one entry and is never given to another.

Only a number that was given by mistake is withdrawn, and goes to its rightful bearer. A number that should not exist is
annulled, and goes to nobody; the numbers of two entries of one human refer to the entry that remains.

The number itself is personal and encrypted; decisions see only its random subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from domain.command import Entity, Refused, State
from domain.entry import EntrySource
from domain.fact import Event, Personal
from domain.identity.cpr import CprNumber
from domain.identity.cvr import CvrNumber
from domain.subject import CompanyId, CprIndex, CvrIndex, PartyId, PersonId


class CprChangeReason(StrEnum):
    """Why a person was given another CPR number (*status 60*)."""

    BIRTH_DATE = "birth_date"
    SEX = "sex"
    REPLACEMENT = "replacement"
    """A replacement number gave way to a CPR number."""
    ADOPTION = "adoption"
    OTHER = "other"


class CprAssigned(Event):
    """The person was given a CPR number (*personnummer*), or a replacement (*erstatningspersonnummer*). CPR act § 3."""

    once = True
    numbers = MappingProxyType({"index": "number"})

    person: PersonId
    index: CprIndex
    number: Personal[CprNumber]


class CprChanged(Event):
    """The person bears a new CPR number (*nyt personnummer*); the previous one still refers to the same person.

    CPR act § 3; CPR status 60.
    """

    numbers = MappingProxyType({"index": "number"})

    person: PersonId
    index: CprIndex
    previous: CprIndex | None
    """None of one who was left without a number."""
    number: Personal[CprNumber]
    reason: CprChangeReason
    source: EntrySource = EntrySource.MUNICIPALITY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class CprWithdrawn(Event):
    """The person was given this CPR number by mistake (*fejltildelt personnummer*), and never bore it in law.

    It refers to nobody, until its rightful bearer is given it. CPR act § 3.
    """

    person: PersonId
    index: CprIndex
    source: EntrySource = EntrySource.MUNICIPALITY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class CprAnnulled(Event):
    """The CPR number is annulled (*annulleret personnummer*, status 30): it refers to nobody, and is given to nobody.

    CPR act § 3.
    """

    person: PersonId
    """Who bore it."""
    index: CprIndex
    source: EntrySource = EntrySource.MUNICIPALITY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class CprLost(Event):
    """The person bears no CPR number (*uden personnummer*): the one that it bore was annulled or went to another.

    The entry remains, until it is given a number or merged with another entry. CPR act § 3; CPR status 30.
    """

    person: PersonId


class CprRedirected(Event):
    """The CPR number of an entry refers to another entry of the same human (*dobbelt personnummer*). CPR act § 3.

    CPR status 50. An entry that was merged by mistake gets its numbers back.
    """

    person: PersonId
    """Whose number it was."""
    into: PersonId
    index: CprIndex
    in_use: bool
    """Whether it is the number that the other entry bears."""


class CvrAssigned(Event):
    """The company was given its CVR number (*CVR-nummer*), which it keeps all its life. CVR act."""

    once = True
    numbers = MappingProxyType({"index": "number"})

    company: CompanyId
    index: CvrIndex
    number: Personal[CvrNumber]


@dataclass(frozen=True, slots=True)
class Number(State):
    """Whose number it is, or was: a number that is out of use still refers to its bearer."""

    bearer: PartyId | None = None
    annulled: bool = False

    def evolve(self, event: Event) -> Self:
        match event:
            case CprAssigned(person=bearer) | CprChanged(person=bearer) | CvrAssigned(company=bearer):
                return self.but(bearer=bearer)
            case CprRedirected(into=bearer):
                return self.but(bearer=bearer)
            case CprWithdrawn() | CprAnnulled():
                return self.but(bearer=None, annulled=isinstance(event, CprAnnulled))
            case _:
                return self

    def must_be_free_for(self, party: PartyId) -> None:
        """Raise NumberIsAnnulled, or NumberTaken if somebody else bears the number or ever rightly bore it."""
        if self.annulled:
            raise NumberIsAnnulled
        if self.bearer not in {None, party}:
            raise NumberTaken


@dataclass(frozen=True, slots=True)
class BorneNumbers(State):
    """To whom each number refers that one party was given, by the facts that name that party.

    Whatever takes a number from its bearer, or gives it back, names that bearer.
    """

    bearers: Mapping[CprIndex | CvrIndex, PartyId | None] = field(default_factory=dict)

    def evolve(self, event: Event) -> Self:
        match event:
            case (
                CprAssigned(person=bearer, index=index)
                | CprChanged(person=bearer, index=index)
                | CvrAssigned(company=bearer, index=index)
                | CprRedirected(into=bearer, index=index)
            ):
                return self.but(bearers={**self.bearers, index: bearer})
            case CprWithdrawn(index=index) | CprAnnulled(index=index):
                return self.but(bearers={**self.bearers, index: None})
            case _:
                return self

    def refers_to(self, number: CprIndex | CvrIndex | None, party: PartyId) -> bool:
        """Whether the number refers to that party, whose state this is; what was sent by no number needs none."""
        return number is None or self.bearers.get(number) == party

    def must_refer_to(self, number: CprIndex | CvrIndex | None, party: PartyId) -> None:
        """Raise NumberOfAnother."""
        if not self.refers_to(number, party):
            raise NumberOfAnother


class NumberOfAnother(Refused):
    """The recipient's number refers to somebody else now, or to nobody: nothing goes there. Submit the letter again."""


class NumberIsAnnulled(Refused):
    """This number has been annulled, and nobody can be given it. Check the number, or give another one."""


class NumberTaken(Refused):
    """This number belongs to another entry. Look the number up and use the entry that has it, or check the number."""


CPR_FACTS = (CprAssigned, CprChanged, CprWithdrawn, CprAnnulled, CprRedirected)
"""Every fact about whose a CPR number is."""
CPR_NUMBER = Entity("cpr_number", Number(), {}, follows=CPR_FACTS)
CVR_NUMBER = Entity("cvr_number", Number(), {}, follows=(CvrAssigned,))
BORNE_NUMBERS = Entity("borne_numbers", BorneNumbers(), {}, follows=(*CPR_FACTS, CvrAssigned))
