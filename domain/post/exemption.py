"""Joining Digital Post voluntarily, being exempted from it, and ending the exemption.

LBK 686/2021 (the Act), §§ 4 and 5. A refused application is the municipality's decision and is not made here.
"""

from collections.abc import Iterator
from datetime import date

from domain.command import Refused
from domain.context import Context
from domain.fact import Event
from domain.identity.person import Person
from domain.post.mail_registration import (
    ExemptionReason,
    ExemptionRevoked,
    MailExempted,
    MailRegistered,
    MailRegistration,
    Mode,
    RevocationCause,
)
from domain.post.mail_registration_commands import MailAndPersonCommand, must_be_of_age, must_be_open, what_fell_due
from domain.subject import PersonId


class NotOpenToVolunteers(Refused):
    """Only an exempt company can join voluntarily. A new one breaks its grace; others are registered by duty."""


class CprNumberNeeded(Refused):
    """A person needs a CPR number to join voluntarily. Register the person with one first."""


class SignatureNeeded(Refused):
    """A person needs a digital signature to join voluntarily. Ask the person to sign with an electronic identity."""


class HasNotLeft(Refused):
    """No departure from Denmark is registered. Record the departure first, or decide for another reason."""


class HasNotReturned(Refused):
    """No move to Denmark is registered. Record it first, or end the exemption for another cause."""


class JoinVoluntarily(MailAndPersonCommand):
    """Join voluntarily: the exempt, or a person of age with a CPR number; binding until exempted. Act § 4."""

    legal_basis = "LBK 686/2021 § 4"

    birth_date: date | None = None
    """None of a company."""
    digital_signature: bool = False
    """True if the application is signed with an electronic identity; the exempt need not (§ 4(1))."""

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        must_be_open(registration)
        if registration.reachable:
            return
        if isinstance(self.recipient, PersonId):
            rule = must_be_of_age(self.birth_date, context.today)
            if not registration.exempt and person.number is None:
                raise CprNumberNeeded
            if not registration.exempt and not self.digital_signature:
                raise SignatureNeeded
            yield MailRegistered(recipient=self.recipient, mode=Mode.VOLUNTARY, rule=rule)
        elif registration.exempt:
            yield MailRegistered(recipient=self.recipient, mode=Mode.VOLUNTARY, rule=None)
        else:
            raise NotOpenToVolunteers


class ExemptFromMail(MailAndPersonCommand):
    """Exempt a recipient, as the municipality or the minister decided. Act § 5(1) to (4).

    A person who lives abroad is always exempted on request and needs no other reason, so none is stored. A recipient
    who is exempt stays exempt for the first reason.
    """

    legal_basis = "LBK 686/2021 § 5"

    decided_by: str
    reason: ExemptionReason = ExemptionReason.OTHER
    ground: str | None = None

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        must_be_open(registration)
        if self.reason is ExemptionReason.LEFT_COUNTRY and not person.abroad:
            raise HasNotLeft
        if registration.exempt:
            return
        yield MailExempted(
            recipient=self.recipient,
            reason=ExemptionReason.LEFT_COUNTRY if person.abroad else ExemptionReason.OTHER,
            ground=None if person.abroad else self.ground,
            decided_by=self.decided_by,
        )


class RevokeExemption(MailAndPersonCommand):
    """End an exemption: by the recipient, by the municipality, or because a person moved back. Act § 5."""

    legal_basis = "LBK 686/2021 § 5"

    cause: RevocationCause

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        must_be_open(registration)
        if self.cause is RevocationCause.RE_ENTRY and not person.returned:
            raise HasNotReturned
        if not registration.exempt:
            return
        yield ExemptionRevoked(recipient=self.recipient, cause=self.cause)
        yield from what_fell_due(self.recipient, registration, person, context.today)
