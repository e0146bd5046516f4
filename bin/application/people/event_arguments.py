"""What a caller gives besides a life event and its subject, and what is said when an event needs something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from domain.entry import EntrySource
from domain.errors import ErrorKind, RigsbogError
from domain.identity.cpr import CprNumber, parse_cpr
from domain.identity.entry_commands import MatterName
from domain.identity.mandate import MandateScope
from domain.identity.person_address import Municipality
from domain.identity.uncertain_day import UncertainDay
from domain.subject import CompanyId, CprIndex, EntryId, PartyId, PersonId, RequestId

E = TypeVar("E", bound=StrEnum)


class UnsuitableArguments(RigsbogError):
    """This event needs other arguments: see the list of events and their arguments."""

    kind = ErrorKind.BAD_INPUT

    def __init__(self, message: object = None, argument: str | None = None) -> None:
        super().__init__(message)
        self.argument = argument
        """The field of EventArguments that is missing or wrong; None when it is the event itself."""


@dataclass(frozen=True, slots=True)
class EventArguments:
    """What the caller gives besides the event and its subject; each event needs some of them."""

    on: date | None = None
    stated_day: UncertainDay | None = None
    """The day, of an event whose day may be uncertain or not whole; `on` if it is neither."""
    presumed: bool = False
    until: date | None = None
    holder: PartyId | None = None
    scope: MandateScope = MandateScope.MAIL
    into: PartyId | None = None
    """The entry that remains, of two entries of one person."""
    by: PartyId | None = None
    """The proxy who acts for the subject."""
    kind: str | None = None
    because: str | None = None
    municipality: Municipality | None = None
    """The code of the municipality in which somebody has residence."""
    source: EntrySource | None = None
    """Who stated it; None: a municipality, the company itself, or the giver of a mandate."""
    decided_by: CompanyId | None = None
    """The authority that decided, if one did."""
    entry: EntryId | None = None
    matter: Callable[[EntryId], MatterName] | None = None
    """The matter of an entry."""
    resend_unopened: bool = False
    """Whether who becomes exempt wishes to have unopened post on paper."""
    request: RequestId | None = None
    """A request for an exemption, as request-exemption recorded it."""
    signature: UUID | None = None
    """The reference of the electronic signature of who joins."""
    has_reasons: bool = False
    """Whether the event's text is the reasons of a request or a decision."""
    text: Callable[[], str] = str
    """Reads the event's personal data, such as a name; called only by an event that has some."""
    cpr: Callable[[CprNumber], CprIndex] | None = None
    """The subject of a CPR number."""

    @property
    def day(self) -> date:
        """The day on which it happened. Raises UnsuitableArguments without one."""
        if self.on is None:
            raise UnsuitableArguments("this act needs the day on which it happened", "on")
        return self.on

    @property
    def uncertain_day(self) -> UncertainDay:
        """The day on which it happened, as far as it is known. Raises UnsuitableArguments without one."""
        return self.stated_day or UncertainDay.of(self.day)

    def beginning(self) -> Mapping[str, Any]:
        """From when it holds, as the commands of addresses take it: of a day that is not whole, the first it may be."""
        stated = self.stated_day
        uncertain = stated is not None and stated.certain is None
        return {"valid_from": stated.earliest if stated and uncertain else self.on, "uncertain": uncertain}

    def must_be_certain(self) -> None:
        """Raises UnsuitableArguments for a day that is uncertain or not whole."""
        if self.stated_day and self.stated_day.certain is None:
            raise UnsuitableArguments("this act needs a whole day, written YYYY-MM-DD", "on")

    @property
    def named_entry(self) -> tuple[MatterName, EntryId]:
        """The matter and the id of the entry. Raises UnsuitableArguments without one, and NoSuchEntry."""
        if self.entry is None:
            raise UnsuitableArguments("this act needs an entry:<uuid>, as `rigsbog as-of` shows it", "entry")
        assert self.matter is not None, "a caller that names an entry can look its matter up"
        return self.matter(self.entry), self.entry

    @property
    def named_request(self) -> RequestId:
        """The request for an exemption. Raises UnsuitableArguments without one."""
        if self.request is None:
            raise UnsuitableArguments(
                "this act needs a request:<uuid>, as `as-of exemption_requests` shows it", "request"
            )
        return self.request

    @property
    def reasons(self) -> str | None:
        """The reasons of a request or a decision, if they are given."""
        return self.text().strip() if self.has_reasons else None

    @property
    def named_authority(self) -> CompanyId:
        """The authority that decided. Raises UnsuitableArguments without one."""
        if self.decided_by is None:
            raise UnsuitableArguments("this act needs the company:<uuid> of the authority that decided", "decided_by")
        return self.decided_by

    @property
    def owner(self) -> PersonId:
        """The person who owns the firm. Raises UnsuitableArguments without one."""
        if not isinstance(self.holder, PersonId):
            raise UnsuitableArguments("this act needs the owner, a person:<uuid>", "holder")
        return self.holder

    @property
    def named_holder(self) -> PartyId:
        """Who holds a mandate. Raises UnsuitableArguments without one."""
        if self.holder is None:
            raise UnsuitableArguments("this act needs a holder, a person:<uuid> or a company:<uuid>", "holder")
        return self.holder

    def origin(self, otherwise: EntrySource = EntrySource.MUNICIPALITY) -> Mapping[str, Any]:
        """On which source it rests and who decided it, as the commands take it."""
        return {"source": self.source or otherwise, "decided_by": self.decided_by}

    @property
    def other_entry(self) -> PersonId:
        """The entry that remains of two. Raises UnsuitableArguments without one."""
        if not isinstance(self.into, PersonId):
            raise UnsuitableArguments("this act needs the entry that remains, a person:<uuid>", "into")
        return self.into

    def choice(self, kind: type[E], default: str | None = None) -> E:
        """The member that `kind` names; it must be given if there is no default. Raises UnsuitableArguments."""
        return _member(kind, self.kind or default, "kind")

    def cause(self, kind: type[E], default: str) -> E:
        """The member that `because` names. Raises UnsuitableArguments, which lists the members."""
        return _member(kind, self.because or default, "because")

    def stated(self) -> Iterator[str]:
        """The fields that are given; what is read from the text is not among them."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name not in ("stated_day", "text", "cpr", "matter") and value != field.default:
                yield field.name
        if self.on is None and self.stated_day is not None:
            yield "on"

    def number(self) -> tuple[CprIndex, CprNumber]:
        """Raises NotACprNumber."""
        assert self.cpr is not None, "a caller that reads a number can look it up"
        number = parse_cpr(self.text().strip())
        return self.cpr(number), number


def _member(kind: type[E], name: str | None, argument: str) -> E:
    if name is None:
        raise UnsuitableArguments(f"this act needs one of {', '.join(kind)}", argument)
    try:
        return kind(name)
    except ValueError:
        raise UnsuitableArguments(f"it is one of {', '.join(kind)}", argument) from None
