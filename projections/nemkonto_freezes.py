"""The register of freezes: which payees have frozen changes of their NemKonto."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, Text

from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from projections.declare import SCHEMA, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT

nemkonto_freezes = Table(
    "nemkonto_freezes",
    MetaData(schema=SCHEMA),
    Column("payee", Text, primary_key=True),
    Column("set_at", INSTANT),
    Column("lifted_at", INSTANT),
)

NEMKONTO_FREEZES = Register(
    nemkonto_freezes,
    key="payee",
    answers="Has this payee frozen changes of the NemKonto, since when, and until when?",
    columns={
        "set_at": last(ChangeFreezeSet, RECORDED_AT),
        "lifted_at": last({ChangeFreezeSet: EMPTY, ChangeFreezeLifted: RECORDED_AT}),
    },
)
"""A freeze is in force while `lifted_at` is empty."""
