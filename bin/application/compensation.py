"""Compensation for a loss by a fraudulent NemKonto: claimed, decided, paid, and a payment that was recorded wrongly."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.nemkonto import payee_of
from domain.nemkonto.compensation import CompensationOutcome, CompensationPaid
from domain.nemkonto.compensation_commands import (
    AnnulPaidCompensation,
    ClaimCompensation,
    CorrectPaidCompensation,
    DecideCompensation,
    NoSuchPayment,
    RecordPaidCompensation,
)
from domain.record import Record
from domain.subject import CompanyId, DesignationId, PaymentId


def claim(
    application: Application, designation: DesignationId, amount_oere: int, on_behalf: OnBehalf = OPERATOR
) -> tuple[Record, ...]:
    """Record a claim. Raises NoSuchDesignation and the refusals of ClaimCompensation."""
    payee = payee_of(application, designation)
    command = ClaimCompensation(designation=designation, payee=payee, amount_oere=amount_oere)
    return application.execute(command, application.authority_actor, on_behalf)


def decide(
    application: Application,
    designation: DesignationId,
    amount_oere: int,
    *,
    outcome: CompensationOutcome = CompensationOutcome.GRANTED,
    decided_by: CompanyId,
    ground: str | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Record what was decided. Raises NoSuchDesignation and the refusals of DecideCompensation."""
    command = DecideCompensation(
        designation=designation,
        payee=payee_of(application, designation),
        amount_oere=amount_oere,
        outcome=outcome,
        decided_by=decided_by,
        ground=ground,
    )
    return application.execute(command, application.authority_actor, on_behalf)


def pay(
    application: Application,
    designation: DesignationId,
    amount_oere: int,
    reference: str,
    *,
    paid_on: date | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Record a payment. Raises NoSuchDesignation and the refusals of RecordPaidCompensation."""
    command = RecordPaidCompensation(
        payment=PaymentId(uuid4()),
        designation=designation,
        payee=payee_of(application, designation),
        amount_oere=amount_oere,
        reference=reference,
        paid_on=paid_on,
    )
    return application.execute(command, application.authority_actor, on_behalf)


def correct_payment(
    application: Application,
    payment: PaymentId,
    amount_oere: int,
    reference: str | None = None,
    *,
    paid_on: date | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Correct a payment; what is not given stays. Raises the refusals of CorrectPaidCompensation."""
    paid = _payment(application, payment)
    command = CorrectPaidCompensation(
        payment=payment,
        designation=paid.designation,
        payee=paid.payee,
        amount_oere=amount_oere,
        reference=reference,
        paid_on=paid_on,
    )
    return application.execute(command, application.authority_actor, on_behalf)


def annul_payment(application: Application, payment: PaymentId, on_behalf: OnBehalf = OPERATOR) -> tuple[Record, ...]:
    """Annul a payment that was never made. Raises NoSuchPayment, AmountsErased."""
    paid = _payment(application, payment)
    command = AnnulPaidCompensation(payment=payment, designation=paid.designation, payee=paid.payee)
    return application.execute(command, application.authority_actor, on_behalf)


def _payment(application: Application, payment: PaymentId) -> CompensationPaid:
    """The payment as it was first recorded. Raises NoSuchPayment."""
    for record in application.handler.records(payment):
        if isinstance(record.event, CompensationPaid):
            return record.event
    raise NoSuchPayment
