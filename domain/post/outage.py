"""Outages (*driftsforstyrrelser*) of a view client or of the whole platform: evidence of what could be read, and when.

LBK 686/2021 § 10: a letter arrives when it is available to its addressee, and the authority must show that it was. An
outage of one view client moves no arrival. While the whole platform is out, and in the transition period of § 10 d,
nothing arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from domain.command import Entity, State
from domain.danish_time import day_of, start_of_day
from domain.fact import Event
from domain.policy import TRANSITION_PERIOD
from domain.post.message import Channel
from domain.post.postponement import PostponementCause
from domain.subject import OutageId, SystemId

SYSTEMS_NAMESPACE = UUID("d1a5bbd4-3a4e-4d6c-9a55-1f5bb0a9c004")
"""Never changed: the ids of systems are made from it."""


def system_of(client: Channel | None) -> SystemId:
    """The view client; None: the whole platform."""
    return SystemId(uuid5(SYSTEMS_NAMESPACE, "platform" if client is None else client.value))


PLATFORM = system_of(None)
SYSTEMS = (PLATFORM, *map(system_of, Channel))


class OutageRecorded(Event):
    """A view client, or the whole platform, was out of order from an instant on (*nedbrud*), or is going to be.

    Of the platform the end is always stated, as expected: until then nothing arrives. LBK 686/2021 § 10.
    """

    once = True

    outage: OutageId
    system: SystemId
    client: Channel | None
    """None: the whole platform."""
    began_at: datetime
    ended_at: datetime | None


class OutageEnded(Event):
    """The end of an outage became known (*nedbrud ophørt*), or was corrected; the last that is recorded holds."""

    outage: OutageId
    system: SystemId
    ended_at: datetime


class OutageAnnulled(Event):
    """The outage was recorded by mistake (*annulleret*): there was none."""

    once = True

    outage: OutageId
    system: SystemId


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage; without `ended_at` it goes on."""

    outage: OutageId
    began_at: datetime
    ended_at: datetime | None

    def ended_by(self, event: OutageEnded) -> Outage:
        """The outage with the end of the fact, if the fact is of this outage."""
        return replace(self, ended_at=event.ended_at) if event.outage == self.outage else self

    def over(self, instant: datetime) -> bool:
        return self.ended_at is not None and self.ended_at <= instant


@dataclass(frozen=True, slots=True)
class Outages(State):
    """The outages of one system."""

    known: tuple[Outage, ...] = ()
    annulled: frozenset[OutageId] = frozenset()

    def over_before(self, outage: OutageId, instant: datetime) -> bool:
        """Whether the outage ends before the instant as is known now, or was annulled."""
        named = self.named(outage)
        return named is None or (named.ended_at is not None and named.ended_at < instant)

    def named(self, outage: OutageId) -> Outage | None:
        return next((each for each in self.known if each.outage == outage), None)

    def at(self, instant: datetime) -> Outage | None:
        """The outage at the instant that ends last, if the system is out."""
        going_on = [each for each in self.known if each.began_at <= instant and not each.over(instant)]
        return max(going_on, key=lambda each: (each.ended_at is None, each.ended_at or instant), default=None)

    def evolve(self, event: Event) -> Self:
        match event:
            case OutageRecorded():
                return self.but(known=(*self.known, Outage(event.outage, event.began_at, event.ended_at)))
            case OutageEnded():
                return self.but(known=tuple(each.ended_by(event) for each in self.known))
            case OutageAnnulled(outage=outage):
                known = tuple(each for each in self.known if each.outage != outage)
                return self.but(known=known, annulled=self.annulled | {outage})
            case _:
                return self


@dataclass(frozen=True, slots=True)
class Closed:
    """Until when nothing can arrive, and why; the fields are as ReleasePostponed has them."""

    until: datetime
    cause: PostponementCause
    outage: OutageId | None = None
    rule: str | None = None


def closed_until(now: datetime, platform: Outages) -> Closed | None:
    """Until when nothing can arrive, and why; None when letters arrive now."""
    today = day_of(now)
    period = TRANSITION_PERIOD.on(today)
    if period.value:
        end = next(version for version in TRANSITION_PERIOD if version.valid_from > today)
        return Closed(start_of_day(end.valid_from), PostponementCause.TRANSITION_PERIOD, rule=str(period))
    outage = platform.at(now)
    if outage is None:
        return None
    assert outage.ended_at is not None, "an outage of the platform has its expected end"
    return Closed(outage.ended_at, PostponementCause.OUTAGE, outage=outage.outage)


OUTAGES = Entity(
    "outages",
    Outages(),
    {
        "OutageRecorded": OutageRecorded,
        "OutageEnded": OutageEnded,
        "OutageAnnulled": OutageAnnulled,
    },
)
