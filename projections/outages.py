"""The register of outages: which view client, or the whole platform, was out, from when until when."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text, Uuid

from domain.post.outage import OutageAnnulled, OutageEnded, OutageRecorded
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT

outages = Table(
    "outages",
    MetaData(schema=SCHEMA),
    Column("outage", Uuid, primary_key=True),
    Column("client", Text),
    Column("began_at", INSTANT),
    Column("ended_at", INSTANT),
    Column("annulled_at", INSTANT),
    Column("recorded_at", INSTANT),
)
Index("outages_began_at", outages.c.began_at)

OUTAGE_REGISTER = Register(
    outages,
    key="outage",
    answers="Which view client was out (none: the whole platform), from when until when?",
    columns={
        "client": last(OutageRecorded, "client"),
        "began_at": last(OutageRecorded, "began_at"),
        "ended_at": last({OutageRecorded: "ended_at", OutageEnded: "ended_at"}),
        "annulled_at": first(OutageAnnulled, RECORDED_AT),
        "recorded_at": first(OutageRecorded, RECORDED_AT),
    },
)
"""There was no outage if `annulled_at` is set."""
