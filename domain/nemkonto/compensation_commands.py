"""The decisions about compensation: no more is granted than is claimed, and no more is paid than is granted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from domain.command import Attempt, Command, Consulted, InvalidInput, Refused, States
from domain.context import Context
from domain.fact import Event
from domain.identity.sender import SENDER, Sender, must_be_authority
from domain.nemkonto.compensation import (
    COMPENSATION,
    Compensation,
    CompensationClaimed,
    CompensationDecided,
    CompensationOutcome,
    CompensationPaid,
    CompensationPaymentAnnulled,
    CompensationPaymentCorrected,
    Payment,
    PaymentStated,
)
from domain.subject import CompanyId, DesignationId, PartyId, PaymentId

Stated = TypeVar("Stated", bound=PaymentStated)


class NoVoidDesignation(Refused):
    """No such designation of this payee was voided. Void it first, with the reference of the report to the police."""


class NeverActivated(Refused):
    """This designation was never activated, so no payment followed it. Check its number: nothing is claimed for it."""


class NoSuchClaim(Refused):
    """No compensation was claimed for this designation. Record the claim first."""


class NothingGranted(Refused):
    """No compensation is granted for this designation. Record the decision first."""


class PaidAlready(Refused):
    """Compensation was paid, so the claim cannot be refused any more. Record as granted what is granted in all."""


class AmountDoesNotFit(Refused):
    """A claim, a grant and a payment are of more than 0 kroner, and a refusal is of 0. Give the amount that fits."""


class AmountsErased(Refused):
    """The key to earlier amounts is destroyed, so nothing can be compared with them. Nothing more is recorded here."""


class LessThanGranted(Refused):
    """More than this is granted. Decide the claim anew first, with no more than the claim will be."""


class MoreThanClaimed(Refused):
    """No more is granted than is claimed. Grant less, or correct the claim first."""


class LessThanPaid(Refused):
    """More than this is paid already. Record as granted what is granted in all."""


class MoreThanGranted(Refused):
    """No more is paid in all than is granted. Pay what remains, or decide the claim anew first."""


class PaidInTheFuture(InvalidInput):
    """A payment is recorded when it was made. Record it on its day, or check the date."""


class PaymentReferenceMissing(InvalidInput):
    """A payment is known by its reference, so that none is recorded twice. Send the reference."""


class PaymentRecordedOtherwise(Refused):
    """A payment with this reference is recorded with another amount or day. If it is wrong, correct that payment; if
    this is another payment, give its own reference.
    """


class NoSuchPayment(Refused):
    """No such payment of compensation is recorded, or it was annulled. Look up the payment in the register."""


class CompensationCommand(Command[*States]):
    """A command about the compensation for one designation."""

    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (COMPENSATION.of(self.designation),)

    def check(self, compensation: Compensation) -> None:
        if compensation.payee != self.payee:
            raise NoVoidDesignation
        if compensation.erased:
            raise AmountsErased


class ClaimCompensation(CompensationCommand[Compensation]):
    """Record that the payee claims compensation. A second claim for the same designation corrects the first."""

    amount_oere: int

    def decide(self, context: Context, compensation: Compensation) -> Iterator[Event]:
        self.check(compensation)
        must_be_paid_out(self.amount_oere)
        if not compensation.activated:
            raise NeverActivated
        if self.amount_oere < (compensation.granted_oere or 0):
            raise LessThanGranted
        yield CompensationClaimed(designation=self.designation, payee=self.payee, claimed_oere=self.amount_oere)


class DecideCompensation(CompensationCommand[Compensation, Sender]):
    """Record what was decided about the claim. It can be decided anew, but not refused once something is paid."""

    amount_oere: int
    outcome: CompensationOutcome
    decided_by: CompanyId
    ground: str | None = None

    def consults(self) -> tuple[Consulted[Any], ...]:
        return *super().consults(), SENDER.of(self.decided_by)

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.payee, self.decided_by)

    def decide(self, context: Context, compensation: Compensation, by: Sender) -> Iterator[Event]:
        self.check(compensation)
        granted = self.outcome is CompensationOutcome.GRANTED
        must_be_paid_out(self.amount_oere, paid_out=granted)
        must_be_authority(by, context)
        if compensation.claimed_oere is None:
            raise NoSuchClaim
        if compensation.paid_oere and not granted:
            raise PaidAlready
        if self.amount_oere > compensation.claimed_oere:
            raise MoreThanClaimed
        if self.amount_oere < compensation.paid_oere:
            raise LessThanPaid
        yield CompensationDecided(
            designation=self.designation,
            payee=self.payee,
            outcome=self.outcome,
            granted_oere=self.amount_oere,
            decided_by=self.decided_by,
            ground=self.ground,
        )


class PaymentCommand(CompensationCommand[*States]):
    """A command about one payment of compensation."""

    payment: PaymentId

    def stated(self, fact: type[Stated], paid: Payment, compensation: Compensation, context: Context) -> Stated:
        """The fact that says what was paid. Raises what speaks against this payment, besides the others."""
        must_be_paid_out(paid.oere)
        if not paid.reference:
            raise PaymentReferenceMissing
        if paid.on > context.today:
            raise PaidInTheFuture
        if compensation.granted_oere is None:
            raise NothingGranted
        others = [other for payment, other in compensation.payments.items() if other and payment != self.payment]
        if any(other.reference == paid.reference for other in others):
            raise PaymentRecordedOtherwise
        if sum(other.oere for other in others) + paid.oere > compensation.granted_oere:
            raise MoreThanGranted
        return fact(
            payment=self.payment,
            designation=self.designation,
            payee=self.payee,
            paid_oere=paid.oere,
            paid_on=paid.on,
            reference=paid.reference,
        )


class RecordPaidCompensation(PaymentCommand[Compensation, Compensation]):
    """Record that compensation was paid, in whole or in part; the same payment, by its reference, is recorded once."""

    amount_oere: int
    reference: str
    paid_on: date | None = None
    """None: today."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return *super().consults(), COMPENSATION.of(self.payment)

    def decide(self, context: Context, compensation: Compensation, same_id: Compensation) -> Iterator[Event]:
        self.check(compensation)
        paid = Payment(self.amount_oere, self.paid_on or context.today, self.reference.strip())
        if paid in compensation.payments.values():
            return
        if same_id.payments:
            raise PaymentRecordedOtherwise
        yield self.stated(CompensationPaid, paid, compensation, context)


