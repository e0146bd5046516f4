"""The commands of the operator about outages: record one, state or correct its end, annul one recorded by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.post.message import Channel
from domain.post.outage import OUTAGES, Outage, OutageAnnulled, OutageEnded, OutageRecorded, Outages, system_of
from domain.subject import OutageId


class NoSuchOutage(Refused):
    """There is no such outage of this view client, or of the platform. The register `outages` shows them."""


class OutageEndsBeforeItBegins(Refused):
    """An outage ends after it began. Correct one of the two times."""


class ExpectedEndNeeded(Refused):
    """Letters wait until the platform is back. State when that is expected; the end can be corrected later."""


class OutageCommand(Command[Outages]):
    """The fields of every command about an outage. `client` is None of the whole platform."""

    legal_basis = "LBK 686/2021 § 10"

    outage: OutageId
    client: Channel | None

    def consults(self) -> tuple[Consulted[Outages]]:
        return (OUTAGES.of(system_of(self.client)),)

    def named(self, outages: Outages) -> Outage:
        """The outage; raises NoSuchOutage."""
        outage = outages.named(self.outage)
        if outage is None:
            raise NoSuchOutage
        return outage


class RecordOutage(OutageCommand):
    """Record an outage, of the past, of now, or one that is planned. A repeat changes nothing."""

    began_at: datetime
    ended_at: datetime | None

    def decide(self, context: Context, outages: Outages) -> Iterator[Event]:
        """Record it once; raises OutageEndsBeforeItBegins and ExpectedEndNeeded."""
        if self.client is None and self.ended_at is None:
            raise ExpectedEndNeeded
        if self.ended_at is not None and self.ended_at <= self.began_at:
            raise OutageEndsBeforeItBegins
        if outages.named(self.outage) is None and self.outage not in outages.annulled:
            yield OutageRecorded(
                outage=self.outage,
                system=system_of(self.client),
                client=self.client,
                began_at=self.began_at,
                ended_at=self.ended_at,
            )


class EndOutage(OutageCommand):
    """State the end of an outage, or correct it."""

    ended_at: datetime

    def decide(self, context: Context, outages: Outages) -> Iterator[Event]:
        """End it then; raises NoSuchOutage and OutageEndsBeforeItBegins."""
        outage = self.named(outages)
        if self.ended_at <= outage.began_at:
            raise OutageEndsBeforeItBegins
        if outage.ended_at != self.ended_at:
            yield OutageEnded(outage=self.outage, system=system_of(self.client), ended_at=self.ended_at)


class AnnulOutage(OutageCommand):
    """Annul an outage that was recorded by mistake. A repeat changes nothing."""

    def decide(self, context: Context, outages: Outages) -> Iterator[Event]:
        """Annul it once; raises NoSuchOutage."""
        if self.outage in outages.annulled:
            return
        self.named(outages)
        yield OutageAnnulled(outage=self.outage, system=system_of(self.client))
