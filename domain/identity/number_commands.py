"""What is done with CPR numbers: changed, withdrawn, annulled, and redirected to one entry where one human has two."""

from collections.abc import Iterator
from typing import Any

from domain.command import Consulted, Refused
from domain.context import Context
from domain.entry import Entries, EntrySource
from domain.fact import Event
from domain.identity.birth_and_death import born
from domain.identity.birth_correction import must_be_before_what_begins, what_begins
from domain.identity.cpr import CprNumber
from domain.identity.mandate import REPRESENTATION, Representation
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.merged_mandates import follow, take_back
from domain.identity.number import (
    CPR_NUMBER,
    CprAnnulled,
    CprChanged,
    CprChangeReason,
    CprLost,
    CprRedirected,
    CprWithdrawn,
    Number,
    NumberTaken,
)
from domain.identity.person import PERSON, Person
from domain.identity.registered import UnknownParty
from domain.identity.sender import DecidedByAuthority
from domain.identity.uncertain_day import UncertainDay
from domain.subject import CprIndex, PersonId


class NumberInUse(Refused):
    """The person bears this number now. Give the person the right number first, and withdraw this one then."""


class NumberOfNobody(Refused):
    """This number does not refer to the person. Look the number up, and check which person is meant."""


class SameEntry(Refused):
    """An entry is not merged with itself. Name the other entry of the person."""


class OnlyOneIsDead(Refused):
    """One of the two entries is of a dead person. Record or correct the death first, and merge them then."""


class MergedLater(Refused):
    """The entry with which this one was merged was merged with another one later. Annul that merge first:"""


class BearsNumberOfTheOther(Refused):
    """The entry that remains bears a number of the merged one. Give it its own first, and annul the merge then."""


class _NumberCommand(DecidedByAuthority[Person, Number, *tuple[Entries, ...]]):
    """A command about a person and a CPR number."""

    legal_basis = "CPR act § 3"

    person: PersonId
    index: CprIndex
    source: EntrySource = EntrySource.MUNICIPALITY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return PERSON.of(self.person), CPR_NUMBER.of(self.index)


class ChangeCpr(_NumberCommand):
    """Give a person another CPR number, or one if it has none. The present one changes nothing; a former one may be
    used again.

    A number that is given because the birth date was wrong corrects the birth date; nothing may begin before it.
    """

    number: CprNumber
    reason: CprChangeReason

    def _consults(self) -> tuple[Consulted[Any], ...]:
        corrects_birth = self.reason is CprChangeReason.BIRTH_DATE
        return *super()._consults(), *(what_begins(self.person) if corrects_birth else ())

    def _decide(self, context: Context, person: Person, number: Number, *others: Entries) -> Iterator[Event]:
        person.must_be_registered()
        number.must_be_free_for(self.person)
        if person.number == self.index:
            return
        yield CprChanged(
            person=self.person,
            index=self.index,
            previous=person.number,
            number=self.number,
            reason=self.reason,
            source=self.source,
            decided_by=self.decided_by,
        )
        if self.reason is CprChangeReason.BIRTH_DATE:
            birth_date = UncertainDay.of(self.number.birth_date)
            corrected = born(context, person, birth_date, self.source, self.decided_by)
            must_be_before_what_begins(birth_date, person, others)
            yield corrected


class WithdrawCpr(_NumberCommand):
    """Withdraw a CPR number that a person was given by mistake and no longer bears. A repeat changes nothing."""

    def _decide(self, context: Context, person: Person, number: Number, *others: Entries) -> Iterator[Event]:
        person.must_be_registered()
        if person.number == self.index:
            raise NumberInUse
        if number.bearer is None:
            return
        if number.bearer != self.person:
            raise NumberTaken
        yield CprWithdrawn(person=self.person, index=self.index, source=self.source, decided_by=self.decided_by)


class AnnulCpr(_NumberCommand):
    """Annul a CPR number that refers to the person. Who bears it bears none until it is given another one.

    A repeat changes nothing.
    """

    def _decide(self, context: Context, person: Person, number: Number, *others: Entries) -> Iterator[Event]:
        person.must_be_registered()
        if number.annulled:
            return
        if number.bearer != self.person:
            raise NumberOfNobody
        yield CprAnnulled(person=self.person, index=self.index, source=self.source, decided_by=self.decided_by)
        if person.number == self.index:
            yield CprLost(person=self.person)


class _TwoEntries(DecidedByAuthority[Person, Person, Representation, Representation]):
    """A command about two entries of persons."""

    legal_basis = "CPR act § 3"

    person: PersonId
    """The entry that is merged."""
    into: PersonId
    """The entry that remains."""
    source: EntrySource = EntrySource.MUNICIPALITY

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (
            PERSON.of(self.person),
            PERSON.of(self.into),
            REPRESENTATION.of(self.person),
            REPRESENTATION.of(self.into),
        )


class MergeEntries(_TwoEntries):
    """Merge two entries of one human: the numbers of both refer to the one that remains. A repeat changes nothing.

    The mandates that the merged entry held or gave go on as those of the other. NemKonto and what else concerns it is
    recorded about the other, each by its own command.
    """

    def _decide(
        self, context: Context, person: Person, into: Person, merged: Representation, remaining: Representation
    ) -> Iterator[Event]:
        if self.person == self.into:
            raise SameEntry
        into.must_be_registered()
        if person.merged_into == self.into:
            return
        person.must_be_registered()
        if (person.died_on is None) is not (into.died_on is None):
            raise OnlyOneIsDead
        yield EntriesMerged(
            person=self.person,
            into=self.into,
            merged_before=person.merged,
            source=self.source,
            decided_by=self.decided_by,
        )
        for index in person.numbers:
            yield CprRedirected(person=self.person, into=self.into, index=index, in_use=False)
        yield from follow(context, self.person, self.into, merged, remaining)


class AnnulMerge(_TwoEntries):
    """Annul a merge that was a mistake: the merged entry gets its numbers back. A repeat changes nothing.

    Those that had been merged with it refer to it again. The last merge is annulled first. The mandates that the other
    had from it never held.
    """

    def _decide(
        self, context: Context, person: Person, into: Person, merged: Representation, remaining: Representation
    ) -> Iterator[Event]:
        if not person.registered:
            raise UnknownParty
        if person.merged_into is None or self.into not in {person.merged_into, person.remains}:
            return
        if person.merged_into != person.remains:
            raise MergedLater(person.merged_into, person.remains)
        returned = [each.index for each in into.redirected if each.person == self.person and each.index in into.numbers]
        if into.number in returned:
            raise BearsNumberOfTheOther
        yield MergeAnnulled(
            person=self.person,
            into=self.into,
            merged_before=person.merged,
            source=self.source,
            decided_by=self.decided_by,
        )
        for index in returned:
            yield CprRedirected(person=self.into, into=self.person, index=index, in_use=index == person.number)
        if person.number is not None and person.number not in returned:
            yield CprLost(person=self.person)
        yield from take_back(merged.mandates, remaining.mandates)