class CorrectPaidCompensation(PaymentCommand[Compensation]):
    """Correct a payment that was recorded wrongly; what is not given is as it was recorded."""

    amount_oere: int
    reference: str | None = None
    paid_on: date | None = None

    def decide(self, context: Context, compensation: Compensation) -> Iterator[Event]:
        self.check(compensation)
        recorded = compensation.payments.get(self.payment)
        if recorded is None:
            raise NoSuchPayment
        reference = recorded.reference if self.reference is None else self.reference.strip()
        paid = Payment(self.amount_oere, self.paid_on or recorded.on, reference)
        if paid != recorded:
            yield self.stated(CompensationPaymentCorrected, paid, compensation, context)


class AnnulPaidCompensation(PaymentCommand[Compensation]):
    """Annul a payment that was recorded and never made."""

    def decide(self, context: Context, compensation: Compensation) -> Iterator[Event]:
        self.check(compensation)
        if self.payment not in compensation.payments:
            raise NoSuchPayment
        if compensation.payments[self.payment]:
            yield CompensationPaymentAnnulled(payment=self.payment, designation=self.designation, payee=self.payee)


def must_be_paid_out(amount_oere: int, *, paid_out: bool = True) -> None:
    """Raise AmountDoesNotFit unless the amount is more than 0, or 0 where nothing is paid out."""
    if (amount_oere > 0) != paid_out or amount_oere < 0:
        raise AmountDoesNotFit
