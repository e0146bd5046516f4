"""The registers of corrections of registrations: the wrong times, the senders informed, and what was decided."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, LargeBinary, MetaData, Table, Text, Uuid

from domain.post.correction import ImpactDecided, RegistrationCorrected, SenderInformed
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT, SEALED

registration_corrections = Table(
    "registration_corrections",
    MetaData(schema=SCHEMA),
    Column("correction", Uuid, primary_key=True),
    Column("recipient", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("should", Text),
    Column("decided_by", Text),
    Column("corrected_at", INSTANT),
)
Index("registration_corrections_recipient", registration_corrections.c.recipient)

REGISTRATION_CORRECTIONS = Register(
    registration_corrections,
    key="correction",
    answers="For which time of the past was this registration wrong, and what should it have been?",
    columns={
        "recipient": last(RegistrationCorrected, "recipient"),
        "valid_from": last(RegistrationCorrected, "wrong_from"),
        "valid_to": last(RegistrationCorrected, "wrong_to"),
        "should": last(RegistrationCorrected, "should"),
        "decided_by": last(RegistrationCorrected, "decided_by"),
        "corrected_at": first(RegistrationCorrected, RECORDED_AT),
    },
)
"""Asked with a valid day it says what is known now of that day; of two corrections of a day the newest counts.

What no correction says of a day, the register of mail registrations says as it was known then (docs/decisions/0025).
"""

senders_informed = Table(
    "senders_informed",
    MetaData(schema=SCHEMA),
    Column("notice", Uuid, primary_key=True),
    Column("correction", Text),
    Column("sender", Text),
    Column("recipient", Text),
    Column("informed_at", INSTANT),
)

SENDERS_INFORMED = Register(
    senders_informed,
    key="notice",
    answers="Was this sender informed of its letters of the wrong time, and when?",
    columns={
        "correction": last(SenderInformed, "correction"),
        "sender": last(SenderInformed, "sender"),
        "recipient": last(SenderInformed, "recipient"),
        "informed_at": first(SenderInformed, RECORDED_AT),
    },
)

impact_decisions = Table(
    "impact_decisions",
    MetaData(schema=SCHEMA),
    Column("message", Uuid, primary_key=True),
    Column("correction", Text),
    Column("recipient", Text),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("decided_at", INSTANT),
    Column("sealed", LargeBinary),
)

IMPACT_DECISIONS = Register(
    impact_decisions,
    key="message",
    answers="What was decided that this letter is worth, which came while the registration was wrong?",
    columns={
        "correction": last(ImpactDecided, "correction"),
        "recipient": last(ImpactDecided, "recipient"),
        "decision": last(ImpactDecided, "decision"),
        "decided_by": last(ImpactDecided, "decided_by"),
        "decided_at": last(ImpactDecided, RECORDED_AT),
        "sealed": last(ImpactDecided, SEALED),
    },
)
"""The times of the message itself are in the register `messages`, and no decision moves them."""
