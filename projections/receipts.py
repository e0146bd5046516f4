"""The register of receipts: which each sender was sent, and which the sender has not yet acknowledged."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from domain.post.receipt import ReceiptAcknowledged, ReceiptIssued
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import POSITION, RECORDED_AT

receipts = Table(
    "receipts",
    MetaData(schema=SCHEMA),
    Column("receipt", Uuid, primary_key=True),
    Column("message", Uuid),
    Column("sender", Text),
    Column("status", Text),
    Column("faults", JSONB(none_as_null=True)),
    Column("issued_at", INSTANT),
    Column("acknowledged_at", INSTANT),
    Column("position", BigInteger),
)
Index(
    "receipts_awaiting", receipts.c.sender, receipts.c.issued_at, postgresql_where=receipts.c.acknowledged_at.is_(None)
)

RECEIPTS = Register(
    receipts,
    key="receipt",
    answers="Which receipts were issued for a message, and which of them await acknowledgement?",
    columns={
        "message": last(ReceiptIssued, "message"),
        "sender": last(ReceiptIssued, "sender"),
        "status": last(ReceiptIssued, "status"),
        "faults": last(ReceiptIssued, "faults"),
        "issued_at": first(ReceiptIssued, RECORDED_AT),
        "acknowledged_at": first(ReceiptAcknowledged, RECORDED_AT),
        "position": first(ReceiptIssued, POSITION),
    },
)
"""A receipt awaits acknowledgement while `acknowledged_at` is empty.

`position` is the record's, by which `rigsbog prove` proves it.
"""
