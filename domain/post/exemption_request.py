"""Requests for an exemption from Digital Post: asked for, also by a proxy, refused, appealed. LBK 686/2021 § 5(2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from domain.command import Attempt, Command, Consulted, Entity, InvalidInput, Refused, State
from domain.context import Context
from domain.fact import Event, Personal, Retention
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.mandate import REPRESENTATION, Representation
from domain.identity.person import PERSON, Person
from domain.identity.sender import SENDER, Sender, must_be_authority
from domain.policy import EXEMPTION_APPEAL_WEEKS
from domain.post.exemption import ExemptionAnnulled, ExemptionEntered
from domain.post.exemption_proxy import mandate_to_ask
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.mail_registration_commands import must_be_open
from domain.subject import CompanyId, EntryId, PartyId, RequestId


class ExemptionRequested(Event):
    """Somebody asked that the recipient be exempted (*ansøgning om fritagelse*), also by a proxy. Act § 5(2)."""

    holder = "recipient"
    retention = Retention.HEALTH
    once = True

    request: RequestId
    recipient: PartyId
    by_mandate: EntryId | None = None
    """The power of attorney by which a proxy asked; None: the recipient asked."""
    ground: Personal[str | None]
    """Optional, because some reasons concern health."""


class ExemptionRefused(Event):
    """The request was refused (*afslag på fritagelse*), with guidance on how to appeal. Act § 5(2).

    Administration act § 25 (*klagevejledning*).
    """

    holder = "recipient"
    retention = Retention.HEALTH
    once = True

    request: RequestId
    recipient: PartyId
    decided_by: CompanyId
    """The municipality, or the minister's delegate."""
    ground: Personal[str | None]
    """Administration act §§ 22 and 24 (*begrundelse*)."""
    appeal_by: date
    """The last Copenhagen day on which the refusal can be appealed."""
    rule: str


class ExemptionRefusalAppealed(Event):
    """The refusal was appealed in time (*påklaget*). Act § 5(2).

    If the appeal succeeds, the exemption is entered, and names the request.
    """

    once = True

    request: RequestId
    recipient: PartyId
    by_mandate: EntryId | None = None
    """The power of attorney by which a proxy appealed; None: the recipient appealed."""


class ExemptionRefusalConfirmed(Event):
    """The appeal failed, and the refusal remains (*stadfæstet*). Act § 5(2)."""

    holder = "recipient"
    retention = Retention.HEALTH
    once = True

    request: RequestId
    recipient: PartyId
    decided_by: CompanyId
    ground: Personal[str | None]
    """Administration act §§ 22 and 24 (*begrundelse*)."""


@dataclass(frozen=True, slots=True)
class ExemptionRequest(State):
    recipient: PartyId | None = None
    appeal_by: date | None = None
    """Set by a refusal."""
    appealed: bool = False
    confirmed: bool = False
    granted_by: frozenset[EntryId] = frozenset()
    """The exemptions that grant it, also those that ended or were revoked: all but mistakes."""

    def evolve(self, event: Event) -> Self:  # noqa: PLR0911 - one return for each kind of fact
        match event:
            case ExemptionRequested(recipient=recipient):
                return self.but(recipient=recipient)
            case ExemptionRefused(appeal_by=day):
                return self.but(appeal_by=day)
            case ExemptionRefusalAppealed():
                return self.but(appealed=True)
            case ExemptionRefusalConfirmed():
                return self.but(confirmed=True)
            case ExemptionEntered(entry=entry):
                return self.but(granted_by=self.granted_by | {entry})
            case ExemptionAnnulled(entry=entry, revocation=None):
                return self.but(granted_by=self.granted_by - {entry})
            case _:
                return self


EXEMPTION_REQUEST = Entity(
    "exemption_request",
    ExemptionRequest(),
    {
        "ExemptionRequested": ExemptionRequested,
        "ExemptionRefused": ExemptionRefused,
        "ExemptionRefusalAppealed": ExemptionRefusalAppealed,
        "ExemptionRefusalConfirmed": ExemptionRefusalConfirmed,
    },
    follows=(ExemptionEntered, ExemptionAnnulled),
)


class NoSuchRequest(Refused):
    """There is no such request of this recipient. List the facts about the recipient, and name one of its requests."""


class AlwaysExempted(InvalidInput):
    """Who no longer lives in Denmark is always exempted on request, Act § 5(1). Grant the exemption."""


class AlreadyGranted(InvalidInput):
    """This request was granted. Annul the exemption first if it never held; end it if it does not hold any more. If it
    was revoked, let the recipient ask again.
    """


class NothingToAppeal(InvalidInput):
    """No refusal of this request is open to appeal. Ask for an exemption again."""


class AppealTooLate(InvalidInput):
    """The time for an appeal is over. Ask for an exemption again, or let the appeal authority excuse the delay."""


class RefusalIsFinal(InvalidInput):
    """The refusal of this request was confirmed after its appeal. Record a new request, and grant that one."""


