"""Protections in CPR, each of a scope and with the days on which it holds.

A protection begins and ends at midnight in Copenhagen. CPR act § 28; cpr.dk, beskyttelser.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.command import Refused
from domain.context import Context
from domain.danish_time import years_after
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntrySource, Marker, Period
from domain.fact import Event
from domain.matter import Matter
from domain.policy import PROTECTION_YEARS
from domain.subject import CompanyId, PersonId

CPR_OPERATOR = CompanyId(UUID("4350522d-4f50-4544-8f20-000000000001"))
"""The operator of the population register, which reminds people of what lapses: a public sender by law."""


class ProtectionScope(StrEnum):
    """From what a person asked to be protected. Only the first hides anything here; who uses the others reads them."""

    NAME_ADDRESS = "name_address"
    """Name and address are kept from private parties (*navne- og adressebeskyttelse*)."""
    DIRECTORY = "directory"
    """The person asks to be in no local directory (*lokal vejviserbeskyttelse*), as the protection above asks too."""
    MARKETING = "marketing"
    """The person asks for no advertisements (*Robinsonlisten*)."""
    RESEARCH = "research"
    """The person asks that no researcher writes (*forskerbeskyttelse*)."""
    CREDIT = "credit"
    """The person asks that those who give credit are warned (*kreditadvarsel*)."""


class ProtectionEntered(Entered):
    """The person is protected from a day until a day (*beskyttelse*). CPR act § 28."""

    party: PersonId
    scope: ProtectionScope
    rule: str | None
    """The rule and its version that set the last day; None where no number of the law did."""

    @property
    def track(self) -> str:
        return self.scope.value


class ProtectionEnded(Ended):
    """The protection ends, as the person asked or because another took its place (*ophævet*). CPR act § 28."""

    party: PersonId


class ProtectionEndCorrected(EndCorrected):
    """The protection holds longer than was recorded (*ophør af beskyttelse rettet*). CPR act § 28."""

    party: PersonId


class ProtectionAnnulled(Annulled):
    """The person never had this protection: it was a mistake (*beskyttelse annulleret*). CPR act § 28."""

    party: PersonId


PROTECTIONS = Matter(
    "protection",
    entered=ProtectionEntered,
    ended=ProtectionEnded,
    end_corrected=ProtectionEndCorrected,
    annulled=ProtectionAnnulled,
    legal_basis="CPR act § 28",
)


class ProtectionAlreadyOver(Refused):
    """Protection must last beyond today, and beyond the day on which it begins. Give a later day."""


def protection(
    context: Context,
    person: PersonId,
    source: EntrySource,
    *,
    scope: ProtectionScope = ProtectionScope.NAME_ADDRESS,
    valid_from: date | None = None,
    valid_to: date | None = None,
    decided_by: CompanyId | None = None,
) -> ProtectionEntered:
    """A protection from the day, or from today; of name and address for the usual time, unless it is granted longer.

    Raises ProtectionAlreadyOver.
    """
    begins, rule = valid_from or context.today, None
    if valid_to is None and scope is ProtectionScope.NAME_ADDRESS:
        years = PROTECTION_YEARS.on(begins)
        valid_to, rule = years_after(begins, years.value), str(years)
    if valid_to is not None and valid_to <= max(begins, context.today):
        raise ProtectionAlreadyOver
    return ProtectionEntered(
        entry=PROTECTIONS.new_entry(context),
        party=person,
        valid_from=begins,
        valid_to=valid_to,
        source=source,
        decided_by=decided_by,
        scope=scope,
        rule=rule,
    )


def protect(entries: Entries, new: ProtectionEntered) -> Iterator[Event]:
    """A protection that takes the place of one that ends sooner; what holds as long, one after another, is left.

    One that was to begin later and ends no later is annulled, for else it would cut the new one short.
    """
    if _holds_as_long(entries, new):
        return
    for later in entries.begun:
        if later.track == new.track and later.valid_from > new.valid_from and _covers(new, later):
            for fact in PROTECTIONS.annul(entries, later.entry, Marker.CORRECTED):
                yield fact
                entries = entries.evolve(fact)
    yield from PROTECTIONS.enter_or_correct(entries, new)


def _holds_as_long(entries: Entries, new: ProtectionEntered) -> bool:
    """Whether the person is protected already on every day of the new protection."""
    day: date | None = new.valid_from
    while day is not None and (period := entries.on(day, new.track)):
        day = period.valid_to
        if day is None or (new.valid_to is not None and new.valid_to <= day):
            return True
    return False


def _covers(new: ProtectionEntered, later: Period) -> bool:
    """Whether the later one ends no later, also where no other took its place."""
    return new.valid_to is None or (later.stated_to is not None and later.stated_to <= new.valid_to)
