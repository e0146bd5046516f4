"""Letters that arrived after a death or cessation that was learned later: they stay arrived, and are flagged.

BEK 1553/2013 § 14. A corrected day, or a death recorded by mistake, lifts the flags that no longer hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from domain.command import Command, Consulted, Entity, State
from domain.context import Context
from domain.danish_time import day_of
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.post.imported_arrival import ArrivalImported, without_annulled_imports
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.message import MessageMadeAvailable
from domain.reaction import Step
from domain.record import Record
from domain.subject import CompanyId, MessageId, PartyId, PersonId


class ArrivalFlagged(Event):
    """The letter arrived after its recipient's death or cessation, which was learned later (*efter dødsfald*).

    Its arrival remains. BEK 1553/2013 § 14.
    """

    message: MessageId
    recipient: PartyId
    ended_on: date
    """The day of the death or cessation."""
    arrived_on: date


class ArrivalFlagLifted(Event):
    """The letter did not arrive after a death or cessation, whose day was corrected (*markering ophævet*).

    BEK 1553/2013 § 14.
    """

    message: MessageId
    recipient: PartyId


@dataclass(frozen=True, slots=True)
class ArrivalFlag(State):
    """Whether the arrival of one letter is flagged, and for which day."""

    ended_on: date | None = None

    def evolve(self, event: Event) -> Self:
        match event:
            case ArrivalFlagged():
                return self.but(ended_on=event.ended_on)
            case ArrivalFlagLifted():
                return self.but(ended_on=None)
            case _:
                return self


ARRIVAL_FLAG = Entity(
    "arrival_flag",
    ArrivalFlag(),
    {"ArrivalFlagged": ArrivalFlagged, "ArrivalFlagLifted": ArrivalFlagLifted},
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter, and the Danish day on which it arrived."""

    message: MessageId
    arrived_on: date


class FlagArrivals(Command[*tuple[Any, ...]]):
    """Flag the letters that arrived after the death or cessation as it is known now, and lift the flags of others."""

    legal_basis = "BEK 1553/2013 § 14"

    recipient: PartyId
    arrivals: tuple[Arrival, ...]

    def consults(self) -> tuple[Consulted[Any], ...]:
        """Whether the recipient is dead, and the flag of each letter."""
        flags = (ARRIVAL_FLAG.of(arrival.message) for arrival in self.arrivals)
        return MAIL_REGISTRATION.of(self.recipient), *flags

    def decide(self, context: Context, *states: Any) -> Iterator[Event]:
        registration, *flags = states
        assert isinstance(registration, MailRegistration), "the recipient is consulted first"
        ended_on = registration.recipient.ended_on
        for arrival, flag in zip(self.arrivals, flags, strict=True):
            if ended_on is not None and arrival.arrived_on > ended_on:
                if flag.ended_on != ended_on:
                    yield ArrivalFlagged(
                        message=arrival.message,
                        recipient=self.recipient,
                        ended_on=ended_on,
                        arrived_on=arrival.arrived_on,
                    )
            elif flag.ended_on is not None:
                yield ArrivalFlagLifted(message=arrival.message, recipient=self.recipient)


def flags_late_arrivals(
    event: PersonDied | DeathCorrected | CompanyCeased | CessationCorrected, day: date, past: Sequence[Record]
) -> Iterator[Step]:
    """Letters that arrived after the death are flagged; those that were flagged before are looked at again."""
    party = event.own_subject
    assert isinstance(party, PersonId | CompanyId), "a person dies, a company ceases"
    ended_on = {PersonDied: "died_on", CompanyCeased: "ceased_on"}.get(type(event))
    after = None if ended_on is None else getattr(event, ended_on)
    flagged = {record.event.message for record in past if isinstance(record.event, ArrivalFlagged)}
    arrivals = tuple(
        Arrival(record.event.message, arrived_on)
        for record in without_annulled_imports(past)
        if isinstance(record.event, MessageMadeAvailable | ArrivalImported) and record.event.recipient == party
        for arrived_on in (day_of(getattr(record.event, "available_at", record.recorded_at)),)
        if record.event.message in flagged or (after is not None and arrived_on > after)
    )
    if arrivals:
        yield Step(FlagArrivals(recipient=party, arrivals=arrivals))