class ActOnRequest(Command[*tuple[Any, ...]]):
    """The fields of what a recipient asks, also by a proxy."""

    legal_basis = "LBK 686/2021 § 5(2)"

    request: RequestId
    recipient: PartyId
    by: PartyId | None = None
    """The proxy who asks or appeals; None: the recipient does."""

    @property
    def attempt(self) -> Attempt | None:
        return None if self.by == self.recipient else Attempt.of(self.recipient, self.by)


class RequestExemption(ActOnRequest):
    """Ask that a recipient be exempted, also by a proxy. The same request again changes nothing. Act § 5(2)."""

    ground: str | None = None

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (
            EXEMPTION_REQUEST.of(self.request),
            MAIL_REGISTRATION.of(self.recipient),
            REPRESENTATION.of(self.recipient),
            EXISTENCE.of(self.by or self.recipient),
        )

    def decide(
        self,
        context: Context,
        request: ExemptionRequest,
        registration: MailRegistration,
        owner: Representation,
        proxy: Existence,
    ) -> Iterator[Event]:
        """Record it once; raises what `must_be_open` raises, EntryIsMerged, NoMandateToAsk and NoSuchRequest."""
        must_be_open(registration)
        by_mandate = mandate_to_ask(self.recipient, self.by, owner, proxy, context.today)
        if request.recipient is None:
            yield ExemptionRequested(
                request=self.request, recipient=self.recipient, by_mandate=by_mandate, ground=self.ground
            )
        else:
            must_be_of(request, self.recipient)


class DecisionOnRequest(Command[*tuple[Any, ...]]):
    """The fields of what an authority decides on a request, other than to grant it."""

    legal_basis = "LBK 686/2021 § 5(2)"

    request: RequestId
    recipient: PartyId
    decided_by: CompanyId
    ground: str | None = None

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.recipient, self.decided_by)


class RefuseExemption(DecisionOnRequest):
    """Refuse a request, as the municipality or the minister decided. Refused already, it changes nothing. § 5(2).

    One that was granted by mistake is refused after its exemption is annulled.
    """

    def consults(self) -> tuple[Consulted[Any], ...]:
        return EXEMPTION_REQUEST.of(self.request), PERSON.of(self.recipient), SENDER.of(self.decided_by)

    def decide(self, context: Context, request: ExemptionRequest, person: Person, authority: Sender) -> Iterator[Event]:
        must_be_of(request, self.recipient)
        must_be_authority(authority, context)
        if request.granted_by:
            raise AlreadyGranted
        if person.abroad:
            raise AlwaysExempted
        if request.appeal_by is None:
            weeks = EXEMPTION_APPEAL_WEEKS.on(context.today)
            yield ExemptionRefused(
                request=self.request,
                recipient=self.recipient,
                decided_by=self.decided_by,
                ground=self.ground,
                appeal_by=context.today + timedelta(weeks=weeks.value),
                rule=str(weeks),
            )


class AppealExemptionRefusal(ActOnRequest):
    """Appeal a refusal within its time, also by a proxy. Appealed already, it changes nothing. § 5(2)."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (
            EXEMPTION_REQUEST.of(self.request),
            REPRESENTATION.of(self.recipient),
            EXISTENCE.of(self.by or self.recipient),
        )

    def decide(
        self, context: Context, request: ExemptionRequest, owner: Representation, proxy: Existence
    ) -> Iterator[Event]:
        """Record it once; raises NoSuchRequest, EntryIsMerged, NoMandateToAsk, NothingToAppeal and AppealTooLate."""
        must_be_of(request, self.recipient)
        by_mandate = mandate_to_ask(self.recipient, self.by, owner, proxy, context.today)
        if request.appealed:
            return
        if request.appeal_by is None or request.granted_by:
            raise NothingToAppeal
        if context.today > request.appeal_by:
            raise AppealTooLate
        yield ExemptionRefusalAppealed(request=self.request, recipient=self.recipient, by_mandate=by_mandate)


class ConfirmExemptionRefusal(DecisionOnRequest):
    """Confirm a refusal after its appeal. Confirmed already, it changes nothing. § 5(2)."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return EXEMPTION_REQUEST.of(self.request), SENDER.of(self.decided_by)

    def decide(self, context: Context, request: ExemptionRequest, authority: Sender) -> Iterator[Event]:
        must_be_of(request, self.recipient)
        must_be_authority(authority, context)
        if not request.appealed or request.granted_by:
            raise NothingToAppeal
        if not request.confirmed:
            yield ExemptionRefusalConfirmed(
                request=self.request, recipient=self.recipient, decided_by=self.decided_by, ground=self.ground
            )


def must_be_of(request: ExemptionRequest, recipient: PartyId) -> None:
    """Raise NoSuchRequest unless it is a request for that recipient."""
    if request.recipient != recipient:
        raise NoSuchRequest
