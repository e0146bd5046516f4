"""Joining Digital Post voluntarily, being exempted from it, and ending the exemption.

LBK 686/2021 (the Act), §§ 4 and 5. For requests and their refusal see domain/post/exemption_request.py.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.entry import Entries, EntryEndCause, EntrySource, Marker, Period
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth
from domain.identity.person import PERSON, Person
from domain.identity.sender import DecidedByAuthority
from domain.policy import EXEMPTION_YEARS
from domain.post.exemption import (
    EXEMPTIONS,
    ExemptionEnded,
    ExemptionEntered,
    ExemptionReason,
    RevocationCause,
    granted_by,
    resend_on,
)
from domain.post.exemption_after_return import ended_by_return
from domain.post.exemption_request import EXEMPTION_REQUEST, ExemptionRequest, RefusalIsFinal, must_be_of
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistered, MailRegistration, Mode
from domain.post.mail_registration_commands import must_be_of_age, must_be_open
from domain.subject import EntryId, PartyId, PersonId, RequestId


class NotOpenToVolunteers(Refused):
    """Only an exempt company can join voluntarily. A new one breaks its grace; others are registered by duty."""


class CprNumberNeeded(Refused):
    """A person needs a CPR number to join voluntarily. Register the person with one first."""


class SignatureNeeded(Refused):
    """A person needs a digital signature to join voluntarily. Let the person sign, and give its reference."""


class HasNotLeft(Refused):
    """No departure from Denmark is registered. Record the departure first, or decide for another reason."""


class HasNotReturned(Refused):
    """No move to Denmark is registered. Record it first, or end the exemption for another cause."""


class JoinVoluntarily(Command[MailRegistration, Person, Birth]):
    """Join voluntarily: the exempt, or a person of age with a CPR number; binding until exempted. Act § 4."""

    legal_basis = "LBK 686/2021 § 4"

    recipient: PartyId
    signature: UUID | None = None
    """The reference of the electronic signature under the application; the exempt need none (§ 4(1))."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The registration; of a person, number and residence, and the birth date that the register holds."""
        return MAIL_REGISTRATION.of(self.recipient), PERSON.of(self.recipient), BIRTH.of(self.recipient)

    def decide(self, context: Context, registration: MailRegistration, person: Person, birth: Birth) -> Iterator[Event]:
        must_be_open(registration)
        today = context.today
        exempt = registration.exempt(today)
        revoked = tuple(_revoked(registration, today, today, RevocationCause.JOINED))
        if registration.reachable(today):
            yield from revoked
            return
        rule = must_be_of_age(birth, today) if isinstance(self.recipient, PersonId) else None
        if exempt:
            yield from revoked
        elif not isinstance(self.recipient, PersonId):
            raise NotOpenToVolunteers
        elif person.number is None:
            raise CprNumberNeeded
        elif self.signature is None:
            raise SignatureNeeded
        yield MailRegistered(recipient=self.recipient, mode=Mode.VOLUNTARY, rule=rule, signature=self.signature)


