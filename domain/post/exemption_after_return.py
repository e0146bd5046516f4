"""What a move back to Denmark means for exemptions: they end with it, and hold again if it was a mistake. Act § 5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.entry import Entries, EntryEndCause, Period
from domain.fact import Event
from domain.identity.person import PERSON, Person
from domain.post.exemption import EXEMPTIONS, ExemptionEnded, ExemptionEntered, ExemptionReason, RevocationCause
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.subject import EntryId, PersonId


class ReturnHolds(Refused):
    """This move to Denmark is recorded, and ends exemptions. Annul it first if it was a mistake."""


class RestoreExemptions(Command[MailRegistration, Person]):
    """Let hold again what ended by a move back to Denmark that was a mistake. A repeat changes nothing. Act § 5."""

    legal_basis = EXEMPTIONS.legal_basis

    recipient: PersonId
    residence: EntryId
    """The move, which was annulled."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return MAIL_REGISTRATION.of(self.recipient), PERSON.of(self.recipient)

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        """Let them hold again. Raises UnknownParty, EntryIsMerged and ReturnHolds."""
        registration.recipient.must_be_registered()
        if any(period.entry == self.residence for period in person.residences.periods):
            raise ReturnHolds
        yield from with_returns(self._restored(registration.exemptions), registration.exemptions, person)

    def _restored(self, exemptions: Entries) -> Iterator[Event]:
        for ended in exemptions.periods:
            if ended.following is not None and ended.following.by == self.residence:
                for fact in EXEMPTIONS.restore(exemptions, ended.entry):
                    yield fact
                    exemptions = exemptions.evolve(fact)


def ended_by_return(exemptions: Entries, person: Person, move: Period, valid_to: date | None) -> Iterator[Event]:
    """The end of what held before the move; what was granted after it for having left does not begin.

    What begins after the person left once more rests on that departure, and stays.
    """
    day = valid_to or move.valid_from
    left_again = person.residences.after(move.track, move.valid_from)
    for known in exemptions.begun:
        period = exemptions.period(known.entry)
        begins, facts = period.valid_from, tuple[Event, ...]()
        if begins < day and period.holds(day):
            facts = (_ended(period, day, move),)
        elif day <= begins and not (left_again and left_again.valid_from <= begins) and _for_having_left(period):
            facts = tuple(EXEMPTIONS.prevent(exemptions, period.entry, EntryEndCause.RE_ENTRY, move.entry))
        for fact in facts:
            yield fact
            exemptions = exemptions.evolve(fact)


def with_returns(facts: Iterable[Event], exemptions: Entries, person: Person) -> Iterator[Event]:
    """Facts of exemptions; one that holds longer by them still ends with the first return after that day."""
    before = exemptions
    for fact in facts:
        yield fact
        exemptions = exemptions.evolve(fact)
    held = {period.entry: period for period in before.periods}
    for move in person.residences.begun:
        for period in exemptions.periods if person.returned_by(move) else ():
            as_before = held.get(period.entry)
            longer = as_before is not None and not as_before.holds(move.valid_from)
            if longer and period.valid_from < move.valid_from and period.holds(move.valid_from):
                yield (ended := _ended(period, move.valid_from, move))
                exemptions = exemptions.evolve(ended)


def _ended(period: Period, day: date, move: Period) -> ExemptionEnded:
    return ExemptionEnded(
        **period.entered.named,
        valid_to=day,
        cause=EntryEndCause.RE_ENTRY,
        by=move.entry,
        revocation=RevocationCause.RE_ENTRY,
    )


def _for_having_left(period: Period) -> bool:
    assert isinstance(period.entered, ExemptionEntered), "an exemption is entered by its own fact"
    return period.entered.reason is ExemptionReason.LEFT_COUNTRY
