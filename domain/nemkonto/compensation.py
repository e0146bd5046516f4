"""Compensation (*kompensation*) for a loss by a fraudulent designation: claimed, decided, paid. L 165 (2021-22).

Whether somebody is entitled to it is decided by the authority. See digst.dk. Amounts are encrypted, and a decision
opens them: no more is granted than is claimed, and no more is paid in all than is granted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from domain.command import Entity, State
from domain.fact import Event, Personal, Retention
from domain.nemkonto.designation import DesignationVoided, NemkontoActivated
from domain.subject import CompanyId, DesignationId, PartyId, PaymentId


class CompensationOutcome(StrEnum):
    """What was decided about a claim. Digst.dk, kompensation."""

    GRANTED = "granted"
    NOT_REPORTED = "not_reported"
    """The fraud was not reported to the police without delay."""
    NOT_ENTITLED = "not_entitled"
    """The claimant does not prove to be the one to whom the money was due."""
    OWN_NEGLIGENCE = "own_negligence"
    ALREADY_COMPENSATED = "already_compensated"


class CompensationFact(Event):
    """A fact about compensation, which names whose loss it is; the other fields follow in each class."""

    holder = "payee"
    retention = Retention.PAYMENTS


class CompensationClaimed(CompensationFact):
    """The payee claimed compensation for what was paid to a fraudulent account. L 165 (2021-22).

    Recorded again, the claim is corrected.
    """

    designation: DesignationId
    payee: PartyId
    claimed_oere: Personal[int]


class CompensationDecided(CompensationFact):
    """The authority decided the claim. L 165 (2021-22). Recorded again, it is decided anew."""

    designation: DesignationId
    payee: PartyId
    outcome: CompensationOutcome
    granted_oere: Personal[int]
    """What is granted; 0 if nothing is."""
    decided_by: CompanyId
    ground: Personal[str | None] = None
    """Administration act §§ 22 and 24 (*begrundelse*)."""


class PaymentFact(CompensationFact):
    """The fields of every fact about one payment of compensation."""

    payment: PaymentId
    designation: DesignationId
    payee: PartyId


class PaymentStated(PaymentFact):
    """The fields of every fact that says what was paid, and when."""

    paid_oere: Personal[int]
    """What was paid this time."""
    paid_on: date
    """The Danish day of the payment."""
    reference: Personal[str]
    """By which the payment is found where it was made."""


class CompensationPaid(PaymentStated):
    """Granted compensation was paid, in whole or in part. L 165 (2021-22). Each payment is a fact of its own."""

    once = True


class CompensationPaymentCorrected(PaymentStated):
    """A payment was recorded wrongly, and this is what was paid. GDPR art. 16 (*berigtigelse*)."""


class CompensationPaymentAnnulled(PaymentFact):
    """A payment was recorded that was never made. GDPR art. 16 (*berigtigelse*)."""

    once = True


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid at one time."""

    oere: int
    on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Compensation(State):
    """How far the compensation for one designation has come."""

    payee: PartyId | None = None
    """Whose designation was voided."""
    activated: bool = False
    """Whether payments could follow it."""
    claimed_oere: int | None = None
    """What is claimed; None if nothing is."""
    granted_oere: int | None = None
    """What is granted in all; None if nothing is."""
    payments: Mapping[PaymentId, Payment | None] = field(default_factory=dict)
    """Each payment that was recorded; None if it was annulled."""
    erased: bool = False
    """Whether the key to an amount is destroyed."""

    @property
    def paid_oere(self) -> int:
        """What was paid in all."""
        return sum(payment.oere for payment in self.payments.values() if payment)

    def evolve(self, event: Event) -> Self:  # noqa: PLR0911 - one return for each kind of fact
        match event:
            case DesignationVoided(payee=payee):
                return self.but(payee=payee)
            case NemkontoActivated():
                return self.but(activated=True)
            case CompensationClaimed(claimed_oere=int(oere)):
                return self.but(claimed_oere=oere)
            case CompensationDecided(outcome=outcome, granted_oere=int(oere)):
                return self.but(granted_oere=oere if outcome is CompensationOutcome.GRANTED else None)
            case PaymentStated(payment=payment, paid_oere=int(oere), paid_on=day, reference=str(reference)):
                return self.but(payments={**self.payments, payment: Payment(oere, day, reference)})
            case CompensationPaymentAnnulled(payment=payment):
                return self.but(payments={**self.payments, payment: None})
            case CompensationFact():
                return self.but(erased=True)
            case _:
                return self


COMPENSATION = Entity(
    "compensation",
    Compensation(),
    {
        fact.__name__: fact
        for fact in (
            CompensationClaimed,
            CompensationDecided,
            CompensationPaid,
            CompensationPaymentCorrected,
            CompensationPaymentAnnulled,
        )
    },
    follows=(DesignationVoided, NemkontoActivated),
    opened=True,
)
"""Consulted by designation; by payment, to see whether it is one for another designation."""
