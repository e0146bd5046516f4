"""The registers of compensation: the last claim and decision, and each payment. The amounts are encrypted."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, LargeBinary, MetaData, Table, Text, Uuid

from domain.nemkonto.compensation import (
    CompensationClaimed,
    CompensationDecided,
    CompensationPaid,
    CompensationPaymentAnnulled,
    CompensationPaymentCorrected,
)
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT, SEALED

compensations = Table(
    "compensations",
    MetaData(schema=SCHEMA),
    Column("designation", Uuid, primary_key=True),
    Column("payee", Text),
    Column("claimed_at", INSTANT),
    Column("claim_sealed", LargeBinary),
    Column("decided_at", INSTANT),
    Column("outcome", Text),
    Column("decided_by", Text),
    Column("decision_sealed", LargeBinary),
)
Index("compensations_payee", compensations.c.payee)

COMPENSATIONS = Register(
    compensations,
    key="designation",
    answers="Was compensation claimed for this fraudulent designation, and what was decided?",
    columns={
        "payee": last(CompensationClaimed, "payee"),
        "claimed_at": last(CompensationClaimed, RECORDED_AT),
        "claim_sealed": last(CompensationClaimed, SEALED),
        "decided_at": last(CompensationDecided, RECORDED_AT),
        "outcome": last(CompensationDecided, "outcome"),
        "decided_by": last(CompensationDecided, "decided_by"),
        "decision_sealed": last(CompensationDecided, SEALED),
    },
)

compensation_payments = Table(
    "compensation_payments",
    MetaData(schema=SCHEMA),
    Column("payment", Uuid, primary_key=True),
    Column("designation", Text),
    Column("payee", Text),
    Column("recorded_at", INSTANT),
    Column("paid_on", Date),
    Column("payment_sealed", LargeBinary),
    Column("corrected_at", INSTANT),
    Column("annulled_at", INSTANT),
)
Index("compensation_payments_designation", compensation_payments.c.designation)
Index("compensation_payments_payee", compensation_payments.c.payee)

STATED = (CompensationPaid, CompensationPaymentCorrected)

COMPENSATION_PAYMENTS = Register(
    compensation_payments,
    key="payment",
    answers="When was this payment of compensation made, and was it corrected or annulled?",
    columns={
        "designation": first(CompensationPaid, "designation"),
        "payee": first(CompensationPaid, "payee"),
        "recorded_at": first(CompensationPaid, RECORDED_AT),
        "paid_on": last(dict.fromkeys(STATED, "paid_on")),
        "payment_sealed": last(dict.fromkeys(STATED, SEALED)),
        "corrected_at": last(CompensationPaymentCorrected, RECORDED_AT),
        "annulled_at": first(CompensationPaymentAnnulled, RECORDED_AT),
    },
)
"""With `annulled_at` the payment was never made."""
