"""The register of requests for an exemption (*ansøgninger om fritagelse*): asked for, refused until when, appealed."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, LargeBinary, MetaData, Table, Text, Uuid

from domain.post.exemption_request import (
    ExemptionRefusalAppealed,
    ExemptionRefusalConfirmed,
    ExemptionRefused,
    ExemptionRequested,
)
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT, SEALED

exemption_requests = Table(
    "exemption_requests",
    MetaData(schema=SCHEMA),
    Column("request", Uuid, primary_key=True),
    Column("recipient", Text),
    Column("by_mandate", Text),
    Column("ground_sealed", LargeBinary),
    Column("requested_at", INSTANT),
    Column("refused_at", INSTANT),
    Column("refused_by", Text),
    Column("refusal_sealed", LargeBinary),
    Column("appeal_by", Date),
    Column("appealed_at", INSTANT),
    Column("appealed_by_mandate", Text),
    Column("confirmed_at", INSTANT),
    Column("confirmed_by", Text),
    Column("confirmation_sealed", LargeBinary),
)
Index("exemption_requests_recipient", exemption_requests.c.recipient)

EXEMPTION_REQUESTS = Register(
    exemption_requests,
    key="request",
    answers="Who asked to be exempt from Digital Post, and was it refused, appealed and confirmed?",
    columns={
        "recipient": last(ExemptionRequested, "recipient"),
        "by_mandate": last(ExemptionRequested, "by_mandate"),
        "ground_sealed": last(ExemptionRequested, SEALED),
        "requested_at": first(ExemptionRequested, RECORDED_AT),
        "refused_at": first(ExemptionRefused, RECORDED_AT),
        "refused_by": last(ExemptionRefused, "decided_by"),
        "refusal_sealed": last(ExemptionRefused, SEALED),
        "appeal_by": last(ExemptionRefused, "appeal_by"),
        "appealed_at": first(ExemptionRefusalAppealed, RECORDED_AT),
        "appealed_by_mandate": last(ExemptionRefusalAppealed, "by_mandate"),
        "confirmed_at": first(ExemptionRefusalConfirmed, RECORDED_AT),
        "confirmed_by": last(ExemptionRefusalConfirmed, "decided_by"),
        "confirmation_sealed": last(ExemptionRefusalConfirmed, SEALED),
    },
)
"""A request that was granted is named by its exemption in the register `exemptions`."""