class ExemptFromMail(DecidedByAuthority[MailRegistration, Person, ExemptionRequest]):
    """Exempt a recipient from a day, also one in the past, as the municipality or the minister decided. Act § 5(1)-(4).

    A person who lives abroad is always exempted on request and needs no other reason, so none is stored. A recipient
    who is exempt on that day, with the same end, stays exempt for the first reason, unless another request is granted
    or unopened post is wished for on paper: that is recorded by an exemption that takes the place of the present one.
    """

    affairs: ClassVar[str] = "recipient"
    legal_basis = EXEMPTIONS.legal_basis

    recipient: PartyId
    valid_from: date | None = None
    """None: today."""
    valid_to: date | None = None
    """The first day on which the recipient is not exempt any more; None: as long as the law says, if it says so."""
    request: RequestId | None = None
    """The request that is granted, if one was recorded."""
    reason: ExemptionReason = ExemptionReason.OTHER
    ground: str | None = None
    resend_unopened: bool = False

    def _consults(self) -> tuple[Consulted[Any], ...]:
        """The registration, the person and the request: of none, the recipient's name is given."""
        return (
            MAIL_REGISTRATION.of(self.recipient),
            PERSON.of(self.recipient),
            EXEMPTION_REQUEST.of(self.request or self.recipient),
        )

    def _decide(
        self, context: Context, registration: MailRegistration, person: Person, request: ExemptionRequest
    ) -> Iterator[Event]:
        must_be_open(registration)
        if self.request is not None:
            must_be_of(request, self.recipient)
            if request.confirmed:
                raise RefusalIsFinal
        if self.reason is ExemptionReason.LEFT_COUNTRY and not person.abroad:
            raise HasNotLeft
        day = self.valid_from or context.today
        valid_to, rule = (self.valid_to, None) if self.valid_to else _usual_end(day, context.today)
        present = registration.exemptions.on(day)
        if present and present.stated_to == valid_to and self._is_said_by(present):
            return
        new = ExemptionEntered(
            entry=EXEMPTIONS.new_entry(context),
            party=self.recipient,
            valid_from=day,
            valid_to=valid_to,
            source=EntrySource.AUTHORITY,
            decided_by=self.decided_by,
            reason=ExemptionReason.LEFT_COUNTRY if person.abroad else ExemptionReason.OTHER,
            ground=None if person.abroad else self.ground,
            resend_on=day if self.resend_unopened else None,
            request=self._granted(registration.exemptions, day),
            rule=rule,
        )
        yield from EXEMPTIONS.enter_or_correct(registration.exemptions, new)

    def _is_said_by(self, present: Period) -> bool:
        """Whether the exemption that holds grants the same request, and sends the post that is wished for."""
        return self.request in {None, granted_by(present)} and (
            not self.resend_unopened or resend_on(present) is not None
        )

    def _granted(self, exemptions: Entries, day: date) -> RequestId | None:
        """The request that is granted; an exemption that says another one rightly grants the same."""
        corrected = exemptions.begins_on("", day)
        return self.request or (granted_by(corrected) if corrected else None)


class RevokeExemption(Command[MailRegistration, Person]):
    """End the exemption from a day on: by the recipient, the municipality, or a move back to Denmark. § 5.

    What holds on the day ends. What begins on it or later, and is not over, is annulled; by a move back that is what
    was granted for having left, and it does not begin: annulled by mistake, such a move lets all of it hold again.
    """

    legal_basis = EXEMPTIONS.legal_basis

    recipient: PartyId
    cause: RevocationCause
    valid_to: date | None = None
    """The first day on which the recipient is not exempt any more; None: today, or the day of the move back."""
    residence: EntryId | None = None
    """The move back to Denmark; None: the newest, if it is one."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The registration and, of a person, the residence."""
        return MAIL_REGISTRATION.of(self.recipient), PERSON.of(self.recipient)

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        must_be_open(registration)
        if self.cause is RevocationCause.RE_ENTRY:
            yield from ended_by_return(registration.exemptions, person, self._return(person), self.valid_to)
        else:
            yield from _revoked(registration, context.today, self.valid_to, self.cause)

    def _return(self, person: Person) -> Period:
        """The move back to Denmark. Raises HasNotReturned."""
        moves = (period for period in person.residences.begun if period.entry == self.residence)
        move = person.residence if self.residence is None else next(moves, None)
        if move is None or not person.returned_by(move):
            raise HasNotReturned
        return move


def _usual_end(day: date, today: date) -> tuple[date | None, str]:
    """When an exemption from the day ends without a stated end, if it does, and the rule that says so."""
    years = EXEMPTION_YEARS.on(today)
    return None if not years.value else date(day.year + years.value, 11, 1), str(years)


def _revoked(
    registration: MailRegistration, today: date, valid_to: date | None, cause: RevocationCause
) -> Iterator[Event]:
    """The end of whatever holds on the day: what an annulled exemption had taken the place of ends too."""
    exemptions, day = registration.exemptions, valid_to or today
    while period := exemptions.on(day) or _to_begin(exemptions, day, today):
        if period.valid_from >= day:
            annulled, *restored = EXEMPTIONS.annul(exemptions, period.entry, Marker.ANNULLED)
            facts = [annulled.model_copy(update={"revocation": cause}), *restored]
        else:
            named = period.entered.named
            facts = [ExemptionEnded(**named, valid_to=day, cause=EntryEndCause.STATED, revocation=cause)]
        for fact in facts:
            yield fact
            exemptions = exemptions.evolve(fact)


def _to_begin(exemptions: Entries, day: date, today: date) -> Period | None:
    """An exemption that begins after the day, and is not over."""
    later = (period for period in exemptions.begun if period.valid_from > day)
    return next((period for period in later if period.valid_to is None or period.valid_to > today), None)
