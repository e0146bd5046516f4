"""The contact points of an authority (*kontaktpunkter*): to which of its parts a letter may be addressed, and when.

Which contact point takes a letter is in domain/post/routing.py. digst.dk; NgDP contact structure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntrySource, Period
from domain.fact import Event
from domain.identity.authority import AUTHORITIES, NotAnAuthority
from domain.identity.company import COMPANY, Company, must_exist_on
from domain.matter import Matter
from domain.subject import CompanyId


class ContactPoint(BaseModel):
    """What an authority says of one of its contact points."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    contact_point: UUID
    name: str
    code: str | None = None
    default: bool = False


class ContactPointOpened(Entered):
    """Letters may be addressed to this part of the authority from a day (*kontaktpunkt oprettet*). digst.dk."""

    party: CompanyId
    contact_point: UUID
    """MeMo contactPointID."""
    name: str
    """What senders see, such as the name of a department."""
    code: str | None = None
    """What it takes letters about, by a published list: a FORM, KLE, SOR or GLN code."""
    default: bool = False
    """Whether it takes what is addressed to a contact point that is closed or unknown."""

    @property
    def track(self) -> str:
        """Contact points hold at the same time; one that is opened again takes its own place."""
        return str(self.contact_point)


class ContactPointClosed(Ended):
    """No letter goes to the contact point any more (*kontaktpunkt lukket*). digst.dk."""

    party: CompanyId


class ContactPointEndCorrected(EndCorrected):
    """The contact point was open longer than was recorded (*lukning af kontaktpunkt rettet*). digst.dk."""

    party: CompanyId


class ContactPointAnnulled(Annulled):
    """There never was such a contact point (*kontaktpunkt annulleret*). digst.dk."""

    party: CompanyId


class AnotherDefault(Refused):
    """The authority has another default contact point in that time. Close that one first, or open this one without."""


def one_default(points: Entries, period: Period) -> None:
    """Raise AnotherDefault if another contact point is the default on one of the days of a default one."""
    defaults = [each for each in points.periods if _is_default(each) and not each.empty]
    for each in defaults if _is_default(period) else ():
        if each != period and (each.holds(period.valid_from) or period.holds(each.valid_from)):
            raise AnotherDefault


def _is_default(period: Period) -> bool:
    assert isinstance(period.entered, ContactPointOpened), "a contact point is opened by its own fact"
    return period.entered.default


CONTACT_POINTS = Matter(
    "contact_point",
    entered=ContactPointOpened,
    ended=ContactPointClosed,
    end_corrected=ContactPointEndCorrected,
    annulled=ContactPointAnnulled,
    legal_basis="LBK 686/2021 § 7",
    limit=one_default,
)


class ContactPointNeedsName(Refused):
    """A contact point needs a name that its senders see. Give one."""


class OpenContactPoint(Command[Company, Entries, Entries]):
    """Open a contact point of an authority. As it is already, on a day when it is open, changes nothing."""

    legal_basis = CONTACT_POINTS.legal_basis

    company: CompanyId
    contact_point: UUID
    name: str
    code: str | None = None
    default: bool = False
    valid_from: date | None = None
    """None: today."""
    valid_to: date | None = None
    """The first day on which it is closed."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), AUTHORITIES.of(self.company), CONTACT_POINTS.of(self.company)

    def decide(self, context: Context, company: Company, authorities: Entries, points: Entries) -> Iterator[Event]:
        """Open it. Raises UnknownParty, AfterTheCessation, NotAnAuthority, ContactPointNeedsName, AnotherDefault and
        what Matter.enter raises.
        """
        new = ContactPointOpened(
            entry=CONTACT_POINTS.new_entry(context),
            party=self.company,
            valid_from=self.valid_from or context.today,
            valid_to=self.valid_to,
            source=EntrySource.AUTHORITY,
            contact_point=self.contact_point,
            name=self.name.strip(),
            code=self.code,
            default=self.default,
        )
        must_exist_on(new.valid_from, company)
        if authorities.on(new.valid_from) is None:
            raise NotAnAuthority
        if not new.name:
            raise ContactPointNeedsName
        present = points.on(new.valid_from, new.track)
        if present and present.stated_to == new.valid_to and _as_before(present.entered, new):
            return
        yield from CONTACT_POINTS.enter_or_correct(points, new)


def _as_before(entered: Entered, new: ContactPointOpened) -> bool:
    same = ("name", "code", "default")
    return all(getattr(entered, field) == getattr(new, field) for field in same)
