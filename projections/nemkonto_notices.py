"""The register of notices about a NemKonto (*underretninger*): of what a payee was notified, and by which medium."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text, Uuid

from domain.nemkonto.change_notice import ChangeNoticeGiven
from projections.declare import SCHEMA, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT

nemkonto_notices = Table(
    "nemkonto_notices",
    MetaData(schema=SCHEMA),
    Column("notice", Uuid, primary_key=True),
    Column("payee", Text),
    Column("designation", Uuid),
    Column("occasion", Text),
    Column("medium", Text),
    Column("message", Uuid),
    Column("letter", Uuid),
    Column("because", Text),
    Column("given_at", INSTANT),
)
Index("nemkonto_notices_payee", nemkonto_notices.c.payee, nemkonto_notices.c.given_at)

NEMKONTO_NOTICES = Register(
    nemkonto_notices,
    key="notice",
    answers="Was this payee notified of each change of the NemKonto, by which medium, and if not, why not?",
    columns={
        "payee": last(ChangeNoticeGiven, "payee"),
        "designation": last(ChangeNoticeGiven, "designation"),
        "occasion": last(ChangeNoticeGiven, "occasion"),
        "medium": last(ChangeNoticeGiven, "medium"),
        "message": last(ChangeNoticeGiven, "message"),
        "letter": last(ChangeNoticeGiven, "letter"),
        "because": last(ChangeNoticeGiven, "because"),
        "given_at": last(ChangeNoticeGiven, RECORDED_AT),
    },
)
"""A notice with the medium none was not given."""
