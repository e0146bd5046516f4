"""The register of compensation: the last claim, decision and payment. The amounts are encrypted."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, LargeBinary, MetaData, Table, Text, Uuid

from domain.nemkonto.compensation import CompensationClaimed, CompensationDecided, CompensationPaid
from projections.declare import SCHEMA, Register, last
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
    Column("paid_at", INSTANT),
    Column("paid_on", Date),
    Column("payment_sealed", LargeBinary),
)
Index("compensations_payee", compensations.c.payee)

COMPENSATIONS = Register(
    compensations,
    key="designation",
    answers="Was compensation claimed for this fraudulent designation, what was decided, and what was last paid?",
    columns={
        "payee": last(CompensationClaimed, "payee"),
        "claimed_at": last(CompensationClaimed, RECORDED_AT),
        "claim_sealed": last(CompensationClaimed, SEALED),
        "decided_at": last(CompensationDecided, RECORDED_AT),
        "outcome": last(CompensationDecided, "outcome"),
        "decided_by": last(CompensationDecided, "decided_by"),
        "decision_sealed": last(CompensationDecided, SEALED),
        "paid_at": last(CompensationPaid, RECORDED_AT),
        "paid_on": last(CompensationPaid, "paid_on"),
        "payment_sealed": last(CompensationPaid, SEALED),
    },
)
