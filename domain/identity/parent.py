"""The parents of a child (*forældre*), each with the days on which it was so. CPR act § 6; cpr.dk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from domain.command import Consulted, Refused
from domain.context import Context
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntrySource, Period
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth, must_begin_after_birth
from domain.identity.person import PERSON, Person
from domain.identity.person_checks import must_be_before_death
from domain.identity.sender import DecidedByAuthority
from domain.matter import Matter
from domain.policy import PARENTS_MAX
from domain.subject import PersonId, SubjectId


class ParentKind(StrEnum):
    """What a parent is to the child."""

    MOTHER = "mother"
    FATHER = "father"
    CO_MOTHER = "co_mother"
    """*Medmor*."""


class ParentEntered(Entered):
    """The person is a parent of the child (*forælder registreret*) from a day, or since the birth: an uncertain day."""

    party: PersonId
    """The child."""
    parent: PersonId
    kind: ParentKind
    rule: str
    """The rule and its version that say how many parents a child has."""

    @property
    def track(self) -> str:
        """Each parent of a child is one without the other, and without the parent's other children."""
        return f"{self.party} {self.parent}"

    @property
    def named(self) -> Mapping[str, SubjectId]:
        return {**super().named, "parent": self.parent}


class ParentEnded(Ended):
    """The person is no parent of the child any more (*forældreforhold ophørt*), as after an adoption."""

    party: PersonId
    parent: PersonId


class ParentEndCorrected(EndCorrected):
    """The person was a parent of the child longer than was recorded (*ophør af forældreforhold rettet*)."""

    party: PersonId
    parent: PersonId


class ParentAnnulled(Annulled):
    """The person was never a parent of the child (*forældreforhold annulleret*)."""

    party: PersonId
    parent: PersonId


class TooManyParents(Refused):
    """The child has as many parents on that day as the law knows. End or annul one of them first."""


def at_most_two(parents: Entries, period: Period) -> None:
    """Raise TooManyParents if the child has more parents on one of the days than the rule of the entry allows."""
    assert isinstance(period.entered, ParentEntered), "a parent is entered by its own fact"
    # A child's own children are entries that name it too.
    of_the_child = [each for each in parents.periods if each.entered.party == period.entered.party and not each.empty]
    days = {period.valid_from, *(each.valid_from for each in of_the_child if period.holds(each.valid_from))}
    parents_max = PARENTS_MAX.named(period.entered.rule).value
    if any(sum(each.holds(day) for each in of_the_child) > parents_max for day in days):
        raise TooManyParents


PARENTS = Matter(
    "parent",
    entered=ParentEntered,
    ended=ParentEnded,
    end_corrected=ParentEndCorrected,
    annulled=ParentAnnulled,
    legal_basis="CPR act § 6",
    limit=at_most_two,
)


class NobodysOwnParent(Refused):
    """Nobody is their own parent. Name another person."""


class EnterParent(DecidedByAuthority[Person, Person, Entries, Birth]):
    """Enter a parent of a child from a day. The same again changes nothing; a parent is no guardian by it."""

    affairs: ClassVar[str] = "child"
    legal_basis = PARENTS.legal_basis

    child: PersonId
    parent: PersonId
    kind: ParentKind
    valid_from: date | None = None
    """None: since before today, such as the birth, on a day that is not recorded."""
    source: EntrySource = EntrySource.MUNICIPALITY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (
            PERSON.of(self.child),
            PERSON.of(self.parent),
            PARENTS.of(self.child),
            BIRTH.of(self.child),
        )

    def _decide(
        self, context: Context, child: Person, parent: Person, parents: Entries, birth: Birth
    ) -> Iterator[Event]:
        """Enter it.

        Raises the refusals of this module, UnknownParty, EntryIsMerged, AfterTheDeath and what Matter.enter raises.
        """
        child.must_be_registered()
        parent.must_be_registered()
        if self.child == self.parent:
            raise NobodysOwnParent
        new = ParentEntered(
            entry=PARENTS.new_entry(context),
            party=self.child,
            valid_from=self.valid_from or context.today,
            uncertain=self.valid_from is None,
            source=self.source,
            decided_by=self.decided_by,
            parent=self.parent,
            kind=self.kind,
            rule=str(PARENTS_MAX.on(context.today)),
        )
        must_begin_after_birth(self.valid_from, birth)
        if self.valid_from is not None:
            must_be_before_death(self.valid_from, child)
            must_be_before_death(self.valid_from, parent)
        present = parents.on(new.valid_from, new.track)
        if present and isinstance(present.entered, ParentEntered) and present.entered.kind is self.kind:
            return
        yield from PARENTS.enter_or_correct(parents, new)
